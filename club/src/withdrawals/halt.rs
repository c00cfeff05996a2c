//! That the club's institution takes no payouts on: kept while it lasts, so that the console says it.

use super::Halt;
use crate::{Ctx, pix::ProviderError};
use kernel::Result;
use sqlx::PgConnection;
use tenancy::administrators::Permission;
use time::OffsetDateTime;

/// More of an institution's words is not kept, in characters.
const MOST_CHARACTERS: usize = 300;

/// Since when and why the club's institution takes no payouts on; `None` while it does, as far as is known.
pub async fn halt(ctx: &Ctx) -> Result<Option<Halt>> {
    ctx.require(Permission::ViewMembers)?;
    let halt = sqlx::query_as!(
        Halt,
        "select since, reason from payout_halts join money_settings on pix_account_name = account"
    )
    .fetch_optional(&mut *ctx.conn().await?)
    .await?;
    Ok(halt)
}

/// What the institution was asked when it did not serve.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// What it holds.
    Balance,
    /// To send.
    Payout,
}

/// It takes nothing on, and has done so since the moment that is returned.
pub(super) async fn note(
    conn: &mut PgConnection,
    ctx: &Ctx,
    account: &str,
    asked: Asked,
    reason: &str,
) -> Result<OffsetDateTime> {
    let since = sqlx::query_scalar!(
        "insert into payout_halts (account, since, reason, is_balance) values ($1, $2, $3, $4)
         on conflict (account) do update set reason = excluded.reason, is_balance = excluded.is_balance
         returning since",
        account,
        ctx.now(),
        reason,
        asked == Asked::Balance,
    )
    .fetch_one(conn)
    .await?;
    Ok(since)
}

/// It does again what it was asked.
pub(super) async fn over(ctx: &Ctx, account: &str, asked: Asked) -> Result<()> {
    sqlx::query!(
        "delete from payout_halts where account = $1 and (is_balance or not $2)",
        account,
        asked == Asked::Balance,
    )
    .execute(&mut *ctx.conn().await?)
    .await?;
    Ok(())
}

/// Why, as it is kept.
pub(super) fn words(error: &ProviderError) -> String {
    error.to_string().chars().take(MOST_CHARACTERS).collect()
}
