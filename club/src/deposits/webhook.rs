//! The provider's calls: hints where to look.

use super::credit;
use crate::{
    Ctx,
    pix::{self, Hint, PixProvider, ProviderError, Webhook},
    withdrawals,
};
use kernel::{Error, Result};
use std::collections::HashMap;
use tenancy::{Actor, platform::Environment};

/// How many hints of one call are followed; what is beyond is found by the jobs.
const MOST_HINTS: usize = 200;

/// Follows what a call of the club's provider hints at. What cannot be looked up now is found by the jobs, so the
/// provider gets its answer all the same.
///
/// # Errors
/// `not_found` when this is not the club's provider, and for the sandbox unless the installation is a developer's: its
/// calls are carried within the program. `unauthenticated` when it is not the provider who calls, `malformed_webhook`.
pub async fn receive_webhook(ctx: &Ctx, name: &str, webhook: &Webhook<'_>) -> Result<()> {
    let ctx = ctx.acting_as(Actor::Job("pix_webhook"));
    let provider = pix::provider(&ctx).await?;
    let is_real = ctx.platform.environment == Environment::Production;
    if provider.name() != name || name == "sandbox" && is_real {
        return Err(Error::not_found("provider"));
    }
    hear(&ctx, &*provider, webhook).await
}

/// Follows the hints of a call, wherever it came in.
pub(super) async fn hear(
    ctx: &Ctx,
    provider: &dyn PixProvider,
    webhook: &Webhook<'_>,
) -> Result<()> {
    let mut hints = provider
        .parse_webhook(webhook)
        .map_err(|error| match error {
            ProviderError::Refused { .. } => Error::unauthenticated().because(error),
            _ => Error::bad_request("malformed_webhook", "This cannot be read.").because(error),
        })?;
    hints.truncate(MOST_HINTS);
    for hint in news(ctx, hints).await? {
        if let Err(error) = follow(ctx, provider, &hint).await {
            tracing::warn!(?hint, cause = error.cause(), code = %error.code, "a webhook's hint could not be followed");
        }
    }
    Ok(())
}

/// The hints that may tell something new. A payment in our books is settled until something of it is given back, and for
/// good when all of it was: whoever repeats such a call does not make us ask the provider.
async fn news(ctx: &Ctx, mut hints: Vec<Hint>) -> Result<Vec<Hint>> {
    let ids: Vec<_> = hints
        .iter()
        .filter_map(|hint| match hint {
            Hint::Pix(id) | Hint::Refund(id) => Some(id.to_string()),
            Hint::Payout(_) => None,
        })
        .collect();
    if ids.is_empty() {
        return Ok(hints);
    }
    let rows = sqlx::query!(
        r#"select end_to_end_id as id, returned < amount as "is_here!" from received_pix
           where end_to_end_id = any ($1)"#,
        &ids,
    )
    .fetch_all(&mut *ctx.conn().await?)
    .await?;
    let known: HashMap<_, _> = rows.into_iter().map(|row| (row.id, row.is_here)).collect();
    hints.retain(|hint| match hint {
        Hint::Pix(id) => !known.contains_key(id),
        Hint::Refund(id) => known.get(id).is_none_or(|is_here| *is_here),
        Hint::Payout(_) => true,
    });
    Ok(hints)
}

async fn follow(ctx: &Ctx, provider: &dyn PixProvider, hint: &Hint) -> Result<()> {
    match hint {
        Hint::Pix(id) | Hint::Refund(id) => match provider.get_pix(id).await? {
            Some(pix) => {
                credit::receive(ctx, &provider.account(), &pix).await?;
                Ok(())
            }
            None => Ok(()),
        },
        Hint::Payout(id) => withdrawals::refresh(ctx, id).await,
    }
}
