//! What a demonstration shows besides its members. One more feature adds its `seed` here, after what it needs.

use crate::{
    Ctx, deposits, legal_documents, products, purchases, user_documents, users, withdrawals,
};
use kernel::Result;

/// Fills what the club's members do into it. Safe to run again; quick when everything is there.
pub async fn seed(ctx: &Ctx) -> Result<()> {
    users::seed(ctx).await?;
    let products = products::seed(ctx).await?;
    let purchases = purchases::seed(ctx).await?;
    let deposits = deposits::seed(ctx).await?;
    let withdrawals = withdrawals::seed(ctx).await?;
    let documents = legal_documents::seed(ctx).await?;
    let user_documents = user_documents::seed(ctx).await?;
    tracing::info!(
        tenant = %ctx.tenant.slug,
        products,
        purchases,
        deposits,
        withdrawals,
        documents,
        user_documents,
        "demo filled"
    );
    Ok(())
}
