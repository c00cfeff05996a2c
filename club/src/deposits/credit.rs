//! Crediting what came in: the one place where money enters the ledger.

use super::{DepositStatus, take_back};
use crate::{
    Ctx,
    idempotency::transaction_id,
    ledger::{self, Account, Posting, TransactionKind},
    outbox,
    pix::{EndToEndId, ReceivedPix, Sender, Txid},
    suspense::ReceivedStatus,
    users::UserStatus,
    withdrawals,
};
use kernel::{DepositId, Money, ReceivedPixId, Result, TransactionId, UserId};
use serde_json::json;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

/// The ledger's transaction of a payment that came in: one for each, whoever tells of it and however often.
pub(crate) fn transaction(id: &EndToEndId) -> TransactionId {
    transaction_id(Uuid::nil(), id.as_str())
}

/// Whose a payment is.
#[derive(Clone, Copy)]
pub(super) struct Matched {
    pub(super) deposit: DepositId,
    pub(super) user: UserId,
}

/// Takes note of a payment that an account has shown, once: to the wallet of the deposit's user, or to suspense when
/// nobody can be found; and of what the payer's institution has taken back of it since. `false` when the payment is none
/// of the club's.
pub(crate) async fn receive(ctx: &Ctx, account: &str, pix: &ReceivedPix) -> Result<bool> {
    let mut tx = ctx.begin().await?;
    // The deposit first, then the payment: whoever takes both takes them in this order.
    let matched = find(&mut tx, pix.txid.as_ref()).await?;
    if matched.is_none() && !is_ours(&mut tx, account, pix).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    let id = ReceivedPixId(ctx.new_id());
    let Some(posting) = record(&mut tx, account, (id, pix), matched, ctx.now()).await? else {
        tx.rollback().await?;
        take_back::take_back(ctx, pix).await?;
        return Ok(true);
    };
    if let Some(found) = matched {
        mark_paid(&mut tx, found.deposit, pix).await?;
        let paid =
            json!({ "userId": found.user, "depositId": found.deposit, "amount": pix.amount });
        outbox::enqueue(&mut tx, ctx, "deposit_paid", paid).await?;
    } else {
        let waits = json!({ "receivedPixId": id, "amount": pix.amount });
        outbox::enqueue(&mut tx, ctx, "pix_suspended", waits).await?;
    }
    ledger::post(&mut tx, &posting).await?;
    tx.commit().await?;
    withdrawals::try_again(ctx).await?;
    take_back::take_back(ctx, pix).await?;
    Ok(true)
}

/// Whether a payment that names no charge of ours is the club's: known already, or made to its key since it uses the
/// account. Several clubs may have keys at one account, and each has its own payments.
async fn is_ours(conn: &mut PgConnection, account: &str, pix: &ReceivedPix) -> Result<bool> {
    let is_ours = sqlx::query_scalar!(
        r#"select exists (select from received_pix where end_to_end_id = $1)
               or $2 and not exists (select from pix_listings where account = $3 and used_since > $4) as "is_ours!""#,
        pix.end_to_end_id.as_str(),
        !pix.is_to_another_key,
        account,
        pix.received_at,
    )
    .fetch_one(conn)
    .await?;
    Ok(is_ours)
}

/// The deposit that a payment names, if its user is still there.
async fn find(conn: &mut PgConnection, txid: Option<&Txid>) -> Result<Option<Matched>> {
    let Some(txid) = txid else { return Ok(None) };
    let row = sqlx::query!(
        "select d.id, d.user_id, u.status from deposits d join users u on u.id = d.user_id
         where d.txid = $1
         for no key update of d for share of u",
        txid.as_str(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(row
        .filter(|row| row.status != UserStatus::Deleted)
        .map(|row| Matched {
            deposit: row.id,
            user: row.user_id,
        }))
}

/// Writes the payment down, and says how it is posted; `None` when somebody did before.
pub(super) async fn record(
    conn: &mut PgConnection,
    provider: &str,
    (id, pix): (ReceivedPixId, &ReceivedPix),
    matched: Option<Matched>,
    at: OffsetDateTime,
) -> Result<Option<Posting>> {
    // Who paid is kept where somebody has to look for the owner, and nowhere else.
    let (status, sender) = match matched {
        Some(_) => (ReceivedStatus::Credited, Sender::default()),
        None => (ReceivedStatus::Suspense, pix.sender.clone()),
    };
    let written = sqlx::query!(
        "insert into received_pix (id, end_to_end_id, provider, txid, deposit_id, user_id, amount, status, received_at,
                                   recorded_at, payer_name, payer_tax_id, payer_message)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (end_to_end_id) do nothing",
        id as ReceivedPixId,
        pix.end_to_end_id.as_str(),
        provider,
        pix.txid.as_ref().map(Txid::as_str),
        matched.map(|found| found.deposit) as Option<DepositId>,
        matched.map(|found| found.user) as Option<UserId>,
        pix.amount.centavos(),
        status as ReceivedStatus,
        pix.received_at,
        at,
        sender.name,
        sender.tax_id,
        sender.message,
    )
    .execute(conn)
    .await?;
    if written.rows_affected() == 0 {
        return Ok(None);
    }
    let (kind, account, subject) = match matched {
        Some(found) => (
            TransactionKind::Deposit,
            Account::Wallet(found.user),
            found.deposit.0,
        ),
        None => (TransactionKind::Suspense, Account::Suspense, id.0),
    };
    let posting = Posting::new(
        transaction(&pix.end_to_end_id),
        kind,
        subject,
        pix.received_at,
    );
    Ok(Some(
        posting
            .debit(Account::Clearing, pix.amount)
            .credit(account, pix.amount),
    ))
}

async fn mark_paid(conn: &mut PgConnection, id: DepositId, pix: &ReceivedPix) -> Result<()> {
    sqlx::query!(
        "update deposits set status = $2, paid_amount = paid_amount + $3, paid_at = coalesce(paid_at, $4) where id = $1",
        id as DepositId,
        DepositStatus::Paid as DepositStatus,
        pix.amount.centavos(),
        pix.received_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is left of an amount after a part of it.
pub(crate) fn less(amount: Money, part: Money) -> Money {
    amount.checked_sub(part).unwrap_or_default()
}
