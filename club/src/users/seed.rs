//! A demonstration's members, as if they had joined one after another: the last 95 days, and not all of them stayed.

use super::block;
use crate::Ctx;
use kernel::Result;
use tenancy::administrators::Permission;
use time::Duration;

/// Over how many days they came. Some were there before the first sale.
const DAYS: i64 = 95;
/// One of so many consumers was blocked.
const BLOCKED: usize = 12;

/// Spreads the members over the days before today and blocks a few, unless somebody has been a member for longer than a
/// day: then the members are as they came. Safe to run again.
pub async fn seed(ctx: &Ctx) -> Result<()> {
    ctx.require(Permission::ManageMembers)?;
    let mut tx = ctx.begin().await?;
    let since = ctx.now() - Duration::days(DAYS);
    // By kind, so that merchants and consumers grow side by side.
    let spread = sqlx::query!(
        "update users set created_at = $1::timestamptz + ($2 - $1) * member.place, updated_at = created_at
         from (select id, (row_number() over kind - 1) / count(*) over (partition by user_type)::double precision as place
               from users window kind as (partition by user_type order by id)) member
         where users.id = member.id and not exists (select from users where created_at < $3)",
        since,
        ctx.now(),
        ctx.now() - Duration::days(1),
    )
    .execute(&mut *tx)
    .await?;
    // Whoever is welcomed is welcomed on the day that they came.
    sqlx::query!(
        "update outbox set created_at = users.created_at from users
         where kind = 'user_registered' and payload ->> 'userId' = users.id::text and delivered_at is null",
    )
    .execute(&mut *tx)
    .await?;
    let consumers = sqlx::query_scalar!(
        "select id from users where user_type = 'consumer' and status = 'active' order by id"
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    if spread.rows_affected() == 0 {
        return Ok(());
    }
    for id in consumers.into_iter().skip(BLOCKED / 2).step_by(BLOCKED) {
        block(ctx, id, "Pedido do próprio membro").await?;
    }
    Ok(())
}
