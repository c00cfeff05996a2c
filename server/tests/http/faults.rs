//! What goes on while a database is down.

use crate::installation::{Installation, Node, Outcome};
use reqwest::{Method, Response};
use serde_json::{Value, json};

async fn sign_in(node: &Node, host: &str) -> Result<Response, reqwest::Error> {
    let body = json!({"email": "nobody@example.com", "password": "wrong, but long enough"});
    node.ask(Method::POST, host, "/api/auth/login")
        .json(&body)
        .send()
        .await
}

#[tokio::test]
async fn a_tenant_without_database_is_503_and_nobody_else_notices() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let (down, up) = (
        installation.tenant(&node, "down").await,
        installation.tenant(&node, "up").await,
    );
    let (down_host, up_host) = (format!("{down}.localhost"), format!("{up}.localhost"));
    let database = format!("clube_digital_{}", down.replace('-', "_"));
    assert_eq!(sign_in(&node, &down_host).await?.status(), 401);

    installation.open(&database, false).await;
    let mut refused = sign_in(&node, &down_host).await?;
    while refused.status() != 503 {
        refused = sign_in(&node, &down_host).await?;
    }
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(refused.text().await?, r#"{"error":"Tenant unavailable"}"#);
    assert_eq!(node.get(&down_host, "/api/tenant-info").await.status(), 200);
    assert_eq!(node.get(&down_host, "/api/branding").await.status(), 200);
    assert_eq!(sign_in(&node, &up_host).await?.status(), 401);

    installation.open(&database, true).await;
    while sign_in(&node, &down_host).await?.status() == 503 {
        tokio::task::yield_now().await;
    }
    installation.end([node]).await;
    Ok(())
}

/// Somebody joins, signs in, reads and writes.
async fn members_go_on(node: &Node, host: &str) -> Outcome {
    let ana = json!({
        "firstName": "Ana", "lastName": "Souza", "email": "ana@example.com", "password": "capivara no lago 7",
        "userType": "consumer",
    });
    let register = node.ask(Method::POST, host, "/api/auth/register");
    let joined = register.json(&ana).send().await?;
    assert_eq!(joined.status(), 201, "{}", joined.text().await?);
    let credentials = json!({"email": "ana@example.com", "password": "capivara no lago 7"});
    let login = node.ask(Method::POST, host, "/api/auth/login");
    let signed_in: Value = login.json(&credentials).send().await?.json().await?;
    let token = signed_in["accessToken"].as_str().expect("a token");
    for (method, path, body) in [
        (Method::GET, "/api/users/me", None),
        (Method::GET, "/api/wallet", None),
        (
            Method::PATCH,
            "/api/profile",
            Some(json!({"lastName": "Lima"})),
        ),
    ] {
        let mut request = node.ask(method, host, path).bearer_auth(token);
        if let Some(body) = &body {
            request = request.json(body);
        }
        assert_eq!(request.send().await?.status(), 200, "{path}");
    }
    Ok(())
}

#[tokio::test]
async fn without_the_master_known_tenants_go_on() -> Outcome {
    let installation = Installation::new();
    let maker = installation.node(&[]).await;
    let slug = installation.tenant(&maker, "navi").await;
    let host = format!("{slug}.localhost");
    // Known is who was asked for once: this node has not made the club.
    let node = installation.node(&[]).await;
    assert_eq!(node.get(&host, "/api/tenant-info").await.status(), 200);

    installation.open_master(false).await;
    node.until_status("localhost", "/readyz", 503).await;
    members_go_on(&node, &host).await?;
    let console = node.ask(Method::GET, &host, "/admin");
    let console = console.header("cookie", "clube_session=anything").send();
    assert_eq!(console.await?.status(), 503);
    assert_eq!(node.get("localhost", "/livez").await.status(), 200);
    assert_eq!(node.get(&host, "/api/tenant-info").await.status(), 200);
    assert_eq!(node.get(&host, "/").await.status(), 200);
    let unknown = node.get("nobody-here.localhost", "/api/tenant-info").await;
    assert_eq!(unknown.status(), 500);
    assert_eq!(
        unknown.text().await?,
        r#"{"error":"Internal server error","message":"Failed to resolve tenant"}"#
    );

    installation.open_master(true).await;
    node.until_status("localhost", "/readyz", 200).await;
    node.until_status("nobody-here.localhost", "/api/tenant-info", 404)
        .await;
    installation.end([maker, node]).await;
    Ok(())
}
