//! Bringing into the ledger what moved at the provider without it.

use super::{Reconciliation, reports::alone, unexplained};
use crate::{
    Ctx, audit,
    idempotency::transaction_id,
    ledger::{self, Account, Posted, Posting, TransactionKind},
};
use kernel::{Error, Money, Result};
use serde_json::json;
use sqlx::PgConnection;
use tenancy::administrators::Permission;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

/// What a person saw that the newest report cannot explain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The report's day.
    pub day: Date,
    /// When that report was made: it names the booking, so that the same one sent again is the same booking.
    pub made_at: OffsetDateTime,
    /// What the provider held more or, below zero, less.
    pub amount: Money,
}

impl Found {
    /// What this report cannot explain; `None` when there is nothing to book.
    pub fn of(report: &Reconciliation) -> Option<Self> {
        let amount = report.unexplained().filter(|amount| !amount.is_zero())?;
        Some(Self {
            day: report.day,
            made_at: report.made_at,
            amount,
        })
    }
}

/// Books the whole of what the newest report could not explain, after a person found out what it was: a fee, or money that
/// the club itself took out of its account or put into it. It is the club's own loss or gain; nobody's wallet moves.
/// Booked again, it is what it was.
///
/// # Errors
/// `amount: mismatch` when this is not (or no longer) what the newest report cannot explain; `reason: required` or
/// `too_long`.
pub async fn book(ctx: &Ctx, found: &Found, reason: &str) -> Result<()> {
    ctx.require(Permission::ManageSettings)?;
    let reason = audit::reason(reason)?;
    Error::check([("amount", !found.amount.is_zero(), "mismatch")])?;
    let mut tx = ctx.begin().await?;
    alone(&mut tx).await?;
    if ledger::post(&mut tx, &posting(ctx, found)).await? == Posted::Before {
        return Ok(());
    }
    let is_it = newest(&mut tx, found.day).await? == Some(found.amount);
    Error::check([("amount", is_it, "mismatch")])?;
    sqlx::query!(
        "update pix_reconciliations set ledger_balance = ledger_balance + $2, made_at = $3 where day = $1",
        found.day,
        found.amount.centavos(),
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    let record = audit::Record {
        action: "reconciliation.book",
        subject: format!("reconciliation:{}", found.day),
        before: None,
        after: Some(json!({ "amount": found.amount, "reason": reason })),
    };
    audit::record(&mut tx, ctx, record).await?;
    tx.commit().await?;
    Ok(())
}

/// What the report of this day could not explain, if it is the newest one.
async fn newest(conn: &mut PgConnection, day: Date) -> Result<Option<Money>> {
    let row = sqlx::query!(
        r#"select provider_balance as "provider_balance: Money", ledger_balance as "ledger_balance: Money",
                  on_its_way as "on_its_way: Money"
           from pix_reconciliations
           where day = $1 and not exists (select from pix_reconciliations later where later.day > $1)"#,
        day,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.and_then(|row| unexplained(row.provider_balance, row.ledger_balance, row.on_its_way)))
}

/// More at the provider is the club's gain, less is its loss.
fn posting(ctx: &Ctx, found: &Found) -> Posting {
    let made_at = found.made_at.unix_timestamp_nanos().unsigned_abs();
    let report = Uuid::from_u128(made_at);
    let id = transaction_id(report, "book");
    Posting::new(id, TransactionKind::Adjustment, report, ctx.now())
        .debit(Account::Clearing, found.amount)
        .credit(Account::Club, found.amount)
}
