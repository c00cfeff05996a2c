//! What the provider holds against what the ledger says that it holds.
//!
//! Rightly they differ by what is on its way: a payout that was sent and has no answer yet, a refund that was asked for.
//! The ledger has that money until somebody knows that it is gone, and the provider may have it no more. So the provider
//! holds what the ledger says, or less by no more than that. More is money that our books know nothing of, less is money
//! that left without them: nobody's payment shows it, so nothing else would find it.
//!
//! An account that was in use before the club came to it held money that is not the club's. So much as it holds too much at
//! first is taken for that, and left out from then on: found twice, one look after the other, while nothing is on its way.
//! Until then it is left out as it is found, and nothing is known of it.

use super::{operations::too_much, unexplained};
use crate::{
    Ctx,
    deposits::catch_up,
    ledger::{self, Account},
    pix::PixProvider,
};
use kernel::{Kind, Money, Result};

/// How often it is looked before a difference is believed.
const LOOKS: usize = 2;

/// Both sides' word on how much the provider holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Balances {
    /// By the provider, less what was there before the club; some do not tell.
    pub(super) provider: Option<Money>,
    /// By the ledger.
    pub(super) ledger: Money,
    /// How much less than that the provider may hold; `None` when there is nothing to compare.
    pub(super) on_its_way: Option<Money>,
}

impl Balances {
    fn unexplained(&self) -> Option<Money> {
        unexplained(self.provider, self.ledger, self.on_its_way)
    }
}

/// What the ledger says alone, where there is nothing to compare it with.
pub(super) async fn of_ledger(ctx: &Ctx) -> Result<Balances> {
    let Booked { held, .. } = Booked::read(ctx).await?;
    Ok(Balances {
        provider: None,
        ledger: held,
        on_its_way: None,
    })
}

/// Compares what the provider holds now with the ledger.
///
/// What came in or was taken back until now is taken in first. Money moves while it is looked at, so the ledger is read
/// before the provider is asked and after: what it held in between lies within what the two readings allow. What one look
/// finds different may have come in at that very moment, so it is looked once more.
///
/// # Errors
/// Those of asking the provider.
pub(super) async fn compare(ctx: &Ctx, provider: &dyn PixProvider) -> Result<Balances> {
    let account = provider.account();
    let (mut looks, mut found) = (0, None);
    loop {
        take_in(ctx).await?;
        let before = Booked::read(ctx).await?;
        let Some(held) = held(provider).await? else {
            return of_ledger(ctx).await;
        };
        let after = Booked::read(ctx).await?;
        let most = before.held.max(after.held);
        let least = before.least()?.min(after.least()?);
        let beyond = held.checked_sub(most).ok_or_else(too_much)?;
        let beyond = beyond.max(Money::ZERO);
        let known = opening(ctx, &account).await?;
        if known.is_none() && most == least && found == Some(beyond) {
            keep_opening(ctx, &account, beyond).await?;
        }
        found = Some(beyond);
        let held = held
            .checked_sub(known.unwrap_or(beyond))
            .ok_or_else(too_much)?;
        let balances = Balances {
            provider: Some(held),
            ledger: most,
            on_its_way: Some(most.checked_sub(least).ok_or_else(too_much)?),
        };
        looks += 1;
        let is_explained = balances.unexplained().is_some_and(Money::is_zero);
        if looks == LOOKS || is_explained && known.is_some() {
            return Ok(balances);
        }
    }
}

/// What cannot be taken in stays a difference, and is that job's failure.
async fn take_in(ctx: &Ctx) -> Result<()> {
    match catch_up(ctx).await {
        Err(error) if error.kind == Kind::Unavailable => Err(error),
        Err(error) => {
            tracing::warn!(cause = error.cause(), code = %error.code, "balances are compared without all that came in");
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

/// What the provider holds; `None` when it does not tell.
async fn held(provider: &dyn PixProvider) -> Result<Option<Money>> {
    match provider.balance().await {
        Ok(balance) => Ok(Some(balance)),
        Err(error) if error.is_not_offered() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What the account held before the club used it; `None` while that is not known. Everything at the sandbox is the club's.
async fn opening(ctx: &Ctx, account: &str) -> Result<Option<Money>> {
    let opening = sqlx::query_scalar!(
        r#"select opening_balance as "opening: Money" from pix_listings where account = $1 and used_since is not null"#,
        account,
    )
    .fetch_optional(&mut *ctx.conn().await?)
    .await?;
    Ok(opening.unwrap_or(Some(Money::ZERO)))
}

/// From now on it is known; who found it first is right.
async fn keep_opening(ctx: &Ctx, account: &str, opening: Money) -> Result<()> {
    sqlx::query!(
        "update pix_listings set opening_balance = $2 where account = $1 and opening_balance is null",
        account,
        opening.centavos(),
    )
    .execute(&mut *ctx.conn().await?)
    .await?;
    Ok(())
}

/// What our books say at one moment.
struct Booked {
    held: Money,
    on_its_way: Money,
}

impl Booked {
    async fn read(ctx: &Ctx) -> Result<Self> {
        let mut conn = ctx.conn().await?;
        let held = ledger::balance(&mut conn, Account::Clearing).await?;
        let on_its_way = sqlx::query_scalar!(
            r#"select (coalesce((select sum(amount - fee) from withdrawals where status = 'processing'), 0)
                     + coalesce((select sum(amount) from pix_refunds where status in ('requested', 'processing')), 0)
                      )::bigint as "sum!: Money""#
        )
        .fetch_one(&mut *conn)
        .await?;
        Ok(Self {
            held: held.checked_neg().ok_or_else(too_much)?,
            on_its_way,
        })
    }

    fn least(&self) -> Result<Money> {
        self.held.checked_sub(self.on_its_way).ok_or_else(too_much)
    }
}
