//! Forgiving.

use super::NewForgiveness;
use crate::{
    Ctx, audit,
    idempotency::transaction_id,
    ledger::{self, Account, Posted, Posting, TransactionKind},
    outbox, users,
};
use kernel::{Error, Result};
use serde_json::json;
use tenancy::administrators::Permission;

/// Forgives a part of what a member owes, or the whole: the club bears it. The member is told the amount. Asked for again
/// under the same id, it is the same.
///
/// # Errors
/// 403; 404, also for an account that was deleted; `amount`: `must_be_positive`, `above_debt` when less is owed; `reason`:
/// `required`, `too_long`; `transaction_reused` when the id stands for another debt or amount.
pub async fn forgive(ctx: &Ctx, new: &NewForgiveness) -> Result<()> {
    ctx.require(Permission::ManageMembers)?;
    let reason = audit::reason(&new.reason)?;
    Error::check([("amount", new.amount.is_positive(), "must_be_positive")])?;
    let mut tx = ctx.begin().await?;
    users::require_here(&mut tx, new.user_id).await?;
    let name = transaction_id(new.id.0, "forgiven");
    let posting = Posting::new(name, TransactionKind::Adjustment, new.id.0, ctx.now())
        .debit(Account::Club, new.amount)
        .credit(Account::Debt(new.user_id), new.amount);
    match ledger::post(&mut tx, &posting).await {
        Ok(Posted::Now) => {}
        Ok(Posted::Before) => return Ok(()),
        Err(error) if error.code == "debt_overpaid" => {
            return Err(Error::invalid("amount", "above_debt").because(error));
        }
        Err(error) => return Err(error),
    }
    // The account of the debt is ours until the end.
    let left = ledger::wallet(&mut tx, new.user_id).await?.debt;
    let record = audit::Record {
        action: "debt.forgive",
        subject: format!("user:{}", new.user_id),
        before: Some(json!({ "debt": left.checked_add(new.amount) })),
        after: Some(json!({ "debt": left, "amount": new.amount, "reason": reason })),
    };
    audit::record(&mut tx, ctx, record).await?;
    let event = json!({ "userId": new.user_id, "amount": new.amount, "debt": left });
    outbox::enqueue(&mut tx, ctx, "debt_forgiven", event).await?;
    tx.commit().await?;
    Ok(())
}
