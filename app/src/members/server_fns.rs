//! What the members' pages ask and change.

use super::{Filter, Members, detail::MemberView};
use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::detail::BLOCK;
#[cfg(feature = "ssr")]
use crate::{form, visit};
#[cfg(feature = "ssr")]
use club::{
    ledger::{StatementFilter, StatementRequest},
    user_documents, users,
    wallet::{self, WalletAccount},
};
#[cfg(feature = "ssr")]
use kernel::{Error, PageRequest, Result as Outcome, UserId};

/// How many movements a member's page shows.
#[cfg(feature = "ssr")]
const MOVEMENTS: u16 = 12;

/// One page of the members that match, and how many do.
#[server(endpoint = "admin/members")]
pub(crate) async fn list_members(filter: Filter) -> Result<Members, Refusal> {
    let ctx = visit::tenant()?;
    let page = PageRequest {
        limit: None,
        cursor: filter.cursor.parse().ok(),
    };
    let total = users::count(&ctx, filter.members()).await?;
    Ok(Members {
        total,
        page: users::list(&ctx, filter.members(), page).await?,
    })
}

/// One member with their wallet, their last movements and their documents.
#[server(endpoint = "admin/members/one")]
pub(crate) async fn read_member(id: String, cursor: String) -> Result<MemberView, Refusal> {
    let ctx = visit::tenant()?;
    let user = users::by_id(&ctx, parsed(&id)?).await?;
    let page = StatementRequest {
        limit: Some(MOVEMENTS),
        cursor: cursor.parse().ok(),
    };
    let every = StatementFilter::default();
    let account = WalletAccount::Available;
    let documents = user_documents::of_user(&ctx, user.id, PageRequest::default()).await?;
    Ok(MemberView {
        wallet: wallet::of_user(&ctx, user.id).await?,
        statement: wallet::statement_of_user(&ctx, user.id, account, &every, page).await?,
        documents: documents.data,
        user,
    })
}

/// Takes a member's way in away, or gives it back.
#[server(endpoint = "admin/members/block")]
pub(crate) async fn block_member(id: String, state: String, reason: String) -> Result<(), Refusal> {
    let is_blocked = state == "blocked";
    let set = set(&id, is_blocked, &reason).await;
    form::settle(BLOCK, &[("reason", &reason)], set)?;
    let code = if is_blocked {
        "member_blocked"
    } else {
        "member_unblocked"
    };
    form::done(BLOCK, code, None);
    Ok(())
}

#[cfg(feature = "ssr")]
async fn set(id: &str, is_blocked: bool, reason: &str) -> Outcome<()> {
    let (ctx, id) = (visit::tenant()?, parsed(id)?);
    if is_blocked {
        users::block(&ctx, id, reason).await
    } else {
        users::unblock(&ctx, id, reason).await
    }
}

#[cfg(feature = "ssr")]
fn parsed(id: &str) -> Outcome<UserId> {
    id.parse().map_err(|_| Error::not_found("user"))
}
