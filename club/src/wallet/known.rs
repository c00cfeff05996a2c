//! What somebody may know of movements beyond the ledger, which knows of no purchase and of no payment.

use crate::{deposits, pix::EndToEndId, users::known_as};
use kernel::{Result, TransactionId, UserId};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// Of one movement; nothing where nothing may be told.
#[derive(Clone, Debug, Default)]
pub(crate) struct Known {
    /// The other side, as a receipt names it.
    pub(crate) counterparty: Option<String>,
    /// By what the other side knows it.
    pub(crate) reference: Option<String>,
}

/// What a user may know of these transactions of theirs, each with what it pays for. Whoever only brought one of the two
/// sides of a purchase is told of neither.
pub(crate) async fn known(
    conn: &mut PgConnection,
    user: UserId,
    transactions: &[(TransactionId, Uuid)],
) -> Result<HashMap<TransactionId, Known>> {
    let subjects: Vec<_> = transactions.iter().map(|(_, subject)| *subject).collect();
    let sides = sides(conn, user, &subjects).await?;
    let payments = payments(conn, &subjects).await?;
    let known = transactions.iter().map(|(transaction, subject)| {
        let side = sides.get(subject).cloned();
        let payment = payments.get(subject);
        let known = side.unwrap_or_else(|| Known {
            counterparty: None,
            reference: payment.and_then(|payments| that_made(payments, *transaction)),
        });
        (*transaction, known)
    });
    Ok(known.collect())
}

/// Purchases, and withdrawals with the key that they go to.
async fn sides(
    conn: &mut PgConnection,
    user: UserId,
    subjects: &[Uuid],
) -> Result<HashMap<Uuid, Known>> {
    let purchases = sqlx::query!(
        r#"select p.id as "id: Uuid", p.receipt_number, other.user_type, other.status, other.first_name, other.last_name
           from purchases p
           join users other on other.id = case when p.consumer_id = $2 then p.merchant_id else p.consumer_id end
           where p.id = any ($1) and $2 in (p.consumer_id, p.merchant_id)"#,
        subjects,
        user as UserId,
    )
    .fetch_all(&mut *conn)
    .await?;
    let withdrawals = sqlx::query!(
        r#"select id as "id: Uuid", key_masked, end_to_end_id
           from withdrawals where id = any ($1) and user_id = $2"#,
        subjects,
        user as UserId,
    )
    .fetch_all(conn)
    .await?;
    let purchases = purchases.into_iter().map(|row| {
        let known = Known {
            counterparty: known_as(row.user_type, row.status, &row.first_name, &row.last_name),
            reference: row.receipt_number,
        };
        (row.id, known)
    });
    let withdrawals = withdrawals.into_iter().map(|row| {
        let known = Known {
            counterparty: Some(row.key_masked),
            reference: row.end_to_end_id.map(|id| id.to_string()),
        };
        (row.id, known)
    });
    Ok(purchases.chain(withdrawals).collect())
}

/// Payments that came in, of deposits and without one.
async fn payments(
    conn: &mut PgConnection,
    subjects: &[Uuid],
) -> Result<HashMap<Uuid, Vec<EndToEndId>>> {
    let rows = sqlx::query!(
        r#"select case when deposit_id = any ($1) then deposit_id else id end as "subject!",
                  end_to_end_id as "end_to_end_id: EndToEndId"
           from received_pix where deposit_id = any ($1) or id = any ($1)"#,
        subjects,
    )
    .fetch_all(conn)
    .await?;
    let mut payments = HashMap::<Uuid, Vec<EndToEndId>>::new();
    for row in rows {
        let of_subject = payments.entry(row.subject).or_default();
        of_subject.push(row.end_to_end_id);
    }
    Ok(payments)
}

/// One code may be paid twice: the payment is the one that made this transaction, else the only one that there is.
fn that_made(payments: &[EndToEndId], transaction: TransactionId) -> Option<String> {
    match payments {
        [only] => Some(only.to_string()),
        many => many
            .iter()
            .find(|payment| deposits::credit::transaction(payment) == transaction)
            .map(ToString::to_string),
    }
}
