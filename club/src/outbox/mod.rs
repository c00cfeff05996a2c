//! The outbox: what happened, written in the transaction that made it happen; a relay delivers it later, exactly once.
//!
//! A payload names rows by id and carries no personal data, so that forgetting a person needs no change here.

use crate::Ctx;
use kernel::Result;
use serde_json::Value;
use sqlx::PgConnection;

/// Writes one event. `kind` is `subject_verb` in the past tense, for example `user_registered`.
pub async fn enqueue(conn: &mut PgConnection, ctx: &Ctx, kind: &str, payload: Value) -> Result<()> {
    sqlx::query!(
        "insert into outbox (kind, payload, created_at) values ($1, $2, $3)",
        kind,
        payload,
        ctx.now(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
