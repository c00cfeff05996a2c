//! The figures of a club's first page.

use super::Today;
use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::visit;
#[cfg(feature = "ssr")]
use club::users::{self, UserFilter, UserType};

/// How many members there are, by kind.
#[server(endpoint = "admin/today")]
pub(crate) async fn count_today() -> Result<Today, Refusal> {
    let ctx = visit::tenant()?;
    let of = |user_type| UserFilter {
        user_type,
        ..UserFilter::default()
    };
    Ok(Today {
        members: users::count(&ctx, of(None)).await?,
        consumers: users::count(&ctx, of(Some(UserType::Consumer))).await?,
        merchants: users::count(&ctx, of(Some(UserType::Merchant))).await?,
        as_of: ctx.now(),
    })
}
