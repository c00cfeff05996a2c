//! Webhooks: where to look. Nothing in them is believed.

use super::{client::json, settings::BcbSettings};
use crate::pix::{EndToEndId, Hint, ProviderError, Webhook};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::Value;

/// `{"pix": […]}`; institutions also call without it to see whether anybody answers.
#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    pix: Vec<Value>,
}

/// Refuses a call that does not know the secret part of the address; without one, every call that no proxy has checked.
pub(in crate::pix) fn authentic(
    settings: &BcbSettings,
    webhook: &Webhook<'_>,
) -> Result<(), ProviderError> {
    let is_authentic = match &settings.webhook_token {
        Some(expected) => {
            let given = webhook.token.unwrap_or_default().as_bytes();
            verify_slices_are_equal(expected.expose_secret().as_bytes(), given).is_ok()
        }
        None => settings.proxy_checks_webhook,
    };
    let stranger = || ProviderError::refused("webhook_token", "The caller is not the provider.");
    is_authentic.then_some(()).ok_or_else(stranger)
}

/// What the entries of a body hint at, each once; entries that say nothing to us are skipped.
pub(in crate::pix) fn hints(
    body: &[u8],
    hint: impl Fn(&Value) -> Option<Hint>,
) -> Result<Vec<Hint>, ProviderError> {
    let body: Body = json(body)?;
    let mut hints = Vec::new();
    for found in body.pix.iter().filter_map(hint) {
        if !hints.contains(&found) {
            hints.push(found);
        }
    }
    Ok(hints)
}

/// A payment that came in, or of which something was given back.
pub(in crate::pix) fn pix(entry: &Value) -> Option<Hint> {
    let id = EndToEndId::parse(entry["endToEndId"].as_str()?).ok()?;
    match &entry["devolucoes"] {
        Value::Null => Some(Hint::Pix(id)),
        Value::Array(refunds) if refunds.is_empty() => Some(Hint::Pix(id)),
        _ => Some(Hint::Refund(id)),
    }
}
