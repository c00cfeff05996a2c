//! The outbox: what happened, written in the transaction that made it happen; a relay delivers it later, exactly once.
//!
//! A payload names rows by id. The one personal thing in it may be a `reason`, which somebody wrote for the user to read:
//! it is taken out when the user leaves. Thirty days after its delivery an event is deleted. One more thing that comes of
//! events is one more call in the relay's transaction.

mod forget;
mod relay;
#[cfg(test)]
mod tests;

pub(crate) use forget::forget;
pub use forget::forget_delivered;
pub use relay::{is_waiting, relay};

use crate::Ctx;
use kernel::Result;
use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;

/// Something that happened.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) id: i64,
    /// `subject_verb`, for example `user_registered`.
    pub(crate) kind: String,
    pub(crate) payload: Value,
    /// When it happened.
    pub(crate) created_at: OffsetDateTime,
}

/// Writes one event. `kind` is `subject_verb` in the past tense, for example `user_registered`.
pub async fn enqueue(conn: &mut PgConnection, ctx: &Ctx, kind: &str, payload: Value) -> Result<()> {
    enqueue_at(conn, ctx.now(), kind, payload).await
}

/// Writes one event that happened at this moment: what is told of it says so.
pub(crate) async fn enqueue_at(
    conn: &mut PgConnection,
    at: OffsetDateTime,
    kind: &str,
    payload: Value,
) -> Result<()> {
    sqlx::query!(
        "insert into outbox (kind, payload, created_at) values ($1, $2, $3)",
        kind,
        payload,
        at,
    )
    .execute(conn)
    .await?;
    Ok(())
}
