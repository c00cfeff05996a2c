//! What the members' pages ask and change.

use super::{Filter, Members, blocks::BlocksView, detail::MemberView, numbers::Numbers};
use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{
    blocks::{FREE, HOLD, page_of},
    debt::FORGIVE,
    detail::BLOCK,
    numbers::NUMBERS,
};
#[cfg(feature = "ssr")]
use crate::{form, pix::server_fns::amount, visit};
#[cfg(feature = "ssr")]
use club::{
    debts::{self, NewForgiveness},
    ledger::{StatementFilter, StatementRequest},
    user_documents,
    users::{self, NumbersPatch},
    wallet::{self, WalletAccount},
    wallet_blocks::{self, NewWalletBlock, NewWalletLift},
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
        blocks: wallet_blocks::of_user(&ctx, user.id).await?,
        documents: documents.data,
        once: ctx.new_id().to_string(),
        user,
    })
}

/// What is held back of a member's wallet.
#[server(endpoint = "admin/members/blocks")]
pub(crate) async fn read_blocks(id: String) -> Result<BlocksView, Refusal> {
    let ctx = visit::tenant()?;
    let user = users::by_id(&ctx, parsed(&id)?).await?;
    Ok(BlocksView {
        wallet: wallet::of_user(&ctx, user.id).await?.balances,
        blocks: wallet_blocks::of_user(&ctx, user.id).await?,
        once: ctx.new_id().to_string(),
        user,
    })
}

/// Holds a part of a member's wallet back; `once` names it, so that the same form sent again does nothing more.
#[server(endpoint = "admin/members/hold")]
pub(crate) async fn hold_amount(
    id: String,
    once: String,
    amount: String,
    reason: String,
) -> Result<(), Refusal> {
    let kept = [("amount", amount.as_str()), ("reason", &reason)];
    let held = hold(&id, &once, &amount, &reason).await;
    form::settle(HOLD, &kept, held)?;
    form::done(HOLD, "amount_held", None);
    Ok(())
}

/// Frees a part of what is held back, or the whole.
#[server(endpoint = "admin/members/free")]
pub(crate) async fn free_amount(
    id: String,
    once: String,
    amount: String,
    reason: String,
) -> Result<(), Refusal> {
    let kept = [("amount", amount.as_str()), ("reason", &reason)];
    let freed = free(&id, &once, &amount, &reason).await;
    let here = form::settle(FREE, &kept, freed)?;
    form::done(FREE, "amount_freed", Some(&here));
    Ok(())
}

/// Forgives a part of what a member owes, or the whole.
#[server(endpoint = "admin/members/forgive")]
pub(crate) async fn forgive_debt(
    id: String,
    once: String,
    amount: String,
    reason: String,
) -> Result<(), Refusal> {
    let kept = [("amount", amount.as_str()), ("reason", &reason)];
    let forgiven = forgive(&id, &once, &amount, &reason).await;
    form::settle(FORGIVE, &kept, forgiven)?;
    form::done(FORGIVE, "debt_forgiven", None);
    Ok(())
}

/// Takes a member's way in away, or gives it back.
#[server(endpoint = "admin/members/block")]
pub(crate) async fn block_member(id: String, state: String, reason: String) -> Result<(), Refusal> {
    let is_blocked = state == "blocked";
    let set = set(&id, is_blocked, &reason).await;
    form::settle(BLOCK, &[("reason", &reason)], set)?;
    let code = if is_blocked {
        "block_done"
    } else {
        "unblock_done"
    };
    form::done(BLOCK, code, None);
    Ok(())
}

/// Corrects a member's telephone and tax numbers; what still is as the page showed it stays as it is now.
#[server(endpoint = "admin/members/numbers")]
pub(crate) async fn correct_numbers(
    id: String,
    seen: Numbers,
    new: Numbers,
    reason: String,
) -> Result<(), Refusal> {
    let corrected = correct(&id, &seen, &new, &reason).await;
    let kept = [
        ("new[phone]", new.phone.as_str()),
        ("new[cpf]", &new.cpf),
        ("new[cnpj]", &new.cnpj),
        ("reason", &reason),
    ];
    form::settle(NUMBERS, &kept, corrected)?;
    form::done(NUMBERS, "numbers_corrected", None);
    Ok(())
}

#[cfg(feature = "ssr")]
async fn correct(id: &str, seen: &Numbers, new: &Numbers, reason: &str) -> Outcome<()> {
    let changed = |seen: &str, new: &str| (new.trim() != seen).then(|| new.to_owned());
    let patch = NumbersPatch {
        phone: changed(&seen.phone, &new.phone),
        cpf: changed(&seen.cpf, &new.cpf),
        cnpj: changed(&seen.cnpj, &new.cnpj),
    };
    users::correct_numbers(&visit::tenant()?, parsed(id)?, &patch, reason)
        .await
        .map(drop)
}

#[cfg(feature = "ssr")]
async fn hold(id: &str, once: &str, given: &str, reason: &str) -> Outcome<()> {
    let ctx = visit::tenant()?;
    let new = NewWalletBlock {
        id: once.parse()?,
        user_id: parsed(id)?,
        amount: amount(given).map_err(|why| Error::invalid("amount", why))?,
        reason: reason.to_owned(),
    };
    wallet_blocks::block(&ctx, &new).await.map(drop)
}

#[cfg(feature = "ssr")]
async fn forgive(id: &str, once: &str, given: &str, reason: &str) -> Outcome<()> {
    let ctx = visit::tenant()?;
    let new = NewForgiveness {
        id: once.parse()?,
        user_id: parsed(id)?,
        amount: amount(given).map_err(|why| Error::invalid("amount", why))?,
        reason: reason.to_owned(),
    };
    debts::forgive(&ctx, &new).await
}

/// The page that shows it.
#[cfg(feature = "ssr")]
async fn free(id: &str, once: &str, given: &str, reason: &str) -> Outcome<String> {
    let ctx = visit::tenant()?;
    let new = NewWalletLift {
        id: once.parse()?,
        block_id: id.parse().map_err(|_| Error::not_found("wallet_block"))?,
        amount: amount(given).map_err(|why| Error::invalid("amount", why))?,
        reason: reason.to_owned(),
    };
    let block = wallet_blocks::lift(&ctx, &new).await?;
    Ok(page_of(block.user_id))
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
