//! How an account at an institution is kept: what may be shown, and apart from it what is sealed.

use super::ProviderName;
use crate::{Ctx, pix::bcb::BcbSettings};
use kernel::{Error, Result};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tenancy::secrets::Place;

/// The fields of an account that are sealed, as `BcbSettings` names them.
const SECRETS: [&str; 3] = ["clientSecret", "identity", "webhookToken"];

pub(super) fn place(ctx: &Ctx) -> Place {
    Place {
        tenant: Some(ctx.tenant.id),
        column: "money_settings.pix_credentials",
        // The table has one row.
        row: ctx.tenant.id.0,
    }
}

/// What the audit log keeps: enough to tell one account from another.
pub(super) fn traced(provider: ProviderName, account: &Value) -> Value {
    json!({ "provider": provider, "baseUrl": account["baseUrl"], "clientId": account["clientId"] })
}

/// What administrators see.
pub(super) fn shown(account: Value) -> Result<BTreeMap<String, String>> {
    let account: BTreeMap<String, Value> =
        serde_json::from_value(account).map_err(Error::internal)?;
    let text = |value: Value| match value {
        Value::String(text) => text,
        Value::Bool(holds) => holds.to_string(),
        // The club's key, with its kind.
        other => other["key"].as_str().unwrap_or_default().to_owned(),
    };
    Ok(account
        .into_iter()
        .map(|(name, value)| (name, text(value)))
        .collect())
}

/// What may be shown, and what is to be sealed.
pub(super) fn halves(settings: &BcbSettings) -> (Value, SecretString) {
    let secret = |secret: &Option<SecretString>| {
        secret
            .as_ref()
            .map(|secret| secret.expose_secret().to_owned())
    };
    let mut account = json!({
        "baseUrl": settings.base_url,
        "tokenUrl": settings.token_url,
        "clientId": settings.client_id,
        "scope": settings.scope,
        "authorities": settings.authorities,
        "key": settings.key,
        "name": settings.name,
        "city": settings.city,
        "proxyChecksWebhook": settings.proxy_checks_webhook.then_some(true),
    });
    if let Value::Object(fields) = &mut account {
        fields.retain(|_, value| !value.is_null());
    }
    let secrets = json!({
        "clientSecret": settings.client_secret.expose_secret(),
        "identity": secret(&settings.identity),
        "webhookToken": secret(&settings.webhook_token),
    });
    (account, secrets.to_string().into())
}

/// The opposite of [`halves`]: the account with its secrets opened.
pub(super) async fn opened(
    ctx: &Ctx,
    account: Value,
    credentials: Option<String>,
) -> Result<BcbSettings> {
    let sealed = credentials.ok_or_else(|| Error::internal("a provider has no credentials"))?;
    let keyring = &ctx.platform.keyring;
    let secrets = keyring.unseal_text(place(ctx), &sealed).await?;
    // What cannot be read is secret, so nothing of it is said.
    let broken = |_| Error::internal("a provider's settings cannot be read");
    let mut account: Map<_, _> = serde_json::from_value(account).map_err(broken)?;
    let mut secrets: Map<_, _> = serde_json::from_str(secrets.expose_secret()).map_err(broken)?;
    for name in SECRETS {
        let secret = secrets.remove(name).unwrap_or_default();
        account.insert(name.to_owned(), secret);
    }
    serde_json::from_value(Value::Object(account)).map_err(broken)
}
