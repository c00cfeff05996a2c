//! What machines ask: health, metrics, the API's description.

use crate::installation::{Installation, Outcome};
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn a_node_that_leaves_is_not_ready_and_lives() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    node.until_status("localhost", "/readyz", 200).await;
    node.leaving.announced.cancel();
    let answer = node.get("localhost", "/readyz").await;
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["connection"], "close");
    assert_eq!(answer.json::<Value>().await?["draining"], true);
    assert_eq!(node.get("localhost", "/livez").await.status(), 200);
    installation.end([node]).await;
    Ok(())
}

#[tokio::test]
async fn metrics_are_for_this_machine() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    node.get("localhost", "/livez").await;
    let text = node.get("localhost", "/metrics").await.text().await?;
    for measured in [
        r#"route="/livez""#,
        "clube_master_connections ",
        "clube_tenant_pools ",
        "clube_tenant_loads_total ",
    ] {
        assert!(text.contains(measured), "{measured}: {text}");
    }
    let outside = node
        .ask(Method::GET, "localhost", "/metrics")
        .header("x-forwarded-for", "203.0.113.7")
        .send()
        .await?;
    assert_eq!(outside.status(), 404);
    installation.end([node]).await;
    Ok(())
}

#[tokio::test]
async fn the_api_is_described_and_readable_without_internet() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let api: Value = node
        .get("localhost", "/api/openapi.json")
        .await
        .json()
        .await?;
    assert!(
        api["openapi"]
            .as_str()
            .is_some_and(|version| version.starts_with("3.1")),
        "{}",
        api["openapi"]
    );
    assert!(api["paths"]["/api/tenant-info"].is_object());
    assert_eq!(node.get("localhost", "/api/docs/").await.status(), 200);
    let page = node.get("localhost", "/api/docs").await;
    assert_eq!(page.status(), 200, "no detour");
    assert!(
        page.headers()["content-security-policy"]
            .to_str()?
            .contains("script-src 'self'")
    );
    let html = page.text().await?;
    assert!(
        html.contains("swagger-ui-bundle.js")
            && !html.contains("http://")
            && !html.contains("https://"),
        "{html}"
    );
    assert_eq!(
        node.get("localhost", "/api/docs/swagger-ui-bundle.js")
            .await
            .status(),
        200
    );
    assert_eq!(
        node.get("localhost", "/api/docs/nothing.js").await.status(),
        404
    );
    let start = node
        .get("localhost", "/api/docs/swagger-initializer.js")
        .await
        .text()
        .await?;
    assert!(start.contains("/api/openapi.json"), "{start}");
    installation.end([node]).await;
    Ok(())
}
