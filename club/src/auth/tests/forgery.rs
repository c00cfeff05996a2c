//! Access tokens that somebody else made.

use crate::testing::{Club, installation, text};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

fn header(algorithm: Algorithm) -> Header {
    Header {
        typ: Some("at+jwt".to_owned()),
        ..Header::new(algorithm)
    }
}

fn sign(club: &Club, header: &Header, claims: &Value) -> String {
    let key = EncodingKey::from_secret(club.tenant.token_key.expose_secret());
    encode(header, claims, &key).expect("a token")
}

fn claims_of(token: &str) -> Value {
    let claims = token.split('.').nth(1).expect("claims");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64url");
    serde_json::from_slice(&claims).expect("JSON")
}

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut claims = claims.clone();
    claims[name] = value;
    claims
}

fn without(claims: &Value, name: &str) -> Value {
    let mut claims = claims.clone();
    claims.as_object_mut().expect("an object").remove(name);
    claims
}

/// Claims that the tenant's own key would sign and that must not be believed.
fn wrong_claims(claims: &Value, other: &Club) -> Vec<(&'static str, Value)> {
    let now = claims["iat"].as_i64().expect("a time");
    let mut wrong: Vec<_> = [
        ("another tenant's id", "tid", json!(other.tenant.id)),
        ("nobody", "sub", json!(other.tenant.id)),
        ("another version", "ver", json!(1)),
        ("another audience", "aud", json!("clube-digital/admin")),
        (
            "several audiences",
            "aud",
            json!(["clube-digital/api", "x"]),
        ),
        ("another issuer", "iss", json!("somebody")),
        ("expired", "exp", json!(now - 5)),
        ("from the future", "iat", json!(now + 6)),
        ("exp as text", "exp", json!("99999999999")),
        ("exp as fraction", "exp", json!(99_999_999_999.5)),
        ("one claim more", "role", json!("admin")),
        ("endless", "jti", json!("a".repeat(4000))),
    ]
    .map(|(what, name, value)| (what, with(claims, name, value)))
    .into();
    for name in ["iss", "aud", "sub", "tid", "iat", "exp", "jti", "ver"] {
        wrong.push((name, without(claims, name)));
        wrong.push((name, with(claims, name, Value::Null)));
    }
    wrong
}

/// The same claims in a wrapping that is not ours.
fn wrong_wrappings(
    token: &str,
    claims: &Value,
    club: &Club,
    other: &Club,
) -> Vec<(&'static str, String)> {
    let parts: Vec<&str> = token.split('.').collect();
    let none = URL_SAFE_NO_PAD.encode(br#"{"alg":"none","typ":"at+jwt"}"#);
    vec![
        ("alg none", format!("{none}.{}.", parts[1])),
        (
            "alg none with the signature",
            format!("{none}.{}.{}", parts[1], parts[2]),
        ),
        ("no signature", format!("{}.{}.", parts[0], parts[1])),
        (
            "changed by a letter",
            format!("{}.{}A.{}", parts[0], parts[1], parts[2]),
        ),
        (
            "HS384 with the right key",
            sign(club, &header(Algorithm::HS384), claims),
        ),
        (
            "HS512 with the right key",
            sign(club, &header(Algorithm::HS512), claims),
        ),
        (
            "typ JWT",
            sign(club, &Header::new(Algorithm::HS256), claims),
        ),
        (
            "another tenant's key",
            sign(other, &header(Algorithm::HS256), claims),
        ),
        ("empty", String::new()),
        ("dots", "..".to_owned()),
    ]
}

#[tokio::test]
async fn only_our_own_tokens_are_good() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let other = Club::new(&home, "empresa-b").await;
    let token = club.register("ana@example.com").await["accessToken"].clone();
    let claims = claims_of(text(&token));
    let ours = header(Algorithm::HS256);
    let again = json!(sign(&club, &ours, &claims));
    assert_eq!(club.me(&again).await.status, 200, "the forger's tools work");

    let mut forgeries = wrong_wrappings(text(&token), &claims, &club, &other);
    for (what, claims) in wrong_claims(&claims, &other) {
        forgeries.push((what, sign(&club, &ours, &claims)));
    }
    for (what, forgery) in forgeries {
        let reply = club.me(&json!(forgery)).await;
        assert_eq!(
            (reply.status, reply.code()),
            (401, "unauthenticated"),
            "{what}"
        );
        assert_eq!(reply.header("www-authenticate"), "Bearer");
    }
}

#[tokio::test]
async fn a_blocked_user_is_out_at_once() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let signed_in = club.register("ana@example.com").await;
    assert_eq!(club.me(&signed_in["accessToken"]).await.status, 200);
    sqlx::query!("update users set status = 'blocked'")
        .execute(club.database())
        .await
        .expect("blocked");
    assert_eq!(club.me(&signed_in["accessToken"]).await.status, 401);
    assert_eq!(club.refresh(&signed_in["refreshToken"]).await.status, 401);
}
