//! What holds for every route: its document, its strangers, its refusals.

mod answering;
mod moments;
mod strangers;

use super::{document::complete, features, router};
use crate::testing::{Call, Club, installation, newcomer, text};
use serde_json::{Value, json};

/// Routes that need no sign-in. Every other route of the document must refuse strangers; a new public route is a
/// decision, and this list is where it is made.
const PUBLIC: [(&str, &str); 11] = [
    ("get", "/api/tenant-info"),
    ("get", "/api/branding"),
    ("post", "/api/auth/register"),
    ("post", "/api/auth/login"),
    ("post", "/api/auth/refresh"),
    ("post", "/api/auth/logout"),
    ("post", "/api/auth/forgot-password"),
    ("post", "/api/auth/reset-password"),
    ("post", "/api/pix/webhooks/{provider}"),
    ("post", "/api/pix/webhooks/{provider}/{secret}"),
    ("post", "/api/pix/webhooks/{provider}/{secret}/pix"),
];

fn document() -> Value {
    serde_json::to_value(router().into_openapi()).expect("a document")
}

/// Method, path and description of every route.
fn routes(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("a path");
        item.iter()
            .map(move |(method, operation)| (method.clone(), path.clone(), operation.clone()))
    });
    operations.collect()
}

fn is_public(method: &str, path: &str) -> bool {
    PUBLIC.contains(&(method, path))
}

#[test]
fn the_document_is_whole() {
    let document = document();
    assert!(text(&document["openapi"]).starts_with("3.1."));
    let routes = routes(&document);
    assert_eq!(routes.len(), 63, "a route is gone or new");
    // A schema's name is its type's: another type of that name would take its place without a word.
    let schemas = &document["components"]["schemas"];
    assert!(schemas["Document"]["properties"]["version"].is_object());
    assert_eq!(schemas["TaxNumber"]["format"], "cpf-or-cnpj");
    for (method, path) in PUBLIC {
        assert!(
            routes.iter().any(|(m, p, _)| m == method && p == path),
            "{method} {path} is gone"
        );
    }
    for (method, path, operation) in &routes {
        let route = format!("{method} {path}");
        assert!(path.starts_with("/api/"), "{route}");
        assert!(!text(&operation["summary"]).is_empty(), "{route}");
        assert_eq!(
            operation["tags"].as_array().map(Vec::len),
            Some(1),
            "{route}"
        );
        assert_eq!(
            operation.get("security").is_none(),
            is_public(method, path),
            "{route}"
        );
        let responses = operation["responses"].as_object().expect("responses");
        assert!(
            responses.keys().any(|status| status.starts_with('2')),
            "{route}"
        );
        assert!(
            responses.contains_key("429") && responses.contains_key("503"),
            "{route}"
        );
        assert!(
            is_public(method, path) || responses.contains_key("401"),
            "{route}"
        );
        let has_body = operation.get("requestBody").is_some();
        // Deleting may need a confirmation.
        assert!(
            has_body != (method == "get") || method == "delete",
            "{route}"
        );
    }
    let whole = document.to_string();
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("schemas");
    for reference in whole.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap_or_default();
        assert!(schemas.contains_key(name), "{name} is named and not there");
    }
    assert!(document["components"]["securitySchemes"]["bearer"].is_object());
}

/// Every JSON body has an example, every refusal the one shape. The examples are made anew here, because only then is it
/// said which fields nothing is known of: give those a `#[schema(example = …)]`. If it is `error`, a route's own refusal
/// names no reason in backticks.
#[test]
fn every_body_has_an_example() {
    let unknown = complete(&mut features().into_openapi());
    assert!(unknown.is_empty(), "no example: {unknown:?}");

    let document = document();
    for (method, path, operation) in routes(&document) {
        let route = format!("{method} {path}");
        let asked = operation.get("requestBody").map(|body| ("asked", body));
        let answered = operation["responses"].as_object().into_iter().flatten();
        let answered = answered.map(|(status, answer)| (status.as_str(), answer));
        for (what, body) in asked.into_iter().chain(answered) {
            let body = match body["$ref"].as_str() {
                Some(name) => document
                    .pointer(name.trim_start_matches('#'))
                    .unwrap_or_else(|| panic!("{route}: {name} is named and not there")),
                None => body,
            };
            if what.starts_with(['4', '5']) {
                let schema = &body["content"]["application/json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/ErrorBody", "{route} {what}");
            }
            for (media_type, content) in body["content"].as_object().into_iter().flatten() {
                let is_text = media_type == "application/json"
                    || media_type.starts_with("text/")
                    || media_type == "image/svg+xml";
                let has_one = content.get("example").is_some() || content.get("examples").is_some();
                assert!(
                    has_one || !is_text,
                    "{route} {what} {media_type}: no example"
                );
            }
        }
        for status in ["400", "404", "422", "500"] {
            let answer = &operation["responses"][status];
            assert!(answer.is_object(), "{route} says nothing of {status}");
        }
    }
}

#[tokio::test]
async fn every_refusal_has_one_shape() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let login = || Call::post("/api/auth/login");
    let big = format!(
        "{{\"email\":\"{}\"}}",
        "a".repeat(tenancy::http::BODY_LIMIT)
    );
    for (call, status, code) in [
        (Call::get("/api/nothing/here"), 404, "route_not_found"),
        (Call::get("/api"), 404, "route_not_found"),
        (Call::post("/api/auth/nothing"), 404, "route_not_found"),
        (Call::get("/api/auth/login"), 405, "method_not_allowed"),
        (Call::post("/api/tenant-info"), 405, "method_not_allowed"),
        (login().raw("{"), 415, "unsupported_media_type"),
        (
            login()
                .raw("a=b")
                .header("content-type", "application/x-www-form-urlencoded"),
            415,
            "unsupported_media_type",
        ),
        (
            login().raw("{").header("content-type", "application/json"),
            400,
            "malformed_json",
        ),
        (
            login().header("content-type", "application/json; charset=utf-8"),
            400,
            "malformed_json",
        ),
        (
            login().raw(&big).header("content-type", "application/json"),
            413,
            "payload_too_large",
        ),
        (login().json(&json!({})), 422, "validation_failed"),
        (Call::get("/api/users/me"), 401, "unauthenticated"),
    ] {
        let reply = club.send(call).await;
        assert_eq!(
            (reply.status, reply.code()),
            (status, code),
            "{}",
            reply.body
        );
        assert!(!text(&reply.body["error"]).is_empty() && !text(&reply.body["message"]).is_empty());
    }
}

#[tokio::test]
async fn tenant_info_is_as_specified() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let reply = club.send(Call::get("/api/tenant-info")).await;
    assert_eq!(reply.status, 200);
    let tenant = &club.tenant;
    let message = &reply.body["message"];
    assert!(!text(message).is_empty());
    assert_eq!(
        reply.body,
        json!({
            "success": true,
            "tenant": {
                "id": tenant.id, "slug": tenant.slug, "companyName": tenant.company_name, "status": "trial",
                "plan": "PRO", "subdomain": format!("{}.localhost", tenant.slug)
            },
            "database": { "name": tenant.database.name, "host": tenant.database.host },
            "message": message,
        })
    );
    let live = club
        .in_production()
        .send(Call::get("/api/tenant-info"))
        .await;
    assert_eq!(
        live.body.get("database"),
        None,
        "only on a developer's machine"
    );
    assert_eq!(live.body["tenant"], reply.body["tenant"]);
}

#[tokio::test]
async fn branding_is_sent_once() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let other = Club::new(&home, "empresa-b").await;
    let first = club.send(Call::get("/api/branding")).await;
    assert_eq!(first.status, 200);
    assert_eq!(
        first.body["appName"],
        club.tenant.branding.app_name.as_str()
    );
    assert_eq!(first.body["minimumAppVersion"], "1.0.0");
    assert_eq!(first.body["modules"][0]["moduleKey"], "marketplace");
    for colour in ["primary", "secondary", "accent"] {
        let [background, on_it] = [format!("{colour}Color"), format!("{colour}TextColor")]
            .map(|name| kernel::Colour::parse(text(&first.body[name])).expect("a colour"));
        assert!(background.contrast_hundredths(on_it) >= 450, "{colour}");
    }
    let etag = first.header("etag").to_owned();
    assert!(
        etag.starts_with('"') && etag.ends_with('"'),
        "strong: {etag}"
    );
    let again = club
        .send(Call::get("/api/branding").header("if-none-match", &etag))
        .await;
    assert_eq!(
        (again.status, again.header("etag"), &again.body),
        (304, etag.as_str(), &Value::Null)
    );
    let elsewhere = other
        .send(Call::get("/api/branding").header("if-none-match", &etag))
        .await;
    assert_eq!(elsewhere.status, 200, "another club has another tag");
}

#[tokio::test]
async fn signed_in_users_see_their_limit() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let token = club.register("ana@example.com").await["accessToken"].clone();
    let mut last = club.me(&token).await;
    assert_eq!(
        (
            last.header("ratelimit-limit"),
            last.header("ratelimit-remaining")
        ),
        ("300", "299")
    );
    for _ in 0..400 {
        last = club.me(&token).await;
        if last.status == 429 {
            break;
        }
    }
    assert_eq!((last.status, last.code()), (429, "too_many_requests"));
    assert_eq!(
        (
            last.header("ratelimit-limit"),
            last.header("ratelimit-remaining")
        ),
        ("300", "0")
    );
    assert_eq!(last.header("retry-after"), last.header("ratelimit-reset"));
}

#[tokio::test]
async fn a_tenant_whose_database_is_down_still_has_its_brand() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await.without_database();
    assert_eq!(club.send(Call::get("/api/branding")).await.status, 200);
    assert_eq!(club.send(Call::get("/api/tenant-info")).await.status, 200);
    let reply = club
        .send(Call::post("/api/auth/register").json(&newcomer("ana@example.com")))
        .await;
    assert_eq!(
        (reply.status, &reply.body),
        (503, &json!({ "error": "Tenant unavailable" }))
    );
    assert!(!reply.header("retry-after").is_empty());
}
