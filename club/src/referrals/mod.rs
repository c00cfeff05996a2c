//! Referrals: whom a user brought into the club, and what each of them earned the user (section 6, module `referrals`).
//!
//! A user gives away their `referralId`; who registers with it has them as referrer, for good. Nobody refers themselves
//! and no chain comes back to where it began, because a referrer is a user before and who referred a user never changes.
//! The database keeps both rules (`0003_products.sql`), whoever writes.

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub use operations::mine;

use crate::users::UserType;
use kernel::Money;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// A user's referrals, a page of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Referrals {
    /// The user's code to give away.
    #[cfg_attr(feature = "ssr", schema(example = "7K2M9QXA"))]
    pub referral_id: String,
    /// How many people they brought, on all pages.
    #[cfg_attr(feature = "ssr", schema(example = 2))]
    pub people: i64,
    /// What all of them earned the user, refunds taken off.
    #[cfg_attr(feature = "ssr", schema(example = "37.45"))]
    pub total_earned: Money,
    /// Whom they brought, newest first.
    pub data: Vec<Referral>,
    /// Ask for the next page with this; absent on the last.
    pub next_cursor: Option<Uuid>,
}

/// Somebody whom the user brought. No more than a friend would know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Referral {
    /// First name and the last name's first letter, a merchant's whole name; absent when they left.
    #[cfg_attr(feature = "ssr", schema(example = "Ana S."))]
    pub name: Option<String>,
    /// What they are in the club.
    pub user_type: UserType,
    /// When they registered.
    #[serde(with = "time::serde::rfc3339")]
    pub joined_at: OffsetDateTime,
    /// What they earned the user, refunds taken off.
    #[cfg_attr(feature = "ssr", schema(example = "12.40"))]
    pub earned: Money,
}
