//! What a demonstration shows besides its members. One more feature adds its `seed` here, after what it needs; one that moves
//! money, in [`money`].

mod purse;
#[cfg(test)]
mod tests;

pub(crate) use purse::Purse;

use crate::{
    Ctx, deposits, ledger, legal_documents, notifications, pix, products, purchases,
    reconciliation, user_documents, users, wallet_blocks, withdrawals,
};
use kernel::Result;
use tenancy::administrators::Permission;

/// Fills what the club's members do into it. Safe to run again; quick when everything is there.
pub async fn seed(ctx: &Ctx) -> Result<()> {
    users::seed(ctx).await?;
    let products = products::seed(ctx).await?;
    let made = money(ctx).await?;
    let documents = legal_documents::seed(ctx).await?;
    let user_documents = user_documents::seed(ctx).await?;
    if made.purchases > 0 {
        notifications::seed(ctx).await?;
    }
    tracing::info!(
        tenant = %ctx.tenant.slug,
        products,
        purchases = made.purchases,
        deposits = made.deposits,
        withdrawals = made.withdrawals,
        wallet_blocks = made.wallet_blocks,
        documents,
        user_documents,
        "demo filled"
    );
    Ok(())
}

/// How much of what moves money was made.
pub(crate) struct Made {
    pub(crate) purchases: usize,
    pub(crate) deposits: usize,
    pub(crate) withdrawals: usize,
    pub(crate) wallet_blocks: usize,
}

/// Fills in what moves money. Each feature writes its own; all of it is posted together, in the order in which it happened, so
/// that every statement reads from day to day. A club with a real provider gets sales and nothing else.
pub(crate) async fn money(ctx: &Ctx) -> Result<Made> {
    ctx.require(Permission::ManageSettings)?;
    let market = purchases::open_market(ctx).await?;
    let is_played = pix::provider(ctx).await?.name() == "sandbox";
    let mut made = Made {
        purchases: 0,
        deposits: 0,
        withdrawals: 0,
        wallet_blocks: 0,
    };
    let mut postings = Vec::new();
    // One transaction: half a demonstration would never be completed.
    let mut tx = ctx.begin().await?;
    if let Some(market) = market {
        made.purchases = purchases::seed(&mut tx, ctx, &market, &mut postings).await?;
    }
    if is_played {
        (tx, made.deposits) = deposits::seed(tx, ctx, &mut postings).await?;
        (tx, made.withdrawals) = withdrawals::seed(tx, ctx, &mut postings).await?;
    }
    // Last: they hold back what is left over.
    made.wallet_blocks = wallet_blocks::seed(&mut tx, ctx, &mut postings).await?;
    postings.sort_by_key(|posting| posting.happened_at);
    ledger::post_batch(&mut tx, &postings).await?;
    tx.commit().await?;
    if made.deposits > 0 {
        made.withdrawals += withdrawals::seed_short(ctx).await?;
        reconciliation::reconcile_due(ctx).await?;
    }
    Ok(made)
}
