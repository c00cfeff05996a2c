//! Delivering what is in the outbox, exactly once.

use super::Event;
use crate::{Ctx, notifications};
use kernel::Result;
use tenancy::administrators::Permission;

/// How many events one transaction delivers.
const AT_ONCE: i64 = 100;

/// Delivers the events that wait, oldest first; returns how many. For a job.
///
/// An event is marked as delivered in the transaction that writes what comes of it, and its row is locked meanwhile: a
/// crash leaves both undone, and a second relay waits and then finds nothing. The order is that of the events' ids: what
/// was written after somebody had seen something else comes after it.
///
/// Whom the events are about is locked before the events are, as whoever leaves the club does it: nobody is told anything
/// once they have left, and neither waits for what the other holds.
pub async fn relay(ctx: &Ctx) -> Result<u64> {
    ctx.require(Permission::ManageSettings)?;
    let mut all = 0;
    loop {
        let delivered = deliver_some(ctx).await?;
        all += delivered;
        if delivered == 0 {
            return Ok(all);
        }
    }
}

/// Whether anything waits; cheap enough to ask every second.
pub async fn is_waiting(ctx: &Ctx) -> Result<bool> {
    let mut conn = ctx.conn().await?;
    let waits = sqlx::query_scalar!(
        r#"select exists (select from outbox where delivered_at is null) as "waits!""#
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(waits)
}

async fn deliver_some(ctx: &Ctx) -> Result<u64> {
    let mut tx = ctx.begin().await?;
    let waiting = sqlx::query_as!(
        Event,
        "select id, kind, payload, created_at from outbox where delivered_at is null order by id limit $1",
        AT_ONCE,
    )
    .fetch_all(&mut *tx)
    .await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let readers = notifications::hold_readers(&mut tx, &waiting).await?;
    let ids: Vec<_> = waiting.iter().map(|event| event.id).collect();
    // Another relay may have delivered them meanwhile, and what was said of somebody who left is taken out.
    let events = sqlx::query_as!(
        Event,
        "select id, kind, payload, created_at from outbox where id = any ($1) and delivered_at is null
         order by id for update",
        &ids,
    )
    .fetch_all(&mut *tx)
    .await?;
    notifications::tell(&mut tx, ctx, &events, &readers).await?;
    let ids: Vec<_> = events.iter().map(|event| event.id).collect();
    let delivered = sqlx::query!(
        "update outbox set delivered_at = $2 where id = any ($1)",
        &ids,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(delivered.rows_affected())
}
