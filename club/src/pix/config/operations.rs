//! Building the provider that was chosen, and telling who it is.

use super::{
    ProviderName, ProviderSettings,
    account::{opened, place, shown},
    kept::KeptSandbox,
};
use crate::{
    Ctx,
    pix::{PixProvider, bcb::Bcb, efi::Efi, name_in},
};
use kernel::{Result, TenantId};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};
use tenancy::{administrators::Permission, platform::Environment};

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
    let mut settings = opened(ctx, row.account, row.credentials).await?;
    settings.only_outside = ctx.platform.environment == Environment::Production;
    let clock = ctx.platform.clock.clone();
    let provider: Arc<dyn PixProvider> = match row.name {
        ProviderName::Efi => Arc::new(Efi::new(settings, clock)?),
        ProviderName::Bcb | ProviderName::Sandbox => Arc::new(Bcb::new(settings, clock)?),
    };
    let mut built = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    built.insert(ctx.tenant.id, (row.version, Arc::clone(&provider)));
    Ok(provider)
}

/// Whether this account is of played money where clubs live: there, nothing is begun with it.
pub(crate) fn is_missing(ctx: &Ctx, account: &str) -> bool {
    let is_played = name_in(account) == ProviderName::Sandbox.as_str();
    is_played && ctx.platform.environment == Environment::Production
}

/// The provider that was chosen, for the club's administrators.
pub async fn provider_settings(ctx: &Ctx) -> Result<ProviderSettings> {
    ctx.require(Permission::ViewConsole)?;
    let row = sqlx::query!(
        r#"select pix_provider as "name: ProviderName", pix_account as account,
                  pix_credentials is not null as "has_credentials!", pix_webhook_at as webhook_registered_at
           from money_settings"#
    )
    .fetch_one(&mut *ctx.conn().await?)
    .await?;
    Ok(ProviderSettings {
        provider: row.name,
        is_missing: is_missing(ctx, row.name.as_str()),
        account: shown(row.account)?,
        has_credentials: row.has_credentials,
        webhook_registered_at: row.webhook_registered_at,
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
