//! What is known of one movement, as its user may know it.

use super::{Currency, Facts, Movement};
use crate::{
    Ctx, deposits,
    ledger::{self, TransactionKind},
    pix::EndToEndId,
    wallet::WalletAccount,
};
use kernel::{Error, Money, Result, TransactionId, UserId};
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

/// The parts of a wallet in the order of a receipt.
const PARTS: [WalletAccount; 4] = [
    WalletAccount::Available,
    WalletAccount::Pending,
    WalletAccount::Blocked,
    WalletAccount::Debt,
];

/// A transaction of the ledger without its legs.
struct Transaction {
    id: TransactionId,
    kind: TransactionKind,
    subject_id: Uuid,
    happened_at: OffsetDateTime,
}

/// What a receipt says beyond the ledger.
#[derive(Default)]
struct Details {
    counterparty: Option<String>,
    reference: Option<String>,
    fee: Option<Money>,
    net_amount: Option<Money>,
}

/// The facts of a transaction that moved something of this user's.
///
/// # Errors
/// `not_found`, also for a transaction that moved only what is others'.
pub(super) async fn read(
    conn: &mut PgConnection,
    ctx: &Ctx,
    id: TransactionId,
    user: UserId,
) -> Result<Facts> {
    let transaction = transaction(conn, id)
        .await?
        .ok_or_else(|| Error::not_found("transaction"))?;
    let movements = movements(conn, &transaction, user).await?;
    let kind = movements
        .first()
        .map(|first| first.kind)
        .ok_or_else(|| Error::not_found("transaction"))?;
    let details = details(conn, &transaction, user).await?;
    let user_name = sqlx::query_scalar!(
        r#"select trim(first_name || ' ' || last_name) as "name!" from users where id = $1"#,
        user as UserId,
    )
    .fetch_one(conn)
    .await?;
    Ok(Facts {
        club: ctx.tenant.slug.clone(),
        company_name: ctx.tenant.company_name.clone(),
        company_document: ctx.tenant.document.clone(),
        transaction_id: id,
        kind,
        subject_id: transaction.subject_id,
        happened_at: transaction.happened_at,
        currency: Currency::Brl,
        movements,
        fee: details.fee,
        net_amount: details.net_amount,
        counterparty: details.counterparty,
        reference: details.reference,
        user_id: user,
        user_name,
    })
}

async fn movements(
    conn: &mut PgConnection,
    transaction: &Transaction,
    user: UserId,
) -> Result<Vec<Movement>> {
    let legs = ledger::legs(conn, transaction.id).await?;
    let movements = PARTS.into_iter().flat_map(|account| {
        let lines = legs
            .iter()
            .filter(move |leg| leg.account == account.of(user));
        lines.map(move |leg| Movement {
            account,
            kind: leg.line_kind.unwrap_or(transaction.kind),
            amount: leg.amount,
        })
    });
    Ok(movements.collect())
}

async fn transaction(conn: &mut PgConnection, id: TransactionId) -> Result<Option<Transaction>> {
    let transaction = sqlx::query_as!(
        Transaction,
        "select id, kind, subject_id, happened_at from ledger_transactions where id = $1",
        id as TransactionId,
    )
    .fetch_optional(conn)
    .await?;
    Ok(transaction)
}

async fn details(
    conn: &mut PgConnection,
    transaction: &Transaction,
    user: UserId,
) -> Result<Details> {
    match transaction.kind {
        TransactionKind::Purchase
        | TransactionKind::Cashback
        | TransactionKind::Release
        | TransactionKind::Refund
        | TransactionKind::DebtPaid => of_purchase(conn, transaction.subject_id, user).await,
        TransactionKind::Deposit | TransactionKind::DepositReturned | TransactionKind::Suspense => {
            of_received_pix(conn, transaction).await
        }
        TransactionKind::Withdrawal
        | TransactionKind::WithdrawalPaid
        | TransactionKind::WithdrawalReturned => of_withdrawal(conn, transaction).await,
        TransactionKind::Block
        | TransactionKind::Unblock
        | TransactionKind::Adjustment
        | TransactionKind::GivenUp => Ok(Details::default()),
    }
}

/// Whoever only brought one of the two is told of neither.
async fn of_purchase(conn: &mut PgConnection, purchase: Uuid, user: UserId) -> Result<Details> {
    let row = sqlx::query!(
        r#"select p.receipt_number,
                  case when other.status <> 'deleted'
                       then other.first_name || ' ' || left(other.last_name, 1) || '.' end as name
           from purchases p
           join users other on other.id = case when p.consumer_id = $2 then p.merchant_id else p.consumer_id end
           where p.id = $1 and $2 in (p.consumer_id, p.merchant_id)"#,
        purchase,
        user as UserId,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map_or_else(Details::default, |row| Details {
        counterparty: row.name,
        reference: row.receipt_number,
        ..Details::default()
    }))
}

/// One code may be paid twice: the payment is the one that made this transaction, else the only one that there is.
async fn of_received_pix(conn: &mut PgConnection, transaction: &Transaction) -> Result<Details> {
    let mut payments = sqlx::query_scalar!(
        r#"select end_to_end_id as "id: EndToEndId" from received_pix where deposit_id = $1 or id = $1"#,
        transaction.subject_id,
    )
    .fetch_all(conn)
    .await?;
    if payments.len() > 1 {
        payments.retain(|payment| deposits::credit::transaction(payment) == transaction.id);
    }
    Ok(Details {
        reference: payments.pop().map(|payment| payment.to_string()),
        ..Details::default()
    })
}

async fn of_withdrawal(conn: &mut PgConnection, transaction: &Transaction) -> Result<Details> {
    let row = sqlx::query!(
        r#"select key_masked, fee as "fee: Money", amount - fee as "net!: Money" from withdrawals where id = $1"#,
        transaction.subject_id,
    )
    .fetch_optional(conn)
    .await?;
    let is_out = transaction.kind == TransactionKind::Withdrawal;
    Ok(row.map_or_else(Details::default, |row| Details {
        counterparty: Some(row.key_masked),
        fee: Some(row.fee).filter(|_| is_out),
        net_amount: Some(row.net).filter(|_| is_out),
        ..Details::default()
    }))
}
