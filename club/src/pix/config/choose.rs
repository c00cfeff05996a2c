//! Choosing the provider.

use super::{
    ProviderName, ProviderSettings,
    account::{halves, place, traced},
    operations::provider_settings,
    webhook::register_webhook,
};
use crate::{
    Ctx, audit,
    ledger::{self, Account},
    pix::{
        bcb::{Bcb, BcbSettings},
        efi::Efi,
    },
};
use kernel::{Error, Result};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgConnection;
use tenancy::administrators::Permission;

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

/// Chooses the provider, from now on, and has it call this club when something changes. Secrets are given each time, so
/// that nobody can send those that are kept to another address.
///
/// That the provider could not be told where to call is no failure: everything is found by asking, only later. It shows
/// in [`ProviderSettings::webhook_registered_at`], and [`register_webhook`] tries again.
///
/// # Errors
/// The fields of `BcbSettings`: `baseUrl` and `tokenUrl` `https`, `invalid`, or `loopback` outside development; `clientId`,
/// `clientSecret`, `name` and `city` `required`;
/// `webhookToken` `required`, `too_short` or `invalid`; `identity` and `authorities` `invalid`. And `provider`
/// `has_open_deposits`, `has_open_withdrawals`, `has_open_returns` or `holds_money` when a club would leave the sandbox, or
/// go to it, while money is at the provider that it has: what was played must never be paid out as real.
pub async fn choose_provider(ctx: &Ctx, choice: ProviderChoice) -> Result<ProviderSettings> {
    ctx.require(Permission::ManageSettings)?;
    let (name, settings) = checked(ctx, choice)?;
    let (account, sealed) = match settings {
        None => (json!({}), None),
        Some(settings) => {
            let (account, secrets) = halves(&settings);
            let keyring = &ctx.platform.keyring;
            let sealed = keyring.seal(place(ctx), secrets.expose_secret().as_bytes());
            (account, Some(sealed.await?))
        }
    };
    write(ctx, name, account, sealed).await?;
    // Institutions call over HTTPS only.
    if name != ProviderName::Sandbox && ctx.platform.public.is_https() {
        match register_webhook(ctx).await {
            Ok(settings) => return Ok(settings),
            Err(error) => {
                tracing::warn!(tenant = %ctx.tenant.slug, cause = error.cause(), "the webhook is not registered");
            }
        }
    }
    provider_settings(ctx).await
}

/// The account that was given, if it can be used.
fn checked(ctx: &Ctx, choice: ProviderChoice) -> Result<(ProviderName, Option<Box<BcbSettings>>)> {
    let clock = || ctx.platform.clock.clone();
    let (name, settings) = match choice {
        ProviderChoice::Sandbox => return Ok((ProviderName::Sandbox, None)),
        ProviderChoice::Bcb(settings) => {
            Bcb::new((*settings).clone(), clock())?;
            (ProviderName::Bcb, settings)
        }
        ProviderChoice::Efi(settings) => {
            Efi::new((*settings).clone(), clock())?;
            (ProviderName::Efi, settings)
        }
    };
    settings.check(ctx.platform.environment)?;
    Ok((name, Some(settings)))
}

async fn write(
    ctx: &Ctx,
    name: ProviderName,
    account: Value,
    sealed: Option<String>,
) -> Result<()> {
    let mut tx = ctx.begin().await?;
    let before = sqlx::query!(
        r#"select pix_provider as "name: ProviderName", pix_account as account from money_settings for no key update"#
    )
    .fetch_one(&mut *tx)
    .await?;
    let is_played = |name| name == ProviderName::Sandbox;
    if is_played(before.name) != is_played(name) {
        refuse_to_strand(&mut tx, before.name).await?;
    }
    sqlx::query!(
        "update money_settings
         set pix_provider = $1, pix_account = $2, pix_credentials = $3, pix_version = pix_version + 1, pix_webhook_at = null",
        name as ProviderName,
        account,
        sealed,
    )
    .execute(&mut *tx)
    .await?;
    // What came in at an account before the club used it is not the club's business.
    sqlx::query!(
        "insert into pix_listings (provider, listed_until) values ($1, $2) on conflict do nothing",
        name as ProviderName,
        ctx.now(),
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
    Ok(())
}

/// Refuses while anything is open at this provider, or it holds anything for the club.
async fn refuse_to_strand(conn: &mut PgConnection, provider: ProviderName) -> Result<()> {
    let open = sqlx::query!(
        r#"select exists (select from deposits where status = 'waiting' and provider = $1) as "deposits!",
                  exists (select from withdrawals where status in ('requested', 'approved')
                          or status = 'processing' and provider = $1) as "withdrawals!",
                  exists (select from pix_refunds r join received_pix p on p.end_to_end_id = r.end_to_end_id
                          where r.status in ('requested', 'processing') and p.provider = $1) as "returns!""#,
        provider as ProviderName,
    )
    .fetch_one(&mut *conn)
    .await?;
    let held = ledger::balance(conn, Account::Clearing).await?;
    let reasons = [
        (open.deposits, "has_open_deposits"),
        (open.withdrawals, "has_open_withdrawals"),
        (open.returns, "has_open_returns"),
        (!held.is_zero(), "holds_money"),
    ];
    match reasons.into_iter().find(|(holds, _)| *holds) {
        Some((_, reason)) => Err(Error::invalid("provider", reason)),
        None => Ok(()),
    }
}
