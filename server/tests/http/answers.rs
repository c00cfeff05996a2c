//! Every refusal of the JSON API has one shape, and every answer its protecting headers.

use crate::installation::{Installation, Outcome};
use axum::body::Bytes;
use http_body_util::StreamBody;
use hyper::body::Frame;
use reqwest::Method;
use serde_json::Value;

#[tokio::test]
async fn refusals_have_one_shape() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let slug = installation.tenant(&node, "navi").await;
    let host = format!("{slug}.localhost");
    let json = "application/json";
    for (method, path, kind, body, status) in [
        (Method::POST, "/api/auth/login", json, "{", 400),
        (Method::POST, "/api/auth/login", "text/plain", "{}", 415),
        (
            Method::POST,
            "/api/auth/login",
            json,
            r#"{"email":"a@example.com","password":"x","role":"owner"}"#,
            422,
        ),
        (
            Method::POST,
            "/api/auth/login",
            json,
            &"x".repeat(1024 * 1024 + 1),
            413,
        ),
        (Method::GET, "/api/nothing-here", json, "", 404),
        (Method::GET, "/api", json, "", 404),
        (Method::DELETE, "/api/tenant-info", json, "", 405),
        (Method::GET, "/api/users/me", json, "", 401),
    ] {
        // A browser asks for pages everywhere; the API answers JSON all the same.
        let request = node
            .ask(method.clone(), &host, path)
            .header("content-type", kind)
            .header("accept", "text/html,*/*");
        let answer = request.body(body.to_owned()).send().await?;
        let case = format!("{method} {path} {kind}");
        assert_eq!(answer.status(), status, "{case}");
        let id = answer.headers()["x-request-id"].to_str()?.to_owned();
        let body: Value = answer.json().await?;
        assert!(
            body["error"].is_string() && body["message"].is_string(),
            "{case}: {body}"
        );
        assert!(
            body["code"]
                .as_str()
                .is_some_and(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')),
            "{case}: {body}"
        );
        assert_eq!(body["requestId"], id, "{case}");
    }
    installation.end([node]).await;
    Ok(())
}

#[tokio::test]
async fn a_long_body_without_a_length_is_cut_off() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let slug = installation.tenant(&node, "navi").await;
    let chunk = || Ok::<_, std::io::Error>(Frame::data(Bytes::from(vec![b' '; 64 * 1024])));
    let body = StreamBody::new(futures::stream::iter((0..40).map(move |_| chunk())));
    let request = node
        .ask(
            Method::POST,
            &format!("{slug}.localhost"),
            "/api/auth/login",
        )
        .header("content-type", "application/json");
    let answer = request.body(reqwest::Body::wrap(body)).send().await?;
    assert_eq!(answer.status(), 413);
    installation.end([node]).await;
    Ok(())
}

#[tokio::test]
async fn answers_protect_their_reader() -> Outcome {
    let installation = Installation::new();
    let plain = installation.node(&[]).await;
    let tls = installation
        .node(&["--public-url", "https://localhost"])
        .await;
    let slug = installation.tenant(&plain, "navi").await;
    let host = format!("{slug}.localhost");
    for path in [
        "/",
        "/api/tenant-info",
        "/api/nothing-here",
        "/nothing-here",
        "/admin",
        "/livez",
        "/pkg/clube.abc.js",
    ] {
        let answer = plain.get(&host, path).await;
        let headers = answer.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "same-origin", "{path}");
        assert!(
            headers["content-security-policy"]
                .to_str()?
                .contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(!headers.contains_key("strict-transport-security"), "{path}");
        assert!(!headers["x-request-id"].is_empty(), "{path}");
        let answer = tls.get(&host, path).await;
        assert!(
            answer.headers()["strict-transport-security"]
                .to_str()?
                .starts_with("max-age="),
            "{path}"
        );
    }
    for path in ["/api/tenant-info", "/admin"] {
        assert_eq!(
            plain.get(&host, path).await.headers()["cache-control"],
            "no-store",
            "{path}"
        );
    }
    installation.end([plain, tls]).await;
    Ok(())
}
