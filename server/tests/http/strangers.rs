//! What another site makes a browser send is refused; a sibling subdomain is another site.

use crate::installation::{Installation, Outcome};
use reqwest::Method;

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
