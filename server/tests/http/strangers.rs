//! What another site makes a browser send is refused; a sibling subdomain is another site.

use crate::installation::{Installation, Outcome, PASSWORD};
use reqwest::Method;
use secrecy::ExposeSecret;
use tenancy::{Actor, Origin, administrators, tenants};

const FUNCTION: &str = "/_fn/preferences/theme";

#[tokio::test]
async fn posts_of_other_sites_are_refused() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let slug = installation.tenant(&node, "navi").await;
    let host = format!("{slug}.localhost:8033");
    for (headers, is_refused) in [
        (vec![("sec-fetch-site", "same-origin".to_owned())], false),
        (vec![("origin", format!("http://{host}"))], false),
        (
            vec![
                ("sec-fetch-site", "same-site".to_owned()),
                ("origin", format!("http://{host}")),
            ],
            true,
        ),
        (vec![("sec-fetch-site", "cross-site".to_owned())], true),
        (
            vec![("origin", "http://other.localhost:8033".to_owned())],
            true,
        ),
        (vec![("origin", "http://localhost:8033".to_owned())], true),
        (vec![("origin", "null".to_owned())], true),
        (vec![], true),
    ] {
        let mut request = node
            .ask(Method::POST, &host, FUNCTION)
            .form(&[("theme", "dark")]);
        for (name, value) in &headers {
            request = request.header(*name, value);
        }
        let answer = request.send().await?;
        assert_eq!(
            answer.status() == 403,
            is_refused,
            "{headers:?}: {}",
            answer.status()
        );
        assert!(
            is_refused || !answer.status().is_server_error(),
            "{headers:?}: {}",
            answer.status()
        );
    }
    // A person is told in the club's brand, in the theme that they chose.
    let told = node
        .ask(Method::POST, &host, FUNCTION)
        .header("accept", "text/html")
        .header("cookie", "clube_theme=dark")
        .header("sec-fetch-site", "cross-site");
    let told = told.send().await?;
    assert_eq!(told.status(), 403);
    let told = told.text().await?;
    assert!(
        told.contains("Clube navi") && told.contains("data-theme=\"dark\""),
        "{told}"
    );
    // A page's address takes no post of a stranger either; the API, which knows no cookies, does not care who sends.
    assert_eq!(
        node.ask(Method::POST, &host, "/admin")
            .send()
            .await?
            .status(),
        403
    );
    let foreign = node
        .ask(Method::POST, &host, "/api/auth/login")
        .header("sec-fetch-site", "cross-site");
    assert_eq!(
        foreign
            .header("content-type", "application/json")
            .body("{")
            .send()
            .await?
            .status(),
        400
    );
    installation.end([node]).await;
    Ok(())
}

#[tokio::test]
async fn a_session_of_one_club_is_nobody_on_another() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let (navi, other) = (
        installation.tenant(&node, "navi").await,
        installation.tenant(&node, "other").await,
    );
    let ctx = node.platform.ctx(Actor::Anonymous, Origin::default());
    let realm = tenants::by_slug(&node.platform.ctx(Actor::Command, Origin::default()), &navi)
        .await?
        .map(|tenant| tenant.id);
    let signed_in =
        administrators::sign_in(&ctx, realm, "navi@example.com", PASSWORD.into()).await?;
    let cookie = format!("clube_session={}", signed_in.token.expose_secret());

    for (host, is_known) in [
        (format!("{navi}.localhost"), true),
        (format!("{other}.localhost"), false),
        ("localhost".to_owned(), false),
    ] {
        let page = if host == "localhost" {
            "/super"
        } else {
            "/admin"
        };
        let stranger = node.get(&host, page).await.status();
        let bearer = node
            .ask(Method::GET, &host, page)
            .header("cookie", &cookie)
            .send()
            .await?;
        assert!(stranger.is_redirection(), "{host}: {stranger}");
        assert_eq!(
            bearer.status() == 200,
            is_known,
            "{host}: {}",
            bearer.status()
        );
    }
    // The header leads to the other club's realm, whatever the host: there the session is nobody too.
    let elsewhere = node
        .ask(Method::GET, &format!("{navi}.localhost"), "/admin")
        .header("cookie", &cookie)
        .header("x-tenant-slug", &other);
    assert!(elsewhere.send().await?.status().is_redirection());
    // The API never looks at cookies.
    let api = node
        .ask(Method::GET, &format!("{navi}.localhost"), "/api/users/me")
        .header("cookie", &cookie);
    assert_eq!(api.send().await?.status(), 401);
    installation.end([node]).await;
    Ok(())
}
