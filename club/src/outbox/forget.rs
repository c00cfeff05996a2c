//! What is not kept: events that were delivered long ago, and what they say of somebody who left.

use crate::Ctx;
use kernel::{Result, UserId};
use sqlx::PgConnection;
use tenancy::administrators::Permission;
use time::Duration;

/// How long a delivered event is kept, for people who look into what happened.
const KEPT_FOR: Duration = Duration::days(30);

/// Deletes events that were delivered more than thirty days ago; returns how many. What came of them stays, and what was
/// not delivered waits however old it is. For a job.
pub async fn forget_delivered(ctx: &Ctx) -> Result<u64> {
    ctx.require(Permission::ManageSettings)?;
    let mut conn = ctx.conn().await?;
    let forgotten = sqlx::query!(
        "delete from outbox where delivered_at < $1",
        ctx.now() - KEPT_FOR,
    )
    .execute(&mut *conn)
    .await?;
    Ok(forgotten.rows_affected())
}

/// Takes what somebody wrote about a user out of all events about this user, who leaves.
pub(crate) async fn forget(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "update outbox set payload = payload - 'reason' where payload ->> 'userId' = $1 and payload ? 'reason'",
        user.to_string(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
