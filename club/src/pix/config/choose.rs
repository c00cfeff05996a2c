//! Choosing the provider.

use super::{
    ProviderName, ProviderSettings,
    account::{halves, place, traced},
    key::{key_of, settle_key},
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
use tenancy::{administrators::Permission, pix_keys};

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
/// An account is left only when nothing is open there, because nobody could ask what became of it. New secrets, another
/// name or another address of the token are no other account. What comes to an account after the club has left it (a
/// payment to its key, money that a payer's institution takes back) is for the club to settle with that institution, and
/// is found here when the club comes back to the account; what it still holds is for the club to bring over, by a transfer
/// that is no Pix, because a Pix would count as somebody's payment. Until then each day's report differs.
///
/// That the provider could not be told where to call is no failure: everything is found by asking, only later. It shows
/// in [`ProviderSettings::webhook_registered_at`], and [`register_webhook`] tries again.
///
/// # Errors
/// The fields of `BcbSettings`: `baseUrl` and `tokenUrl` `https`, `invalid`, or `loopback` outside development; `clientId`,
/// `clientSecret`, `name` and `city` `required`;
/// `webhookToken` `required`, `too_short` or `invalid`; `identity` and `authorities` `invalid`; `key` `used_by_another_club`
/// of this installation. And `provider`, for another
/// account than the present one: `has_open_deposits` while deposits wait to be paid there (a club that always has some
/// pauses them, see `DepositLimits::most_waiting`), `has_open_withdrawals` while
/// payouts are on their way, `has_open_returns` while refunds are. When a club would leave the sandbox, or go to it, also
/// while withdrawals are only asked for, and `holds_money` while money is at the provider that it has: what was played must
/// never be paid out as real.
pub async fn choose_provider(ctx: &Ctx, choice: ProviderChoice) -> Result<ProviderSettings> {
    ctx.require(Permission::ManageSettings)?;
    let (name, settings) = checked(ctx, choice)?;
    let chosen = match settings {
        None => Chosen {
            name,
            account_name: name.as_str().to_owned(),
            account: json!({}),
            sealed: None,
        },
        Some(settings) => {
            let (account, secrets) = halves(&settings);
            let keyring = &ctx.platform.keyring;
            let sealed = keyring.seal(place(ctx), secrets.expose_secret().as_bytes());
            Chosen {
                name,
                account_name: settings.account(name.as_str()),
                account,
                sealed: Some(sealed.await?),
            }
        }
    };
    write(ctx, &chosen).await?;
    // Until the job does it, the key before is kept from others for nothing.
    if let Err(error) = settle_key(ctx).await {
        tracing::warn!(tenant = %ctx.tenant.slug, cause = error.cause(), "a Pix key is not given back");
    }
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

/// What is written of a choice.
struct Chosen {
    name: ProviderName,
    account_name: String,
    account: Value,
    sealed: Option<String>,
}

/// The club's account, which stays the club's until this transaction ends. Whoever writes down what is begun at an account
/// asks first: from then on another one is refused until that is over, so that what was begun can always be asked for.
pub(crate) async fn hold(conn: &mut PgConnection) -> Result<String> {
    let account = sqlx::query_scalar!("select pix_account_name from money_settings for share")
        .fetch_one(conn)
        .await?;
    Ok(account)
}

async fn write(ctx: &Ctx, chosen: &Chosen) -> Result<()> {
    let mut tx = ctx.begin().await?;
    let before = sqlx::query!(
        r#"select pix_provider as "name: ProviderName", pix_account as account, pix_account_name as account_name
           from money_settings for no key update"#
    )
    .fetch_one(&mut *tx)
    .await?;
    if before.account_name != chosen.account_name {
        let is_played = |name| name == ProviderName::Sandbox;
        let is_other_money = is_played(before.name) != is_played(chosen.name);
        refuse_to_strand(&mut tx, &before.account_name, is_other_money).await?;
    }
    // Within the lock, so that nobody gives it back before it is saved.
    if let Some(key) = key_of(&chosen.account) {
        pix_keys::claim(&ctx.platform, ctx.tenant.id, key).await?;
    }
    sqlx::query!(
        "update money_settings
         set pix_provider = $1, pix_account = $2, pix_credentials = $3, pix_account_name = $4,
             pix_version = pix_version + 1, pix_webhook_at = null",
        chosen.name as ProviderName,
        chosen.account,
        chosen.sealed,
        chosen.account_name,
    )
    .execute(&mut *tx)
    .await?;
    // What came in at an account before the club used it is not the club's business. Who comes back to one goes on listing
    // where they stopped.
    sqlx::query!(
        "insert into pix_listings (account, listed_until, used_since) values ($1, $2, $2) on conflict do nothing",
        chosen.account_name,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    let record = audit::Record {
        action: "pix_provider.choose",
        subject: "money_settings".to_owned(),
        before: Some(traced(before.name, &before.account)),
        after: Some(traced(chosen.name, &chosen.account)),
    };
    audit::record(&mut tx, ctx, record).await?;
    tx.commit().await?;
    Ok(())
}

/// Refuses while anything is open at this account: only it can say what becomes of that. To where the money is of another
/// kind nobody goes while withdrawals of it are asked for or any of it is held.
async fn refuse_to_strand(
    conn: &mut PgConnection,
    account: &str,
    is_other_money: bool,
) -> Result<()> {
    let open = sqlx::query!(
        r#"select exists (select from deposits where status = 'waiting' and provider = $1) as "deposits!",
                  exists (select from withdrawals where $2 and status in ('requested', 'approved')
                          or status = 'processing' and provider = $1) as "withdrawals!",
                  exists (select from pix_refunds r join received_pix p on p.end_to_end_id = r.end_to_end_id
                          where r.status in ('requested', 'processing') and p.provider = $1) as "returns!""#,
        account,
        is_other_money,
    )
    .fetch_one(&mut *conn)
    .await?;
    let held = ledger::balance(conn, Account::Clearing).await?;
    let reasons = [
        (open.deposits, "has_open_deposits"),
        (open.withdrawals, "has_open_withdrawals"),
        (open.returns, "has_open_returns"),
        (is_other_money && !held.is_zero(), "holds_money"),
    ];
    match reasons.into_iter().find(|(holds, _)| *holds) {
        Some((_, reason)) => Err(Error::invalid("provider", reason)),
        None => Ok(()),
    }
}
