//! Claiming a key and keeping an answer.

use super::{Key, StoredAnswer};
use crate::Ctx;
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use axum::http::StatusCode;
use kernel::{Error, Kind, Result, TransactionId};
use serde::Serialize;
use sqlx::PgConnection;
use tenancy::administrators::Permission;
use time::Duration;
use uuid::Uuid;

/// How long an answer is kept.
pub(crate) const KEPT_FOR: Duration = Duration::hours(48);

/// What came of claiming a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody used it: act, then [`keep`] the answer.
    New,
    /// It was used for this same request: answer this and do nothing.
    Replay(StoredAnswer),
}

/// Claims a key for the rest of this transaction. Call it first.
///
/// # Errors
/// `idempotency_in_progress` while another request with this key is running, `idempotency_key_reused` when it was used
/// for another request.
pub async fn claim(conn: &mut PgConnection, ctx: &Ctx, key: &Key) -> Result<Claim> {
    let actor = ctx.actor.label();
    if let Some(answer) = stored(conn, &actor, key).await? {
        return Ok(Claim::Replay(answer));
    }
    let free = sqlx::query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0)) as "free!""#,
        actor,
        key.name,
    )
    .fetch_one(&mut *conn)
    .await?;
    if !free {
        return Err(Error::conflict(
            "idempotency_in_progress",
            "A request with this Idempotency-Key is still running.",
        ));
    }
    // Again: whoever held the lock may have committed since the first look.
    let meanwhile = stored(conn, &actor, key).await?;
    Ok(meanwhile.map_or(Claim::New, Claim::Replay))
}

async fn stored(conn: &mut PgConnection, actor: &str, key: &Key) -> Result<Option<StoredAnswer>> {
    let stored = sqlx::query!(
        "select request_hash, status, body from idempotency_keys where actor = $1 and key = $2",
        actor,
        key.name,
    )
    .fetch_optional(conn)
    .await?;
    let Some(stored) = stored else {
        return Ok(None);
    };
    if stored.request_hash != key.request_hash {
        return Err(reused());
    }
    let status = u16::try_from(stored.status).map_err(Error::internal)?;
    Ok(Some(StoredAnswer {
        status: StatusCode::from_u16(status).map_err(Error::internal)?,
        body: stored.body,
    }))
}

/// The refusal of a key that was used for another request.
pub(crate) fn reused() -> Error {
    Error::new(
        Kind::Invalid,
        "idempotency_key_reused",
        "This Idempotency-Key was used for another request.",
    )
}

/// Keeps the answer of a claimed key. Call it last, then commit.
pub async fn keep(
    conn: &mut PgConnection,
    ctx: &Ctx,
    key: &Key,
    status: StatusCode,
    body: &impl Serialize,
) -> Result<StoredAnswer> {
    let answer = StoredAnswer {
        status,
        body: serde_json::to_vec(body).map_err(Error::internal)?,
    };
    let number = i16::try_from(status.as_u16()).map_err(Error::internal)?;
    sqlx::query!(
        "insert into idempotency_keys (actor, key, request_hash, status, body, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        ctx.actor.label(),
        key.name,
        key.request_hash,
        number,
        answer.body,
        ctx.now(),
    )
    .execute(conn)
    .await?;
    Ok(answer)
}

/// Forgets answers that nobody will ask for again; returns how many. For a job.
pub async fn forget_old(ctx: &Ctx) -> Result<u64> {
    ctx.require(Permission::ManageSettings)?;
    let mut conn = ctx.conn().await?;
    let forgotten = sqlx::query!(
        "delete from idempotency_keys where created_at < $1",
        ctx.now() - KEPT_FOR,
    )
    .execute(&mut *conn)
    .await?;
    Ok(forgotten.rows_affected())
}

/// The id of the ledger's transaction for this step of this thing: the same each time (UUID version 5), so that a step
/// posts once even when it is tried again.
pub fn transaction_id(thing: Uuid, step: &str) -> TransactionId {
    let name = [thing.as_bytes(), step.as_bytes()].concat();
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, &name);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    TransactionId(uuid::Builder::from_sha1_bytes(bytes).into_uuid())
}
