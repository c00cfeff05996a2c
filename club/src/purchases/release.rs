//! Pending cashback becomes available on its day.

use super::{
    postings::{Balances, MoneyOf, post},
    read::already_taken,
    rules::difference,
};
use crate::{
    Ctx,
    ledger::{Attempt, Attempts, Posting},
    outbox,
};
use kernel::{Error, PurchaseId, Result, Shares};
use serde_json::json;
use sqlx::PgConnection;
use tenancy::administrators::Permission;
use time::OffsetDateTime;

/// How many purchases one transaction releases.
const AT_ONCE: i64 = 200;

/// Releases all cashback whose day has come; returns of how many purchases. Debts are paid out of it first. Safe to run
/// on two nodes at once, and again after a crash.
pub async fn release_due(ctx: &Ctx) -> Result<u64> {
    ctx.require(Permission::ManageSettings)?;
    let mut released = 0;
    let mut attempts = Attempts::default();
    loop {
        let mut tx = ctx.begin().await?;
        let outcome = attempt(&mut tx, ctx.now()).await;
        let Some(count) = attempts.end(tx, outcome).await? else {
            continue;
        };
        released += count;
        attempts = Attempts::default();
        if count < AT_ONCE.unsigned_abs() {
            return Ok(released);
        }
    }
}

async fn attempt(conn: &mut PgConnection, at: OffsetDateTime) -> Result<Attempt<u64>> {
    let (count, postings) = release(conn, at).await?;
    match post(conn, &postings).await {
        Err(error) if error.code == "debt_overpaid" => Ok(Attempt::Moved(error)),
        posted => posted.map(|()| Attempt::Done(count)),
    }
}

/// Releases what is due at this moment, at most [`AT_ONCE`]: of how many purchases, and what is to be posted.
pub(super) async fn release(
    conn: &mut PgConnection,
    at: OffsetDateTime,
) -> Result<(u64, Vec<Posting>)> {
    let due = due(conn, at).await?;
    let users: Vec<_> = due
        .iter()
        .flat_map(|(money, remaining)| money.users_shares(*remaining).map(|(user, _)| user))
        .collect();
    let mut balances = Balances::read(conn, &users).await?;
    let mut postings = Vec::with_capacity(due.len());
    for (money, remaining) in &due {
        let release = money.release(*remaining, at);
        if release.moves_nothing() {
            continue;
        }
        let paid = balances.pay_debts(&release, money.users_shares(*remaining));
        postings.push(release);
        postings.extend(paid);
        tell(conn, money, *remaining, at).await?;
    }
    let ids: Vec<_> = due.iter().map(|(money, _)| money.id.0).collect();
    sqlx::query!(
        "update purchases set released_at = $2 where id = any ($1)",
        &ids,
        at,
    )
    .execute(&mut *conn)
    .await?;
    let count = u64::try_from(due.len()).map_err(Error::internal)?;
    Ok((count, postings))
}

/// Purchases whose day has come, the oldest first, with what is left of their shares. Those that another node is
/// releasing are left to it.
async fn due(conn: &mut PgConnection, at: OffsetDateTime) -> Result<Vec<(MoneyOf, Shares)>> {
    let rows = sqlx::query!(
        r#"select id, payment, consumer_id, merchant_id, consumer_referrer_id, merchant_referrer_id, price,
                  consumer_share, club_share, consumer_referrer_share, merchant_referrer_share
           from purchases where released_at is null and release_at <= $1
           order by release_at limit $2
           for no key update skip locked"#,
        at,
        AT_ONCE,
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let taken = already_taken(conn, &ids).await?;
    let due = rows.into_iter().map(|row| {
        let shares = Shares {
            consumer: row.consumer_share,
            club: row.club_share,
            consumer_referrer: row.consumer_referrer_share,
            merchant_referrer: row.merchant_referrer_share,
        };
        let money = MoneyOf {
            id: row.id,
            payment: row.payment,
            consumer: row.consumer_id,
            merchant: row.merchant_id,
            consumer_referrer: row.consumer_referrer_id,
            merchant_referrer: row.merchant_referrer_id,
            price: row.price,
            shares,
        };
        let (_, taken) = taken.get(&row.id).copied().unwrap_or_default();
        let remaining = difference(shares, taken);
        (money, remaining)
    });
    Ok(due.collect())
}

/// One event for each user whose cashback is available now.
async fn tell(
    conn: &mut PgConnection,
    money: &MoneyOf,
    remaining: Shares,
    at: OffsetDateTime,
) -> Result<()> {
    let purchase: PurchaseId = money.id;
    for (user, amount) in money.users_shares(remaining) {
        if amount.is_positive() {
            let event = json!({ "userId": user, "purchaseId": purchase, "amount": amount });
            outbox::enqueue_at(conn, at, "cashback_released", event).await?;
        }
    }
    Ok(())
}
