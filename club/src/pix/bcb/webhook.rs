//! Webhooks: where to look. Nothing in them is believed.

use super::client::json;
use crate::pix::{EndToEndId, Hint, ProviderError, Webhook};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;

/// `{"pix": […]}`; institutions also call without it to see whether anybody answers.
#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    pix: Vec<Value>,
}

/// Refuses a call that does not know the secret part of the address.
pub(in crate::pix) fn authentic(
    token: Option<&SecretString>,
    webhook: &Webhook<'_>,
) -> Result<(), ProviderError> {
    let Some(expected) = token else { return Ok(()) };
    let given = webhook.token.unwrap_or_default();
    verify_slices_are_equal(expected.expose_secret().as_bytes(), given.as_bytes())
        .map_err(|_| ProviderError::refused("webhook_token", "The caller is not the provider."))
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

/// A payment that came in, or something about it changed.
pub(in crate::pix) fn pix(entry: &Value) -> Option<Hint> {
    let id = entry["endToEndId"].as_str()?;
    EndToEndId::parse(id).ok().map(Hint::Pix)
}
