//! Asking for a charge.

use super::{DepositStatus, NewDeposit, limits, look, read};
use crate::{
    Ctx,
    idempotency::{self, Claim, Key, StoredAnswer},
    pix::{self, PixProvider, ProviderError, Txid},
    users,
};
use axum::http::StatusCode;
use kernel::{DepositId, Error, Money, Result, UserId};
use sqlx::PgConnection;
use time::Duration;

/// For how long a charge can be paid.
const LASTS: Duration = Duration::hours(1);

/// Makes a deposit and its charge at the provider. Answers a [`Deposit`](super::Deposit).
///
/// # Errors
/// `amount: below_minimum` or `above_maximum`, `too_many_waiting`, `deposits_paused`, `pix_refused`, those of `idempotency::claim`; and
/// `pix_unavailable` or `pix_unanswered`, after which the same request with the same key completes the same deposit, until
/// its time is over: `deposit_expired`.
pub async fn create(ctx: &Ctx, key: &Key, new: NewDeposit) -> Result<StoredAnswer> {
    let user = ctx.user_id()?;
    let deposit = match write_down(ctx, key, user, &new).await? {
        Begun::Answered(answer) => return Ok(answer),
        Begun::Written(deposit) => deposit,
    };
    if !deposit.has_code {
        // The account that the deposit was written down for: while it waits, the club has no other.
        ask(ctx, &*pix::provider(ctx).await?, &deposit).await?;
    }
    let mut tx = ctx.begin().await?;
    if let Claim::Replay(answer) = idempotency::claim(&mut tx, ctx, key).await? {
        tx.rollback().await?;
        return Ok(answer);
    }
    let deposit = read::read(&mut tx, deposit.id, Some(user)).await?;
    let answer = idempotency::keep(&mut tx, ctx, key, StatusCode::CREATED, &deposit).await?;
    tx.commit().await?;
    Ok(answer)
}

/// Has the provider make the charge. No connection is held meanwhile.
async fn ask(ctx: &Ctx, provider: &dyn PixProvider, deposit: &look::Waiting) -> Result<()> {
    let asked = look::charge(ctx, provider, deposit).await;
    let mut conn = ctx.conn().await?;
    match asked {
        Ok(charge) => look::note_charge(&mut conn, deposit.id, &charge).await,
        Err(error) => {
            if matches!(error, ProviderError::Refused { .. }) {
                set_status(&mut conn, deposit.id, DepositStatus::Cancelled).await?;
            }
            Err(error.into())
        }
    }
}

enum Begun {
    Answered(StoredAnswer),
    Written(look::Waiting),
}

/// Writes the deposit before anybody is asked, or finds it when its answer got lost.
async fn write_down(ctx: &Ctx, key: &Key, user: UserId, new: &NewDeposit) -> Result<Begun> {
    let mut tx = ctx.begin().await?;
    let begun = begin(&mut tx, ctx, key, user, new).await;
    // A transaction that is only dropped holds its claim a moment longer.
    match &begun {
        Ok(_) => tx.commit().await?,
        Err(_) => tx.rollback().await?,
    }
    begun
}

async fn begin(
    conn: &mut PgConnection,
    ctx: &Ctx,
    key: &Key,
    user: UserId,
    new: &NewDeposit,
) -> Result<Begun> {
    if let Claim::Replay(answer) = idempotency::claim(conn, ctx, key).await? {
        return Ok(Begun::Answered(answer));
    }
    free(conn, ctx, key, user).await?;
    let known = sqlx::query!(
        "select id, txid, amount, status, br_code, expires_at from deposits
         where user_id = $1 and idempotency_key = $2",
        user as UserId,
        key.name(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(known) = known else {
        let written = insert(conn, ctx, key, user, new.amount).await;
        return written.map(Begun::Written);
    };
    if known.amount != new.amount {
        return Err(idempotency::reused());
    }
    if known.br_code.is_none() {
        can_be_completed(known.status, ctx.now() < known.expires_at)?;
    }
    Ok(Begun::Written(look::Waiting {
        id: known.id,
        txid: known.txid,
        amount: known.amount,
        has_code: known.br_code.is_some(),
        expires_at: known.expires_at,
    }))
}

/// A key that named a deposit so long ago that other answers are forgotten may name another one.
async fn free(conn: &mut PgConnection, ctx: &Ctx, key: &Key, user: UserId) -> Result<()> {
    sqlx::query!(
        "update deposits set idempotency_key = null where user_id = $1 and idempotency_key = $2 and created_at < $3",
        user as UserId,
        key.name(),
        ctx.now() - idempotency::KEPT_FOR,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whether a deposit without a code can still get one that somebody has the time to pay.
fn can_be_completed(status: DepositStatus, is_in_time: bool) -> Result<()> {
    match status {
        DepositStatus::Cancelled => {
            Err(ProviderError::refused("cancelled", "It was refused before.").into())
        }
        DepositStatus::Paid => Ok(()),
        DepositStatus::Waiting if is_in_time => Ok(()),
        _ => Err(Error::conflict(
            "deposit_expired",
            "Its time was over before the provider answered. Ask for another deposit, with another key.",
        )),
    }
}

async fn insert(
    conn: &mut PgConnection,
    ctx: &Ctx,
    key: &Key,
    user: UserId,
    amount: Money,
) -> Result<look::Waiting> {
    let account = pix::hold(conn).await?;
    let limits = limits::read(conn).await?;
    Error::check([
        ("amount", amount >= limits.minimum, "below_minimum"),
        ("amount", amount <= limits.maximum, "above_maximum"),
    ])?;
    if limits.most_waiting == 0 || pix::is_missing(ctx, &account) {
        return Err(Error::conflict(
            "deposits_paused",
            "The club takes no new deposits for now.",
        ));
    }
    // How many wait is right only while nobody adds to them.
    users::lock(conn, user).await?;
    let waiting = sqlx::query_scalar!(
        r#"select count(*) as "waiting!" from deposits where user_id = $1 and status = 'waiting' and expires_at > $2"#,
        user as UserId,
        ctx.now(),
    )
    .fetch_one(&mut *conn)
    .await?;
    // Nobody fills the provider's books by pressing a button.
    if waiting >= i64::from(limits.most_waiting) {
        return Err(Error::conflict(
            "too_many_waiting",
            "Pay a deposit that waits, or wait until one expires.",
        ));
    }
    let id = DepositId(ctx.new_id());
    let (txid, expires_at) = (Txid::from(id.0), ctx.now() + LASTS);
    sqlx::query!(
        "insert into deposits (id, user_id, idempotency_key, txid, provider, amount, created_at, expires_at, checked_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $7)",
        id as DepositId,
        user as UserId,
        key.name(),
        txid.as_str(),
        account,
        amount.centavos(),
        ctx.now(),
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(look::Waiting {
        id,
        txid,
        amount,
        has_code: false,
        expires_at,
    })
}

/// A deposit that waited does so no longer.
pub(super) async fn set_status(
    conn: &mut PgConnection,
    id: DepositId,
    status: DepositStatus,
) -> Result<()> {
    sqlx::query!(
        "update deposits set status = $2 where id = $1 and status = 'waiting'",
        id as DepositId,
        status as DepositStatus,
    )
    .execute(conn)
    .await?;
    Ok(())
}
