//! The provider's calls: hints where to look.

use super::credit;
use crate::{
    Ctx,
    pix::{self, Hint, PixProvider, ProviderError, Webhook},
    withdrawals,
};
use kernel::{Error, Result};
use tenancy::Actor;

/// How many hints of one call are followed; what is beyond is found by the jobs.
const MOST_HINTS: usize = 200;

/// Follows what a call of the club's provider hints at. What cannot be looked up now is found by the jobs, so the
/// provider gets its answer all the same.
///
/// # Errors
/// `not_found` when this is not the club's provider, `unauthenticated` when it is not the provider who calls,
/// `malformed_webhook`.
pub async fn receive_webhook(ctx: &Ctx, name: &str, webhook: &Webhook<'_>) -> Result<()> {
    let ctx = ctx.acting_as(Actor::Job("pix_webhook"));
    let provider = pix::provider(&ctx).await?;
    if provider.name() != name {
        return Err(Error::not_found("provider"));
    }
    let hints = provider
        .parse_webhook(webhook)
        .map_err(|error| match error {
            ProviderError::Refused { .. } => Error::unauthenticated().because(error),
            _ => Error::bad_request("malformed_webhook", "This cannot be read.").because(error),
        })?;
    for hint in hints.into_iter().take(MOST_HINTS) {
        if let Err(error) = follow(&ctx, &*provider, &hint).await {
            tracing::warn!(?hint, cause = error.cause(), code = %error.code, "a webhook's hint could not be followed");
        }
    }
    Ok(())
}

async fn follow(ctx: &Ctx, provider: &dyn PixProvider, hint: &Hint) -> Result<()> {
    match hint {
        Hint::Pix(id) => match provider.get_pix(id).await? {
            Some(pix) => credit::receive(ctx, provider.name(), &pix).await,
            None => Ok(()),
        },
        Hint::Payout(id) => withdrawals::refresh(ctx, id).await,
    }
}
