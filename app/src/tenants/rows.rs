//! The registry as a list: what a row shows, what the address filters by, and the figures above.

use kernel::Slug;
use serde::{Deserialize, Serialize};
use tenancy::tenants::{SubscriptionPlan, SubscriptionStatus, TenantStatus};
use time::OffsetDateTime;

/// One club in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TenantRow {
    pub(crate) slug: Slug,
    pub(crate) app_name: String,
    pub(crate) company_name: String,
    pub(crate) status: TenantStatus,
    pub(crate) plan: SubscriptionPlan,
    pub(crate) subscription: SubscriptionStatus,
    /// Whether its creation is finished.
    pub(crate) is_made: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) created_at: OffsetDateTime,
}

/// Which rows, from the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TenantFilter {
    /// Part of a name, slug or e-mail.
    #[serde(default)]
    pub(crate) q: String,
    /// Key of a status; everything else does not filter.
    #[serde(default)]
    pub(crate) status: String,
    /// Key of a plan.
    #[serde(default)]
    pub(crate) plan: String,
    /// The last slug of the page before.
    #[serde(default)]
    pub(crate) after: String,
}

/// One page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TenantPage {
    pub(crate) rows: Vec<TenantRow>,
    /// How many match.
    pub(crate) matching: u64,
    /// How many there are.
    pub(crate) total: u64,
    /// `after` of the next page.
    pub(crate) next: Option<String>,
}

/// What the platform's first page counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Overview {
    pub(crate) total: u64,
    pub(crate) served: u64,
    pub(crate) trials: u64,
    pub(crate) late: u64,
    pub(crate) newest: Vec<TenantRow>,
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) as_of: OffsetDateTime,
}

impl TenantFilter {
    /// Whether it leaves rows out.
    pub(crate) fn is_set(&self) -> bool {
        !(self.q.is_empty() && self.status.is_empty() && self.plan.is_empty())
    }
}
