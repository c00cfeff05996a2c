//! The tenant's audit log: who did what to whom, when and from where. Append-only by trigger.
//!
//! Write the row in the transaction of the change it tells of. It can never be deleted: name people by id and changed
//! fields by name, never by their value.

use crate::Ctx;
use kernel::{Error, Result};
use serde_json::Value;
use sqlx::PgConnection;

/// The longest reason, in characters.
const REASON_LENGTH: usize = 500;

/// The reason that an administrator gives for what they do, without spaces around it; it explains it later.
///
/// # Errors
/// `reason`: `required`, `too_long`.
pub(crate) fn reason(given: &str) -> Result<&str> {
    let reason = given.trim();
    let is_short = reason.chars().count() <= REASON_LENGTH;
    Error::check([
        ("reason", !reason.is_empty(), "required"),
        ("reason", is_short, "too_long"),
    ])?;
    Ok(reason)
}

/// What was done.
#[derive(Debug, Default)]
pub struct Record<'a> {
    /// `subject.verb`, for example `user.delete`.
    pub action: &'a str,
    /// What it was done to, for example `user:<id>`.
    pub subject: String,
    /// The fields before.
    pub before: Option<Value>,
    /// The fields after.
    pub after: Option<Value>,
}

/// Writes one row.
pub async fn record(conn: &mut PgConnection, ctx: &Ctx, record: Record<'_>) -> Result<()> {
    sqlx::query!(
        "insert into audit_log (id, at, actor, action, subject, before, after, ip, request_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        ctx.new_id(),
        ctx.now(),
        ctx.actor.label(),
        record.action,
        record.subject,
        record.before,
        record.after,
        ctx.origin.ip.map(|ip| ip.to_string()),
        ctx.origin.request_id,
    )
    .execute(conn)
    .await?;
    Ok(())
}
