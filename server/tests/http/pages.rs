//! Pages and files as the server gives them.

use crate::installation::{Installation, Outcome};
use leptos_axum::generate_route_list;
use reqwest::Method;

#[tokio::test]
async fn every_page_comes_from_the_server() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let slug = installation.tenant(&node, "navi").await;
    let pages: Vec<_> = generate_route_list(app::App)
        .iter()
        .map(|route| route.path().replace("{slug}", &slug))
        .collect();
    assert!(pages.len() > 2, "{pages:?}");
    for host in [format!("{slug}.localhost"), "localhost".to_owned()] {
        for page in &pages {
            let answer = node
                .ask(Method::GET, &host, page)
                .header("accept", "text/html")
                .send()
                .await?;
            assert!(
                answer.status().as_u16() < 500,
                "{host}{page}: {}",
                answer.status()
            );
            if answer.status().is_redirection() {
                continue;
            }
            assert!(
                answer.headers()["content-type"]
                    .to_str()?
                    .starts_with("text/html"),
                "{host}{page}"
            );
            let policy = answer.headers()["content-security-policy"]
                .to_str()?
                .to_owned();
            let html = answer.text().await?;
            let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
            let nonce = rest.split('\'').next().expect("its end");
            assert!(
                html.contains(&format!("nonce=\"{nonce}\"")),
                "{host}{page}: the policy's nonce is the page's"
            );
            assert!(
                !policy.contains("unsafe-inline") && policy.contains("'wasm-unsafe-eval'"),
                "{policy}"
            );
            assert!(
                html.contains("/pkg/clube.abc.js")
                    && html.contains("/pkg/clube.def.wasm")
                    && html.contains("/pkg/clube.ghi.css")
            );
        }
    }
    let missing = node
        .ask(Method::GET, &format!("{slug}.localhost"), "/no-such-page")
        .header("accept", "text/html")
        .send()
        .await?;
    assert_eq!(missing.status(), 404);
    assert!(missing.text().await?.contains("</html>"));
    installation.end([node]).await;
    Ok(())
}

#[tokio::test]
async fn the_first_html_is_in_the_clubs_brand() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let slug = installation.tenant(&node, "navi").await;
    let host = format!("{slug}.localhost");
    let html = node.get(&host, "/").await.text().await?;
    assert!(html.contains("Clube navi"), "{html}");
    let icon = node.get(&host, "/brand/icon.svg").await;
    assert_eq!(icon.headers()["content-type"], "image/svg+xml");
    let platform = node
        .get("localhost", "/brand/icon.svg")
        .await
        .text()
        .await?;
    assert_ne!(icon.text().await?, platform);
    installation.end([node]).await;
    Ok(())
}

#[tokio::test]
async fn hashed_files_are_kept_for_a_year() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    // Files belong to no tenant.
    let file = node.get("nobody.example", "/pkg/clube.abc.js").await;
    assert_eq!(file.status(), 200);
    assert_eq!(
        file.headers()["cache-control"],
        "public, max-age=31536000, immutable"
    );
    let missing = node.get("nobody.example", "/pkg/clube.zzz.js").await;
    assert_eq!(missing.status(), 404);
    assert!(
        missing
            .headers()
            .get("cache-control")
            .is_none_or(|keep| !keep.to_str().unwrap_or_default().contains("immutable"))
    );
    for outside in [
        "/pkg/../hash.txt",
        "/pkg/%2e%2e/hash.txt",
        "/pkg/..%2fhash.txt",
    ] {
        assert_ne!(
            node.get("nobody.example", outside).await.status(),
            200,
            "{outside}"
        );
    }
    installation.end([node]).await;
    Ok(())
}

#[tokio::test]
async fn the_link_for_a_new_password_leads_to_a_form_that_works_without_a_program() -> Outcome {
    const PAGE: &str = "/reset-password?token=not-a-token";
    const FUNCTION: &str = "/_fn/reset-password";
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let slug = installation.tenant(&node, "navi").await;
    let host = format!("{slug}.localhost");
    let look = async |host: &str, page: &str, cookie: &str| {
        let request = node.ask(Method::GET, host, page);
        let request = request
            .header("accept", "text/html")
            .header("cookie", cookie);
        let answer = request.send().await.expect("a page");
        (answer.status(), answer.text().await.expect("its HTML"))
    };

    let (status, form) = look(&host, PAGE, "").await;
    assert_eq!(status, 200);
    assert!(
        form.contains(FUNCTION) && form.contains(r#"value="not-a-token""#),
        "{form}"
    );
    let (_, bare) = look(&host, "/reset-password", "").await;
    assert!(!bare.contains(FUNCTION), "nothing to send without a token");
    assert_eq!(look("localhost", PAGE, "").await.0, 404);

    let sent = node
        .ask(Method::POST, &host, FUNCTION)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header("referer", format!("http://{host}{PAGE}"))
        .form(&[
            ("token", "not-a-token"),
            ("password", "uma senha bem longa"),
        ])
        .send()
        .await?;
    assert_eq!(sent.status(), 302);
    assert_eq!(sent.headers()["location"], PAGE);
    let flash = sent.headers()["set-cookie"].to_str()?;
    let flash = flash.split(';').next().unwrap_or_default();
    let (_, used_up) = look(&host, PAGE, flash).await;
    assert!(
        !used_up.contains(FUNCTION) && used_up.contains("já foi usado ou venceu"),
        "{used_up}"
    );
    installation.end([node]).await;
    Ok(())
}
