//! The limits of sign-in over several nodes, each client behind an address of its own.

use crate::installation::{Installation, Node, Outcome};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

const PASSWORD: &str = "capivara no lago 7";
const OWN: &str = "203.0.113.7";

fn from(address: &str, request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header("x-forwarded-for", address).json(body)
}

/// Ana's sign-in, or a stranger's attempt at it.
async fn sign_in(node: &Node, host: &str, address: &str, password: &str) -> u16 {
    let body = json!({"email": "ana@example.com", "password": password});
    let login = node.ask(Method::POST, host, "/api/auth/login");
    let answer = from(address, login, &body).send().await;
    answer.expect("an answer").status().as_u16()
}

#[tokio::test]
async fn strangers_keep_nobody_out_where_they_signed_in_before_on_whichever_node() -> Outcome {
    let installation = Installation::new();
    let settings = [
        "--trusted-proxies",
        "127.0.0.0/8",
        "--sign-in-per-account",
        "2",
    ];
    let first = installation.node(&settings).await;
    let slug = installation.tenant(&first, "navi").await;
    let host = format!("{slug}.localhost");
    let ana = json!({
        "firstName": "Ana", "lastName": "Souza", "email": "ana@example.com", "password": PASSWORD,
        "userType": "consumer",
    });
    let register = first.ask(Method::POST, &host, "/api/auth/register");
    let joined = from("203.0.113.99", register, &ana).send().await?;
    assert_eq!(joined.status(), 201, "{}", joined.text().await?);
    assert_eq!(sign_in(&first, &host, OWN, PASSWORD).await, 200);

    // One that runs already, and one that starts after it.
    let second = installation.node(&settings).await;
    for node in [&first, &second] {
        while sign_in(node, &host, "198.51.100.6", "wrong, but long enough").await != 429 {}
        let stranger = sign_in(node, &host, "198.51.100.7", PASSWORD).await;
        assert_eq!(stranger, 429, "nobody was signed in from there");
        assert_eq!(sign_in(node, &host, OWN, PASSWORD).await, 200);
    }

    // While the master database is down, whom a node knows goes on, and so does who comes for the first time.
    installation.open_master(false).await;
    assert_eq!(sign_in(&second, &host, OWN, PASSWORD).await, 200);
    assert_eq!(
        sign_in(&second, &host, OWN, PASSWORD).await,
        429,
        "limited too"
    );
    let third = json!({
        "firstName": "Eva", "lastName": "Lima", "email": "eva@example.com", "password": PASSWORD,
        "userType": "consumer",
    });
    let register = second.ask(Method::POST, &host, "/api/auth/register");
    assert_eq!(from(OWN, register, &third).send().await?.status(), 201);
    let credentials = json!({"email": "eva@example.com", "password": PASSWORD});
    let login = second.ask(Method::POST, &host, "/api/auth/login");
    assert_eq!(from(OWN, login, &credentials).send().await?.status(), 200);
    installation.open_master(true).await;
    installation.end([first, second]).await;
    Ok(())
}
