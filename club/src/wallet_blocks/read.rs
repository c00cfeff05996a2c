//! Reading blocks, and forgetting why they were made.

use super::{WalletBlock, WalletLift};
use crate::Ctx;
use kernel::{Error, Money, Result, UserId, WalletBlockId};
use sqlx::PgConnection;
use std::collections::HashMap;
use tenancy::administrators::Permission;
use uuid::Uuid;

/// How many blocks of one user are shown: more than anybody has.
const MOST: i64 = 100;
/// Stands for a reason that was cleared.
const REMOVED: &str = "removed";

/// The blocks of a user's wallet, lifted ones too, the newest first.
pub async fn of_user(ctx: &Ctx, user: UserId) -> Result<Vec<WalletBlock>> {
    ctx.require(Permission::ViewMembers)?;
    let mut conn = ctx.conn().await?;
    blocks(&mut conn, Some(user), None).await
}

/// One block. Error: 404.
pub async fn one(ctx: &Ctx, id: WalletBlockId) -> Result<WalletBlock> {
    ctx.require(Permission::ViewMembers)?;
    by_id(&mut *ctx.conn().await?, id).await
}

pub(super) async fn by_id(conn: &mut PgConnection, id: WalletBlockId) -> Result<WalletBlock> {
    let found = blocks(conn, None, Some(id)).await?.pop();
    found.ok_or_else(|| Error::not_found("wallet_block"))
}

async fn blocks(
    conn: &mut PgConnection,
    user: Option<UserId>,
    id: Option<WalletBlockId>,
) -> Result<Vec<WalletBlock>> {
    let rows = sqlx::query!(
        r#"select id, user_id, amount, amount - lifted as "left!: Money", reason, blocked_by, blocked_at
           from wallet_blocks
           where ($1::uuid is null or user_id = $1) and ($2::uuid is null or id = $2)
           order by blocked_at desc, id desc limit $3"#,
        user as Option<UserId>,
        id as Option<WalletBlockId>,
        MOST,
    )
    .fetch_all(&mut *conn)
    .await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id.0).collect();
    let mut lifts = lifts(conn, &ids).await?;
    let blocks = rows.into_iter().map(|row| WalletBlock {
        lifts: lifts.remove(&row.id).unwrap_or_default(),
        id: row.id,
        user_id: row.user_id,
        amount: row.amount,
        left: row.left,
        reason: row.reason,
        blocked_by: row.blocked_by,
        blocked_at: row.blocked_at,
    });
    Ok(blocks.collect())
}

async fn lifts(
    conn: &mut PgConnection,
    blocks: &[Uuid],
) -> Result<HashMap<WalletBlockId, Vec<WalletLift>>> {
    let rows = sqlx::query!(
        "select block_id, id, amount, reason, lifted_by, lifted_at
         from wallet_block_lifts where block_id = any ($1) order by lifted_at, id",
        blocks,
    )
    .fetch_all(conn)
    .await?;
    let mut lifts = HashMap::<WalletBlockId, Vec<WalletLift>>::new();
    for row in rows {
        lifts.entry(row.block_id).or_default().push(WalletLift {
            id: row.id,
            amount: row.amount,
            reason: row.reason,
            lifted_by: row.lifted_by,
            lifted_at: row.lifted_at,
        });
    }
    Ok(lifts)
}

/// Clears why the wallet of whoever leaves the club was blocked and freed; the amounts stay, as the ledger has them.
pub(crate) async fn forget(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "with lifts as (
             update wallet_block_lifts set reason = $2
             where block_id in (select id from wallet_blocks where user_id = $1))
         update wallet_blocks set reason = $2 where user_id = $1",
        user as UserId,
        REMOVED,
    )
    .execute(conn)
    .await?;
    Ok(())
}
