//! A demonstration's notifications: each as of when it happened, and read but for those of the last days.

use crate::{Ctx, outbox};
use kernel::Result;
use time::Duration;

/// For how long something is news.
const UNREAD: Duration = Duration::days(2);

/// Tells what has happened so far, of which the older was read. For a demonstration that was filled just now.
pub(crate) async fn seed(ctx: &Ctx) -> Result<()> {
    outbox::relay(ctx).await?;
    sqlx::query!(
        "update notifications set read_at = created_at where created_at < $1 and read_at is null",
        ctx.now() - UNREAD,
    )
    .execute(&mut *ctx.conn().await?)
    .await?;
    Ok(())
}
