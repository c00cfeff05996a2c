//! Reading wallets.

use super::{WalletAccount, csv};
use crate::{
    Ctx,
    ledger::{self, StatementFilter, StatementPage, StatementRequest, WalletBalances},
};
use kernel::{Result, UserId};
use tenancy::administrators::Permission;

/// The most pages of a CSV: 50,000 lines, years of a busy merchant.
const MOST_PAGES: usize = 500;
/// Lines read at once.
const AT_ONCE: u16 = 100;

/// What the acting user has.
pub async fn balances(ctx: &Ctx) -> Result<WalletBalances> {
    let user = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    ledger::wallet(&mut conn, user).await
}

/// What a user has, for the club's administrators.
pub async fn of_user(ctx: &Ctx, user: UserId) -> Result<WalletBalances> {
    ctx.require(Permission::ViewMembers)?;
    let mut conn = ctx.conn().await?;
    ledger::wallet(&mut conn, user).await
}

/// A page of the acting user's movements, the newest first.
///
/// # Errors
/// `limit: out_of_range`.
pub async fn statement(
    ctx: &Ctx,
    account: WalletAccount,
    filter: &StatementFilter,
    page: StatementRequest,
) -> Result<StatementPage> {
    let account = account.of(ctx.user_id()?);
    let mut conn = ctx.conn().await?;
    ledger::statement(&mut conn, account, filter, page).await
}

/// The same of any user, for the club's administrators.
///
/// # Errors
/// `limit: out_of_range`.
pub async fn statement_of_user(
    ctx: &Ctx,
    user: UserId,
    account: WalletAccount,
    filter: &StatementFilter,
    page: StatementRequest,
) -> Result<StatementPage> {
    ctx.require(Permission::ViewMembers)?;
    let mut conn = ctx.conn().await?;
    ledger::statement(&mut conn, account.of(user), filter, page).await
}

/// All of the acting user's movements that match, as CSV; at most 50,000.
pub async fn statement_csv(
    ctx: &Ctx,
    account: WalletAccount,
    filter: &StatementFilter,
) -> Result<String> {
    let account = account.of(ctx.user_id()?);
    let mut conn = ctx.conn().await?;
    let (mut lines, mut cursor) = (csv::HEADER.to_owned(), None);
    for _ in 0..MOST_PAGES {
        let request = StatementRequest {
            limit: Some(AT_ONCE),
            cursor,
        };
        let page = ledger::statement(&mut conn, account, filter, request).await?;
        for entry in &page.data {
            csv::write(&mut lines, entry)?;
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    Ok(lines)
}
