//! The platform's audit log: who did what to which tenant, as whom, when and from where. Append-only by trigger.
//!
//! Write the row in the transaction of the change it tells of, with only fields that may be seen later: no secrets.

use crate::PlatformCtx;
use kernel::{Result, TenantId};
use serde_json::Value;
use sqlx::PgConnection;

/// What was done.
#[derive(Debug)]
pub struct Record<'a> {
    /// The tenant it concerns, if one.
    pub tenant_id: Option<TenantId>,
    /// `subject.verb`, for example `tenant.change`.
    pub action: &'a str,
    /// What it was done to, for example the slug.
    pub subject: &'a str,
    /// The fields before.
    pub before: Option<Value>,
    /// The fields after.
    pub after: Option<Value>,
}

/// Writes one row.
pub async fn record(conn: &mut PgConnection, ctx: &PlatformCtx, record: Record<'_>) -> Result<()> {
    sqlx::query!(
        "insert into audit_log (id, at, tenant_id, actor, action, subject, before, after, ip, request_id)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        ctx.new_id(),
        ctx.now(),
        record.tenant_id.map(|id| id.0),
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
