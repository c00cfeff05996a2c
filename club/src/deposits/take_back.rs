//! Money that goes back to its payer: taken by the payer's institution after a contest (MED), or given back by us.
//!
//! It is posted when the provider says that it is gone, once for each payment and refund id.

use super::credit::less;
use crate::{
    Ctx,
    idempotency::transaction_id,
    ledger::{self, Account, Attempt, Attempts, Posting, TransactionKind},
    outbox,
    pix::{EndToEndId, PixRefund, ReceivedPix, RefundId, RefundNature, RefundStatus},
    suspense::ReceivedStatus,
};
use kernel::{DepositId, Money, ReceivedPixId, Result, TransactionId, UserId};
use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

/// The ledger's transaction of a refund of a payment.
pub(crate) fn transaction(pix: &EndToEndId, refund: &RefundId) -> TransactionId {
    transaction_id(Uuid::nil(), &format!("{pix} {refund}"))
}

/// Takes note of everything that was given back of a payment.
pub(crate) async fn take_back(ctx: &Ctx, pix: &ReceivedPix) -> Result<()> {
    for refund in &pix.refunds {
        settle(ctx, &pix.end_to_end_id, refund).await?;
    }
    Ok(())
}

/// Takes note of one refund: posts it when the money is gone, closes it when it was not done.
pub(crate) async fn settle(ctx: &Ctx, pix: &EndToEndId, refund: &PixRefund) -> Result<()> {
    let mut attempts = Attempts::default();
    loop {
        let mut tx = ctx.begin().await?;
        let outcome = attempt(&mut tx, ctx, pix, refund).await;
        if let Some(()) = attempts.end(tx, outcome).await? {
            return Ok(());
        }
    }
}

/// The payment that money is taken back of, for as long as its row is locked.
struct Standing {
    id: ReceivedPixId,
    user: Option<UserId>,
    deposit: Option<DepositId>,
    amount: Money,
    returned: Money,
}

async fn attempt(
    conn: &mut PgConnection,
    ctx: &Ctx,
    pix: &EndToEndId,
    refund: &PixRefund,
) -> Result<Attempt<()>> {
    let Some(standing) = lock(conn, pix).await? else {
        return Ok(Attempt::Done(()));
    };
    let known = sqlx::query_scalar!(
        "select status from pix_refunds where end_to_end_id = $1 and refund_id = $2",
        pix.as_str(),
        refund.id.as_str(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    // Only what is gone is final: a refund that had failed may be done later, and is posted then.
    match (refund.status, known.as_deref()) {
        (_, Some("returned")) => {}
        (RefundStatus::Returned, _) => {
            let taking = Taking::of(conn, &standing, refund.amount).await?;
            write(conn, ctx, pix, refund, ("returned", taking.debt)).await?;
            give_up(conn, ctx, &standing, refund, taking.debt).await?;
            match ledger::post(conn, &taking.posting(ctx, pix, refund, &standing)).await {
                Err(error) if error.code == "insufficient_balance" => {
                    return Ok(Attempt::Moved(error));
                }
                posted => drop(posted?),
            }
        }
        // Ours, and not done: the money is where it was.
        (RefundStatus::Failed, Some("requested" | "processing")) => {
            write(conn, ctx, pix, refund, ("failed", Money::ZERO)).await?;
        }
        (RefundStatus::Processing, Some("requested" | "failed")) => {
            write(conn, ctx, pix, refund, ("processing", Money::ZERO)).await?;
        }
        _ => {}
    }
    Ok(Attempt::Done(()))
}

async fn lock(conn: &mut PgConnection, pix: &EndToEndId) -> Result<Option<Standing>> {
    // The deposit first, as everywhere: whoever credits the same payment at this moment waits for neither in a circle.
    sqlx::query!(
        "select from deposits where id = (select deposit_id from received_pix where end_to_end_id = $1)
         for no key update",
        pix.as_str(),
    )
    .execute(&mut *conn)
    .await?;
    let standing = sqlx::query_as!(
        Standing,
        r#"select id, user_id as user, deposit_id as deposit, amount, returned from received_pix
           where end_to_end_id = $1 for no key update"#,
        pix.as_str(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(standing)
}

/// Where the money is taken from.
struct Taking {
    from: Account,
    debtor: Option<UserId>,
    amount: Money,
    debt: Money,
}

impl Taking {
    /// From the wallet what is there, and the rest is owed; from suspense when it is still nobody's.
    async fn of(conn: &mut PgConnection, standing: &Standing, amount: Money) -> Result<Self> {
        let Some(user) = standing.user else {
            return Ok(Self {
                from: Account::Suspense,
                debtor: None,
                amount,
                debt: Money::ZERO,
            });
        };
        let wallet = ledger::balance(conn, Account::Wallet(user)).await?;
        let there = wallet.max(Money::ZERO).min(amount);
        Ok(Self {
            from: Account::Wallet(user),
            debtor: Some(user),
            amount: there,
            debt: less(amount, there),
        })
    }

    fn posting(
        &self,
        ctx: &Ctx,
        pix: &EndToEndId,
        refund: &PixRefund,
        standing: &Standing,
    ) -> Posting {
        let subject = standing.deposit.map_or(standing.id.0, |deposit| deposit.0);
        let posting = Posting::new(
            transaction(pix, &refund.id),
            TransactionKind::DepositReturned,
            subject,
            ctx.now(),
        )
        .credit(Account::Clearing, refund.amount)
        .debit(self.from, self.amount);
        match self.debtor {
            Some(user) => posting.debit(Account::Debt(user), self.debt),
            None => posting,
        }
    }
}

async fn write(
    conn: &mut PgConnection,
    ctx: &Ctx,
    pix: &EndToEndId,
    refund: &PixRefund,
    (status, debt): (&str, Money),
) -> Result<()> {
    let nature = match refund.nature {
        RefundNature::Ordinary => "ordinary",
        RefundNature::OperationalFailure => "operational_failure",
        RefundNature::Fraud => "fraud",
        RefundNature::Other => "other",
    };
    let settled_at = (status != "processing").then(|| ctx.now());
    sqlx::query!(
        "insert into pix_refunds (end_to_end_id, refund_id, amount, nature, status, debt, requested_by, requested_at,
                                  settled_at)
         values ($1, $2, $3, $4, $5, $6, 'provider', $7, $8)
         on conflict (end_to_end_id, refund_id) do update
         set status = excluded.status, debt = excluded.debt, settled_at = excluded.settled_at",
        pix.as_str(),
        refund.id.as_str(),
        refund.amount.centavos(),
        nature,
        status,
        debt.centavos(),
        ctx.now(),
        settled_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The payment, its deposit and its user know of it.
async fn give_up(
    conn: &mut PgConnection,
    ctx: &Ctx,
    standing: &Standing,
    refund: &PixRefund,
    debt: Money,
) -> Result<()> {
    let whole = less(standing.amount, standing.returned) <= refund.amount;
    let returned = standing.user.is_none() && whole;
    sqlx::query!(
        // The payer has it all back: who they are is nobody's business any more.
        "update received_pix
         set returned = returned + $2, status = case when $3 then $4 else status end,
             payer_name = case when $3 then null else payer_name end,
             payer_tax_id = case when $3 then null else payer_tax_id end,
             payer_message = case when $3 then null else payer_message end
         where id = $1",
        standing.id as ReceivedPixId,
        refund.amount.centavos(),
        returned,
        ReceivedStatus::Returned as ReceivedStatus,
    )
    .execute(&mut *conn)
    .await?;
    let Some(user) = standing.user else {
        return Ok(());
    };
    if let Some(deposit) = standing.deposit {
        sqlx::query!(
            "update deposits set returned_amount = returned_amount + $2 where id = $1",
            deposit as DepositId,
            refund.amount.centavos(),
        )
        .execute(&mut *conn)
        .await?;
    }
    let taken = json!({
        "userId": user, "depositId": standing.deposit, "amount": refund.amount, "debt": debt
    });
    outbox::enqueue(conn, ctx, "deposit_returned", taken).await
}
