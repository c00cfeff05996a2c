//! The figures of a club's first page.

use super::Today;
use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::visit;
#[cfg(feature = "ssr")]
use club::{
    pix, suspense, user_documents,
    users::{self, UserFilter, UserType},
    withdrawals,
};
#[cfg(feature = "ssr")]
use time::Duration;

/// How many members there are, by kind, and what waits for an administrator.
#[server(endpoint = "admin/today")]
pub(crate) async fn count_today() -> Result<Today, Refusal> {
    let ctx = visit::tenant()?;
    let of = |user_type| UserFilter {
        user_type,
        ..UserFilter::default()
    };
    let joined = UserFilter {
        joined_since: Some(ctx.now() - Duration::days(30)),
        ..UserFilter::default()
    };
    Ok(Today {
        joined: users::count(&ctx, joined).await?,
        members: users::count(&ctx, of(None)).await?,
        consumers: users::count(&ctx, of(Some(UserType::Consumer))).await?,
        merchants: users::count(&ctx, of(Some(UserType::Merchant))).await?,
        withdrawals: withdrawals::waiting(&ctx).await?,
        documents: user_documents::waiting(&ctx).await?,
        suspense: suspense::waiting(&ctx).await?,
        is_provider_missing: pix::provider_settings(&ctx).await?.is_missing,
        as_of: ctx.now(),
    })
}
