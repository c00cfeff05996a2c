//! What is known of one movement, as its user may know it.

use super::{Currency, Facts, Movement};
use crate::{
    Ctx,
    ledger::{self, TransactionKind},
    wallet::{self, Known, WalletAccount},
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
        TransactionKind::Withdrawal
        | TransactionKind::WithdrawalPaid
        | TransactionKind::WithdrawalReturned => of_withdrawal(conn, transaction).await,
        _ => of_other(conn, transaction, user).await,
    }
}

/// What a statement says of it too.
async fn of_other(
    conn: &mut PgConnection,
    transaction: &Transaction,
    user: UserId,
) -> Result<Details> {
    let of = [(transaction.id, transaction.subject_id)];
    let known = wallet::known(conn, user, &of)
        .await?
        .remove(&transaction.id);
    let Known {
        counterparty,
        reference,
    } = known.unwrap_or_default();
    Ok(Details {
        counterparty,
        reference,
        ..Details::default()
    })
}

/// Once the institution has named the payment, by that name the member can ask their bank for it.
async fn of_withdrawal(conn: &mut PgConnection, transaction: &Transaction) -> Result<Details> {
    let row = sqlx::query!(
        r#"select key_masked, fee as "fee: Money", amount - fee as "net!: Money", end_to_end_id
           from withdrawals where id = $1"#,
        transaction.subject_id,
    )
    .fetch_optional(conn)
    .await?;
    let is_out = transaction.kind == TransactionKind::Withdrawal;
    Ok(row.map_or_else(Details::default, |row| Details {
        counterparty: Some(row.key_masked),
        reference: row.end_to_end_id.map(|id| id.to_string()),
        fee: Some(row.fee).filter(|_| is_out),
        net_amount: Some(row.net).filter(|_| is_out),
    }))
}
