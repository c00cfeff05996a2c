//! Where it calls when something changes.

use super::{Answer, Psp, problem, shapes::only};
use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::Value;

pub(super) async fn set_webhook(
    State(psp): State<Psp>,
    Path(key): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let https = body["webhookUrl"]
        .as_str()
        .is_some_and(|url| url.starts_with("https://"));
    if !https || !only(&body, &["webhookUrl"]) {
        return problem(
            400,
            "WebhookOperacaoInvalida",
            &[("webhook.webhookUrl", "https")],
        )
        .into_response();
    }
    let mut account = psp.account();
    account.skips_mutual_tls = headers
        .get("x-skip-mtls-checking")
        .is_some_and(|value| value == "true");
    account.webhooks.insert(key, body);
    StatusCode::OK.into_response()
}

pub(super) async fn webhook(State(psp): State<Psp>, Path(key): Path<String>) -> Answer {
    match psp.account().webhooks.get(&key) {
        Some(body) => (StatusCode::OK, Json(body.clone())),
        None => problem(404, "WebhookNaoEncontrado", &[]),
    }
}
