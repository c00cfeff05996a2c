//! What the members' pages ask.

use super::{Filter, Members};
use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::visit;
#[cfg(feature = "ssr")]
use club::users;
#[cfg(feature = "ssr")]
use kernel::PageRequest;

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
