//! Asking for a withdrawal.

use super::{
    MaskedKey, NewWithdrawal, Quote, Refusal, WithdrawalStatus, postings::MoneyOf, read, rules,
    standing::Standing,
};
use crate::{
    Ctx,
    idempotency::{self, Claim, Key, StoredAnswer},
    ledger, outbox, pix,
    profile::OwnedKey,
    users,
};
use axum::http::StatusCode;
use kernel::{Error, Money, Percent, Result, WithdrawalId};
use serde_json::json;
use sqlx::PgConnection;
use time::OffsetDateTime;

/// Who decides where nobody has to.
const AUTOMATIC: &str = "automatic";

/// What a withdrawal of this amount by the acting user would be, and what stands in its way. Nothing moves.
///
/// # Errors
/// `amount: must_be_positive`.
pub async fn quote(ctx: &Ctx, amount: Money) -> Result<Quote> {
    let user = ctx.user_id()?;
    Error::check([("amount", amount.is_positive(), "must_be_positive")])?;
    let is_offered = is_offered(ctx).await?;
    let mut conn = ctx.conn().await?;
    let Standing { means, key } = Standing::read(&mut conn, ctx, user, is_offered).await?;
    let config = &ctx.tenant.withdrawal;
    let money = MoneyOf {
        id: WithdrawalId(ctx.new_id()),
        user,
        amount,
        fee: amount.fee(config.fee_percent),
    };
    Ok(Quote {
        amount,
        fee_percent: config.fee_percent,
        fee: money.fee,
        net_amount: money.net(),
        available: means.available.max(Money::ZERO),
        min_amount: config.min_amount,
        left_today: means.left_today(config),
        pix_key: key.map(|key| MaskedKey {
            kind: key.key.kind(),
            key: key.key.masked(),
        }),
        is_automatic: amount <= config.automatic_approval_limit,
        refusals: means.refusals(config, amount),
    })
}

/// Takes an amount out of the acting user's wallet, to be sent to the key in their profile as it is now. Answers a
/// [`Withdrawal`](super::Withdrawal): `approved` when it is within the club's automatic limit, else `requested`.
///
/// # Errors
/// A [`Refusal`] with its field, `netAmount: changed` when the user was shown another one, and those of
/// `idempotency::claim`.
pub async fn request(ctx: &Ctx, key: &Key, new: NewWithdrawal) -> Result<StoredAnswer> {
    let is_offered = is_offered(ctx).await?;
    let mut tx = ctx.begin().await?;
    match attempt(&mut tx, ctx, key, new, is_offered).await {
        Ok(answer) => {
            tx.commit().await?;
            Ok(answer)
        }
        Err(error) => {
            tx.rollback().await?;
            Err(error)
        }
    }
}

async fn attempt(
    conn: &mut PgConnection,
    ctx: &Ctx,
    key: &Key,
    new: NewWithdrawal,
    is_offered: bool,
) -> Result<StoredAnswer> {
    let user = ctx.user_id()?;
    if let Claim::Replay(answer) = idempotency::claim(conn, ctx, key).await? {
        return Ok(answer);
    }
    // The day's sum is right only while nobody adds to it.
    users::lock(conn, user).await?;
    let Standing { means, key: to } = Standing::read(conn, ctx, user, is_offered).await?;
    let config = &ctx.tenant.withdrawal;
    rules::refused(&means.refusals(config, new.amount))?;
    let to = to.ok_or_else(|| Error::internal("a withdrawal without a key is refused"))?;
    let withdrawal = Draft {
        money: MoneyOf {
            id: WithdrawalId(ctx.new_id()),
            user,
            amount: new.amount,
            fee: new.amount.fee(config.fee_percent),
        },
        fee_percent: config.fee_percent,
        to,
        at: ctx.now(),
    };
    let as_shown = new
        .net_amount
        .is_none_or(|net| net == withdrawal.money.net());
    Error::check([("netAmount", as_shown, "changed")])?;
    let is_automatic = new.amount <= config.automatic_approval_limit;
    withdrawal.write(conn, is_automatic).await?;
    tell(conn, ctx, &withdrawal.money, is_automatic).await?;
    let answer = read::one(conn, withdrawal.money.id, Some(user)).await?;
    let answer = idempotency::keep(conn, ctx, key, StatusCode::CREATED, &answer).await?;
    ledger::post(conn, &withdrawal.money.request(withdrawal.at)).await?;
    // Whatever happened since the wallet was read, the row of its account is ours now. A merchant's wallet may be below
    // zero, but not by withdrawing.
    if ledger::wallet(conn, user).await?.available.is_negative() {
        rules::refused(&[Refusal::InsufficientBalance])?;
    }
    Ok(answer)
}

/// Whether the club's provider sends money: what it does not is neither asked for nor approved.
pub(super) async fn is_offered(ctx: &Ctx) -> Result<bool> {
    Ok(pix::provider(ctx).await?.offers().payouts)
}

/// A withdrawal that is about to be written.
pub(super) struct Draft {
    pub(super) money: MoneyOf,
    pub(super) fee_percent: Percent,
    pub(super) to: OwnedKey,
    pub(super) at: OffsetDateTime,
}

impl Draft {
    /// Writes its row, approved when nobody has to decide.
    pub(super) async fn write(&self, conn: &mut PgConnection, is_automatic: bool) -> Result<()> {
        let status = if is_automatic {
            WithdrawalStatus::Approved
        } else {
            WithdrawalStatus::Requested
        };
        sqlx::query!(
            "insert into withdrawals (id, user_id, status, amount, fee, fee_percent, key_kind, key, key_masked, key_owner,
                                      requested_at, decided_by, decided_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            self.money.id as WithdrawalId,
            self.money.user as kernel::UserId,
            status as WithdrawalStatus,
            self.money.amount as Money,
            self.money.fee as Money,
            self.fee_percent.decimal(),
            self.to.key.kind() as crate::pix::PixKeyKind,
            self.to.key.as_str(),
            self.to.key.masked(),
            &self.to.owner as &kernel::Document,
            self.at,
            is_automatic.then_some(AUTOMATIC),
            is_automatic.then_some(self.at),
        )
        .execute(conn)
        .await?;
        Ok(())
    }
}

async fn tell(
    conn: &mut PgConnection,
    ctx: &Ctx,
    money: &MoneyOf,
    is_automatic: bool,
) -> Result<()> {
    outbox::enqueue(conn, ctx, "withdrawal_requested", event(money)).await?;
    if is_automatic {
        outbox::enqueue(conn, ctx, "withdrawal_approved", event(money)).await?;
    }
    Ok(())
}

/// What the outbox says of a withdrawal.
pub(super) fn event(money: &MoneyOf) -> serde_json::Value {
    json!({
        "userId": money.user, "withdrawalId": money.id, "amount": money.amount, "netAmount": money.net(),
    })
}
