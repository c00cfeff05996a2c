//! Blocking a member and letting them in again: by the club's administrators, with the reason that explains it later.

use super::UserStatus;
use crate::{Ctx, audit, auth};
use kernel::{Error, Result, UserId};
use serde_json::json;
use tenancy::administrators::Permission;

/// Takes a member's way in away: their sessions end at once, what they have is kept.
///
/// Errors: 403; 404, also for an account that was deleted; field `reason`. Blocking twice changes nothing.
pub async fn block(ctx: &Ctx, id: UserId, reason: &str) -> Result<()> {
    set(ctx, id, UserStatus::Blocked, reason).await
}

/// Lets a member in again, with the password that they had. Errors as [`block`].
pub async fn unblock(ctx: &Ctx, id: UserId, reason: &str) -> Result<()> {
    set(ctx, id, UserStatus::Active, reason).await
}

async fn set(ctx: &Ctx, id: UserId, status: UserStatus, reason: &str) -> Result<()> {
    ctx.require(Permission::ManageMembers)?;
    let reason = audit::reason(reason)?;
    let mut tx = ctx.begin().await?;
    let before = sqlx::query_scalar!(
        "select status from users where id = $1 and status <> 'deleted' for update",
        id as UserId,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(|| Error::not_found("user"))?;
    if before == status {
        return Ok(());
    }
    sqlx::query!(
        "update users set status = $2, updated_at = $3 where id = $1",
        id as UserId,
        status as UserStatus,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    let action = if status == UserStatus::Blocked {
        auth::end_sessions(&mut tx, ctx, id).await?;
        "user.block"
    } else {
        "user.unblock"
    };
    let record = audit::Record {
        action,
        subject: format!("user:{id}"),
        before: Some(json!({ "status": before })),
        after: Some(json!({ "status": status, "reason": reason })),
    };
    audit::record(&mut tx, ctx, record).await?;
    tx.commit().await?;
    Ok(())
}
