//! Blocking and freeing. The row of a block is locked before the ledger's accounts, as everywhere else.

use super::{NewWalletBlock, NewWalletLift, WalletBlock, read};
use crate::{
    Ctx, audit,
    idempotency::transaction_id,
    ledger::{self, Account, Attempt, Attempts, Posting, TransactionKind},
    outbox, users,
};
use kernel::{Error, Money, OnConstraint, Result, UserId, WalletBlockId, WalletLiftId};
use serde_json::json;
use sqlx::PgConnection;
use tenancy::administrators::Permission;
use time::OffsetDateTime;

/// Holds a part of a user's wallet back. Asked for again under the same id, it is the same block.
///
/// # Errors
/// No such user, also for an account that was deleted; `amount`: `must_be_positive`, `above_available` when less than this
/// is in the wallet; `reason`: `required`, `too_long`; `wallet_block_reused` when the id stands for another block.
pub async fn block(ctx: &Ctx, new: &NewWalletBlock) -> Result<WalletBlock> {
    ctx.require(Permission::ManageMembers)?;
    let reason = audit::reason(&new.reason)?;
    Error::check([("amount", new.amount.is_positive(), "must_be_positive")])?;
    let mut tx = ctx.begin().await?;
    users::require_here(&mut tx, new.user_id).await?;
    let by = ctx.actor.label();
    if !write_block(&mut tx, new, reason, (&by, ctx.now())).await? {
        let before = read::by_id(&mut tx, new.id).await?;
        let is_it = (before.user_id, before.amount, before.reason.as_str())
            == (new.user_id, new.amount, reason);
        return if is_it { Ok(before) } else { Err(reused()) };
    }
    take(&mut tx, ctx, new).await?;
    let blocked = ledger::wallet(&mut tx, new.user_id).await?;
    // The wallet is ours until the end. A merchant's may be below zero, but nobody is blocked on credit.
    if blocked.available.is_negative() {
        return Err(above_available());
    }
    let before = blocked.blocked.checked_sub(new.amount);
    let record = audit::Record {
        action: "wallet.block",
        subject: format!("wallet_block:{}", new.id),
        before: Some(json!({ "blocked": before })),
        after: Some(json!({
            "blocked": blocked.blocked, "amount": new.amount, "userId": new.user_id, "reason": reason
        })),
    };
    audit::record(&mut tx, ctx, record).await?;
    let event = json!({ "userId": new.user_id, "walletBlockId": new.id, "amount": new.amount });
    outbox::enqueue(&mut tx, ctx, "wallet_blocked", event).await?;
    let block = read::by_id(&mut tx, new.id).await?;
    tx.commit().await?;
    Ok(block)
}

/// Frees a part of a block, or the whole. What the user owes is paid of it first. Asked for again under the same id, it is
/// the same.
///
/// # Errors
/// No such block; `amount`: `must_be_positive`, `above_blocked` when the block holds less; `reason`: `required`, `too_long`;
/// `wallet_block_reused` when the id stands for something else.
pub async fn lift(ctx: &Ctx, new: &NewWalletLift) -> Result<WalletBlock> {
    ctx.require(Permission::ManageMembers)?;
    let reason = audit::reason(&new.reason)?;
    Error::check([("amount", new.amount.is_positive(), "must_be_positive")])?;
    let mut attempts = Attempts::default();
    loop {
        let mut tx = ctx.begin().await?;
        let outcome = try_to_lift(&mut tx, ctx, new, reason).await;
        if let Some(block) = attempts.end(tx, outcome).await? {
            return Ok(block);
        }
    }
}

async fn try_to_lift(
    conn: &mut PgConnection,
    ctx: &Ctx,
    new: &NewWalletLift,
    reason: &str,
) -> Result<Attempt<WalletBlock>> {
    sqlx::query!(
        "select from wallet_blocks where id = $1 for no key update",
        new.block_id as WalletBlockId
    )
    .execute(&mut *conn)
    .await?;
    let block = read::by_id(conn, new.block_id).await?;
    if let Some(lift) = block.lifts.iter().find(|lift| lift.id == new.id) {
        let is_it = (lift.amount, lift.reason.as_str()) == (new.amount, reason);
        return if is_it {
            Ok(Attempt::Done(block))
        } else {
            Err(reused())
        };
    }
    let left = block.left.checked_sub(new.amount);
    let left = left.filter(|left| !left.is_negative());
    let left = left.ok_or_else(|| Error::invalid("amount", "above_blocked"))?;
    write_lift(conn, new, reason, (&ctx.actor.label(), ctx.now())).await?;
    let user = block.user_id;
    let pays = ledger::wallet(conn, user).await?.debt.min(new.amount);
    let record = audit::Record {
        action: "wallet.unblock",
        subject: format!("wallet_block:{}", new.block_id),
        before: Some(json!({ "left": block.left })),
        after: Some(json!({
            "left": left, "amount": new.amount, "debtPaid": pays, "userId": user, "reason": reason
        })),
    };
    audit::record(conn, ctx, record).await?;
    let event = json!({
        "userId": user, "walletBlockId": new.block_id, "amount": new.amount, "debtPaid": pays
    });
    outbox::enqueue(conn, ctx, "wallet_unblocked", event).await?;
    let block = read::by_id(conn, new.block_id).await?;
    match ledger::post(conn, &freeing(new, user, pays, ctx.now())).await {
        // The debt was paid by something else meanwhile.
        Err(error) if error.code == "debt_overpaid" => Ok(Attempt::Moved(error)),
        posted => posted.map(|_| Attempt::Done(block)),
    }
}

async fn take(conn: &mut PgConnection, ctx: &Ctx, new: &NewWalletBlock) -> Result<()> {
    match ledger::post(conn, &blocking(new, ctx.now())).await {
        Err(error) if error.code == "insufficient_balance" => Err(above_available()),
        posted => posted.map(drop),
    }
}

/// Writes a block down; `false` when this id stands for one already.
pub(super) async fn write_block(
    conn: &mut PgConnection,
    new: &NewWalletBlock,
    reason: &str,
    (by, at): (&str, OffsetDateTime),
) -> Result<bool> {
    let inserted = sqlx::query!(
        "insert into wallet_blocks (id, user_id, amount, reason, blocked_by, blocked_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing",
        new.id as WalletBlockId,
        new.user_id as UserId,
        new.amount.centavos(),
        reason,
        by,
        at,
    )
    .execute(conn)
    .await?;
    Ok(inserted.rows_affected() > 0)
}

/// Writes down what is freed of a block.
pub(super) async fn write_lift(
    conn: &mut PgConnection,
    new: &NewWalletLift,
    reason: &str,
    (by, at): (&str, OffsetDateTime),
) -> Result<()> {
    sqlx::query!(
        "with freed as (update wallet_blocks set lifted = lifted + $3 where id = $2)
         insert into wallet_block_lifts (id, block_id, amount, reason, lifted_by, lifted_at)
         values ($1, $2, $3, $4, $5, $6)",
        new.id as WalletLiftId,
        new.block_id as WalletBlockId,
        new.amount.centavos(),
        reason,
        by,
        at,
    )
    .execute(conn)
    .await
    .map(drop)
    .on_constraint("wallet_block_lifts_pkey", reused)
}

/// What is blocked leaves the wallet.
pub(super) fn blocking(new: &NewWalletBlock, at: OffsetDateTime) -> Posting {
    let name = transaction_id(new.id.0, "block");
    Posting::new(name, TransactionKind::Block, new.id.0, at)
        .debit(Account::Wallet(new.user_id), new.amount)
        .credit(Account::Blocked(new.user_id), new.amount)
}

/// What is freed pays so much of what is owed.
pub(super) fn freeing(
    new: &NewWalletLift,
    user: UserId,
    pays: Money,
    at: OffsetDateTime,
) -> Posting {
    let name = transaction_id(new.id.0, "unblock");
    let rest = new.amount.checked_sub(pays).unwrap_or_default();
    Posting::new(name, TransactionKind::Unblock, new.block_id.0, at)
        .debit(Account::Blocked(user), new.amount)
        .credit(Account::Debt(user), pays)
        .credit(Account::Wallet(user), rest)
}

fn above_available() -> Error {
    Error::invalid("amount", "above_available")
}

fn reused() -> Error {
    Error::conflict(
        "wallet_block_reused",
        "This id stands for another block or another part of one.",
    )
}
