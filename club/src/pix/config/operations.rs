//! Choosing the provider, and building what was chosen.

use super::{ProviderName, ProviderSettings, kept::KeptSandbox};
use crate::{
    Ctx, audit,
    pix::{
        PixProvider,
        bcb::{Bcb, BcbSettings},
        efi::Efi,
    },
};
use kernel::{Error, Result, TenantId};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, LazyLock, Mutex, PoisonError},
};
use tenancy::{administrators::Permission, secrets::Place};

/// The fields of an account that are sealed, as `BcbSettings` names them.
const SECRETS: [&str; 3] = ["clientSecret", "identity", "webhookToken"];

/// Who shall hold the club's money.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "provider", rename_all = "snake_case", deny_unknown_fields)]
pub enum ProviderChoice {
    /// The institution that is played inside the program.
    Sandbox,
    /// An account at an institution that speaks the central bank's API Pix.
    Bcb(Box<BcbSettings>),
    /// An account at Efí.
    Efi(Box<BcbSettings>),
}

type Built = HashMap<TenantId, (i64, Arc<dyn PixProvider>)>;

/// What was built in this process, with the version of the settings that it was built from. A provider keeps connections
/// and an access token, so it is not built for each call.
static BUILT: LazyLock<Mutex<Built>> = LazyLock::new(Mutex::default);

/// The institution that holds this club's money. Take no connection of the tenant's with you into its calls: they last as
/// long as somebody else's server does, and the sandbox needs one of its own.
pub async fn provider(ctx: &Ctx) -> Result<Arc<dyn PixProvider>> {
    let row = sqlx::query!(
        r#"select pix_provider as "name: ProviderName", pix_account as account, pix_credentials as credentials,
                  pix_version as version
           from money_settings"#
    )
    .fetch_one(&mut *ctx.conn().await?)
    .await?;
    if row.name == ProviderName::Sandbox {
        return Ok(Arc::new(KeptSandbox::new(ctx)));
    }
    let known = |built: &Built| {
        let (version, provider) = built.get(&ctx.tenant.id)?;
        (*version == row.version).then(|| Arc::clone(provider))
    };
    if let Some(provider) = known(&BUILT.lock().unwrap_or_else(PoisonError::into_inner)) {
        return Ok(provider);
    }
    let sealed = row
        .credentials
        .ok_or_else(|| Error::internal("a provider has no credentials"))?;
    let keyring = &ctx.platform.keyring;
    let secrets = keyring.unseal_text(place(ctx), &sealed).await?;
    let settings = whole(row.account, &secrets)?;
    let clock = ctx.platform.clock.clone();
    let provider: Arc<dyn PixProvider> = match row.name {
        ProviderName::Efi => Arc::new(Efi::new(settings, clock)?),
        ProviderName::Bcb | ProviderName::Sandbox => Arc::new(Bcb::new(settings, clock)?),
    };
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    built.insert(ctx.tenant.id, (row.version, Arc::clone(&provider)));
    Ok(provider)
}

/// The provider that was chosen, for the club's administrators.
pub async fn provider_settings(ctx: &Ctx) -> Result<ProviderSettings> {
    ctx.require(Permission::ViewConsole)?;
    let row = sqlx::query!(
        r#"select pix_provider as "name: ProviderName", pix_account as account,
                  pix_credentials is not null as "has_credentials!"
           from money_settings"#
    )
    .fetch_one(&mut *ctx.conn().await?)
    .await?;
    Ok(ProviderSettings {
        provider: row.name,
        account: shown(row.account)?,
        has_credentials: row.has_credentials,
    })
}

/// Chooses the provider, from now on. Secrets are given each time, so that nobody can send those that are kept to another
/// address. Errors: the fields of `BcbSettings`, for example `baseUrl` `https`, `identity` `invalid`.
pub async fn choose_provider(ctx: &Ctx, choice: ProviderChoice) -> Result<ProviderSettings> {
    ctx.require(Permission::ManageSettings)?;
    let clock = || ctx.platform.clock.clone();
    let (name, settings) = match choice {
        ProviderChoice::Sandbox => (ProviderName::Sandbox, None),
        ProviderChoice::Bcb(settings) => {
            Bcb::new((*settings).clone(), clock())?;
            (ProviderName::Bcb, Some(settings))
        }
        ProviderChoice::Efi(settings) => {
            Efi::new((*settings).clone(), clock())?;
            (ProviderName::Efi, Some(settings))
        }
    };
    let (account, sealed) = match settings {
        None => (json!({}), None),
        Some(settings) => {
            let (account, secrets) = halves(&settings);
            let keyring = &ctx.platform.keyring;
            let sealed = keyring.seal(place(ctx), secrets.expose_secret().as_bytes());
            (account, Some(sealed.await?))
        }
    };
    let mut tx = ctx.begin().await?;
    let before = sqlx::query!(
        r#"select pix_provider as "name: ProviderName", pix_account as account from money_settings for no key update"#
    )
    .fetch_one(&mut *tx)
    .await?;
    sqlx::query!(
        "update money_settings set pix_provider = $1, pix_account = $2, pix_credentials = $3, pix_version = pix_version + 1",
        name as ProviderName,
        account,
        sealed,
    )
    .execute(&mut *tx)
    .await?;
    let record = audit::Record {
        action: "pix_provider.choose",
        subject: "money_settings".to_owned(),
        before: Some(traced(before.name, &before.account)),
        after: Some(traced(name, &account)),
    };
    audit::record(&mut tx, ctx, record).await?;
    tx.commit().await?;
    Ok(ProviderSettings {
        provider: name,
        has_credentials: sealed.is_some(),
        account: shown(account)?,
    })
}

/// Seals the provider's secrets again with the tenant's newest data key; how many values that were. Safe to run again.
pub async fn reseal(ctx: &Ctx) -> Result<u64> {
    let mut tx = ctx.begin().await?;
    let sealed =
        sqlx::query_scalar!("select pix_credentials from money_settings for no key update")
            .fetch_one(&mut *tx)
            .await?;
    let Some(sealed) = sealed else { return Ok(0) };
    let keyring = &ctx.platform.keyring;
    let Some(resealed) = keyring.reseal(place(ctx), &sealed).await? else {
        return Ok(0);
    };
    sqlx::query!("update money_settings set pix_credentials = $1", resealed)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(1)
}

fn place(ctx: &Ctx) -> Place {
    Place {
        tenant: Some(ctx.tenant.id),
        column: "money_settings.pix_credentials",
        // The table has one row.
        row: ctx.tenant.id.0,
    }
}

/// What the audit log keeps: enough to tell one account from another.
fn traced(provider: ProviderName, account: &Value) -> Value {
    json!({ "provider": provider, "baseUrl": account["baseUrl"], "clientId": account["clientId"] })
}

fn shown(account: Value) -> Result<BTreeMap<String, String>> {
    let account: BTreeMap<String, Value> =
        serde_json::from_value(account).map_err(Error::internal)?;
    let text = |value: Value| match value {
        Value::String(text) => text,
        // The club's key, with its kind.
        other => other["key"].as_str().unwrap_or_default().to_owned(),
    };
    Ok(account
        .into_iter()
        .map(|(name, value)| (name, text(value)))
        .collect())
}

/// What may be shown, and what is sealed.
fn halves(settings: &BcbSettings) -> (Value, SecretString) {
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

/// The opposite of [`halves`].
fn whole(account: Value, secrets: &SecretString) -> Result<BcbSettings> {
    let broken = |_| Error::internal("a provider's settings cannot be read");
    let mut account: Map<_, _> = serde_json::from_value(account).map_err(broken)?;
    let mut secrets: Map<_, _> = serde_json::from_str(secrets.expose_secret()).map_err(broken)?;
    for name in SECRETS {
        let secret = secrets.remove(name).unwrap_or_default();
        account.insert(name.to_owned(), secret);
    }
    serde_json::from_value(Value::Object(account)).map_err(broken)
}
