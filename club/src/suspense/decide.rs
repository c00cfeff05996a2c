//! Deciding about money without an owner, once: whose it is.

use super::{ReceivedStatus, UnmatchedPix, read::read};
use crate::{
    Ctx, audit,
    deposits::credit::less,
    idempotency::transaction_id,
    ledger::{self, Account, Posting, TransactionKind},
    outbox,
    pix::EndToEndId,
    users::UserStatus,
};
use kernel::{Error, Money, ReceivedPixId, Result, UserId};
use serde_json::json;
use sqlx::PgConnection;
use tenancy::administrators::Permission;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;

/// Puts unmatched money into the wallet of the user whose it is.
///
/// # Errors
/// `not_found` (payment or user), `not_in_suspense`, `return_in_progress`, `reason: required` or `too_long`.
pub async fn assign(
    ctx: &Ctx,
    id: ReceivedPixId,
    user: UserId,
    reason: &str,
) -> Result<UnmatchedPix> {
    ctx.require(Permission::ManageMembers)?;
    let reason = checked(reason)?;
    let mut tx = ctx.begin().await?;
    let pix = lock(&mut tx, id).await?;
    let status = sqlx::query_scalar!(
        "select status from users where id = $1 for share",
        user as UserId
    )
    .fetch_optional(&mut *tx)
    .await?;
    if status.is_none_or(|status| status == UserStatus::Deleted) {
        return Err(Error::not_found("user"));
    }
    let amount = less(pix.amount, pix.returned);
    // It is in one of the two.
    sqlx::query!(
        "with payment as (
             update received_pix
             set status = 'assigned', user_id = $2, resolved_by = $3, resolved_at = $4, reason = $5
             where id = $1)
         update returned_payouts
         set status = 'assigned', user_id = $2, resolved_by = $3, resolved_at = $4, reason = $5
         where id = $1",
        id as ReceivedPixId,
        user as UserId,
        ctx.actor.label(),
        ctx.now(),
        reason,
    )
    .execute(&mut *tx)
    .await?;
    let found = json!({ "userId": user, "amount": amount, "receivedPixId": id });
    outbox::enqueue(&mut tx, ctx, "deposit_paid", found).await?;
    tell(
        &mut tx,
        ctx,
        "pix.assign",
        id,
        json!({ "userId": user, "amount": amount }),
    )
    .await?;
    let posting = Posting::new(
        transaction_id(id.0, "assign"),
        TransactionKind::Suspense,
        id.0,
        ctx.now(),
    )
    .debit(Account::Suspense, amount)
    .credit(Account::Wallet(user), amount);
    ledger::post(&mut tx, &posting).await?;
    let assigned = read(&mut tx, ctx, id).await?;
    tx.commit().await?;
    Ok(assigned)
}

/// Money without an owner about which nothing is decided.
pub(super) struct Locked {
    /// The payment that it came in by, and the account that has it; none when it came back from a withdrawal.
    pub(super) payment: Option<(EndToEndId, String)>,
    pub(super) amount: Money,
    pub(super) returned: Money,
}

/// Keeps everybody else from deciding about it until the transaction ends.
pub(super) async fn lock(conn: &mut PgConnection, id: ReceivedPixId) -> Result<Locked> {
    let payment = sqlx::query!(
        "select end_to_end_id, provider, amount, returned, status from received_pix where id = $1 for no key update",
        id as ReceivedPixId,
    )
    .fetch_optional(&mut *conn)
    .await?;
    let (status, locked) = if let Some(row) = payment {
        let locked = Locked {
            payment: Some((row.end_to_end_id, row.provider)),
            amount: row.amount,
            returned: row.returned,
        };
        (row.status, locked)
    } else {
        let row = sqlx::query!(
            "select amount, status from returned_payouts where id = $1 for no key update",
            id as ReceivedPixId,
        )
        .fetch_optional(&mut *conn)
        .await?
        .ok_or_else(|| Error::not_found("pix"))?;
        let locked = Locked {
            payment: None,
            amount: row.amount,
            returned: Money::ZERO,
        };
        (row.status, locked)
    };
    if status != ReceivedStatus::Suspense {
        return Err(Error::conflict(
            "not_in_suspense",
            "It is not in suspense any more.",
        ));
    }
    let is_returning = sqlx::query_scalar!(
        r#"select is_returning as "is_returning!" from unmatched_money where id = $1"#,
        id as ReceivedPixId,
    )
    .fetch_one(conn)
    .await?;
    if is_returning {
        return Err(Error::conflict(
            "return_in_progress",
            "It is on its way back to the payer.",
        ));
    }
    Ok(locked)
}

pub(super) fn checked(reason: &str) -> Result<String> {
    let reason = reason.trim();
    Error::check([
        ("reason", !reason.is_empty(), "required"),
        (
            "reason",
            reason.chars().count() <= LONGEST_REASON,
            "too_long",
        ),
    ])?;
    Ok(reason.to_owned())
}

pub(super) async fn tell(
    conn: &mut PgConnection,
    ctx: &Ctx,
    action: &str,
    id: ReceivedPixId,
    after: serde_json::Value,
) -> Result<()> {
    let record = audit::Record {
        action,
        subject: format!("received_pix:{id}"),
        before: None,
        after: Some(after),
    };
    audit::record(conn, ctx, record).await
}
