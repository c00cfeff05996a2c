//! Reading wallets.

use super::{StatementLine, Wallet, WalletAccount, WalletStatement, csv, known};
use crate::{
    Ctx, cashback,
    ledger::{self, StatementFilter, StatementRequest},
};
use futures::stream::{self, Stream, StreamExt};
use kernel::{Result, UserId};
use sqlx::PgConnection;
use tenancy::administrators::Permission;

/// Lines of a CSV read at once.
const AT_ONCE: u16 = 100;

/// What the acting user has.
pub async fn read(ctx: &Ctx) -> Result<Wallet> {
    let user = ctx.user_id()?;
    wallet(&mut *ctx.conn().await?, user).await
}

/// What a user has, for the club's administrators.
pub async fn of_user(ctx: &Ctx, user: UserId) -> Result<Wallet> {
    ctx.require(Permission::ViewMembers)?;
    wallet(&mut *ctx.conn().await?, user).await
}

async fn wallet(conn: &mut PgConnection, user: UserId) -> Result<Wallet> {
    Ok(Wallet {
        balances: ledger::wallet(conn, user).await?,
        credit: cashback::credit(conn, user).await?,
    })
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
) -> Result<WalletStatement> {
    let user = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    page_of(&mut conn, user, account, filter, page).await
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
) -> Result<WalletStatement> {
    ctx.require(Permission::ViewMembers)?;
    let mut conn = ctx.conn().await?;
    page_of(&mut conn, user, account, filter, page).await
}

async fn page_of(
    conn: &mut PgConnection,
    user: UserId,
    account: WalletAccount,
    filter: &StatementFilter,
    page: StatementRequest,
) -> Result<WalletStatement> {
    let page = ledger::statement(conn, account.of(user), filter, page).await?;
    let entries = page.data.iter();
    let transactions: Vec<_> = entries
        .map(|entry| (entry.transaction_id, entry.subject_id))
        .collect();
    let known = known(conn, user, &transactions).await?;
    let lines = page.data.into_iter().map(|entry| {
        let known = known.get(&entry.transaction_id).cloned();
        let known = known.unwrap_or_default();
        StatementLine {
            entry,
            counterparty: known.counterparty,
            reference: known.reference,
        }
    });
    Ok(WalletStatement {
        data: lines.collect(),
        next_cursor: page.next_cursor,
    })
}

/// All of the acting user's movements that match, from the newest or from a cursor on, as CSV in pieces: each is read
/// when the one before was taken, so neither a long statement nor a slow reader holds memory or a connection.
///
/// # Errors
/// What stops the first piece. What stops a later one ends the stream with it.
pub async fn statement_csv(
    ctx: Ctx,
    account: WalletAccount,
    filter: StatementFilter,
    cursor: Option<i64>,
) -> Result<impl Stream<Item = Result<String>>> {
    let (lines, next) = csv_piece(&ctx, account, &filter, cursor).await?;
    let first = stream::iter([Ok(csv::HEADER.to_owned()), Ok(lines)]);
    Ok(first.chain(stream::try_unfold(next, move |cursor| {
        let (ctx, filter) = (ctx.clone(), filter.clone());
        async move {
            match cursor {
                Some(_) => csv_piece(&ctx, account, &filter, cursor).await.map(Some),
                None => Ok(None),
            }
        }
    })))
}

/// The lines of one page, and the cursor of the next.
async fn csv_piece(
    ctx: &Ctx,
    account: WalletAccount,
    filter: &StatementFilter,
    cursor: Option<i64>,
) -> Result<(String, Option<i64>)> {
    let page = StatementRequest {
        limit: Some(AT_ONCE),
        cursor,
    };
    let page = statement(ctx, account, filter, page).await?;
    let mut lines = String::new();
    for line in &page.data {
        csv::write(&mut lines, line)?;
    }
    Ok((lines, page.next_cursor))
}
