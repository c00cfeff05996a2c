//! Telling the provider where to call.

use super::{
    ProviderName, ProviderSettings,
    account::opened,
    operations::{provider, provider_settings},
};
use crate::{Ctx, audit};
use kernel::{Error, Result};
use secrecy::ExposeSecret;
use serde_json::json;
use tenancy::administrators::Permission;

/// Has the provider call this club from now on when something changes; the last part of the address is the secret that
/// its account was given. Choosing a provider does so too: this is for trying again, and after the club's address changed.
///
/// # Errors
/// `https_required` when the installation is reached without TLS, because institutions call over HTTPS only; and those of
/// asking the provider.
pub async fn register_webhook(ctx: &Ctx) -> Result<ProviderSettings> {
    ctx.require(Permission::ManageSettings)?;
    let row = sqlx::query!(
        r#"select pix_provider as "name: ProviderName", pix_account as account, pix_credentials as credentials,
                  pix_version as version
           from money_settings"#
    )
    .fetch_one(&mut *ctx.conn().await?)
    .await?;
    let public = &ctx.platform.public;
    let club = public.url(Some(ctx.tenant.slug.as_str()));
    let mut url = format!("{club}/api/pix/webhooks/{}", row.name.as_str());
    if row.name != ProviderName::Sandbox {
        if !public.is_https() {
            return Err(Error::conflict(
                "https_required",
                "Institutions call over HTTPS only, and this installation is reached without it.",
            ));
        }
        let settings = opened(ctx, row.account, row.credentials).await?;
        if let Some(token) = &settings.webhook_token {
            url.push('/');
            url.push_str(token.expose_secret());
        }
    }
    provider(ctx).await?.register_webhook(&url).await?;
    let mut tx = ctx.begin().await?;
    // Of another provider that was chosen meanwhile, this says nothing.
    sqlx::query!(
        "update money_settings set pix_webhook_at = $1 where pix_version = $2",
        ctx.now(),
        row.version,
    )
    .execute(&mut *tx)
    .await?;
    let record = audit::Record {
        action: "pix_provider.register_webhook",
        subject: "money_settings".to_owned(),
        before: None,
        after: Some(json!({ "provider": row.name, "club": club })),
    };
    audit::record(&mut tx, ctx, record).await?;
    tx.commit().await?;
    provider_settings(ctx).await
}
