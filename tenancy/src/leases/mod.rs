//! Leases: which node does a piece of scheduled work now, so that two nodes never do the same one at once.
//!
//! A lease lasts a short term by the master database's clock. Who works longer renews it ([`Lease::hold`]); the lease of
//! a node that died runs out by itself. [`Lease::finish`] leaves behind when the work may begin again and how it went,
//! which the system page shows.

mod operations;
#[cfg(test)]
mod tests;

pub use operations::{due, failing, try_take};

use crate::Platform;
use kernel::{Slug, TenantId};
use serde::Serialize;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::time::Instant;
use uuid::Uuid;

/// The right to do a piece of work, alone. Dropped without [`finish`](Self::finish), it runs out.
#[must_use]
pub struct Lease {
    platform: Platform,
    name: &'static str,
    tenant: Option<TenantId>,
    holder: Uuid,
    term: Duration,
    /// Earlier than the database's idea of it, because it counts from before the question was sent.
    good_until: Instant,
    /// Why the work failed the last time.
    failed: Option<String>,
}

/// For whose tenants some work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Those that are served now.
    Served,
    /// Those whose members' money may be on its way, too: also while they are suspended, or their trial or plan is over.
    /// Not those that were cancelled.
    WithMoney,
}

/// A tenant for whom some work is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// Its id.
    pub id: TenantId,
    /// Its slug, by which it resolves.
    pub slug: Slug,
}

/// Work that failed the last time, for the system page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailingJob {
    /// The job.
    pub name: String,
    /// The tenant it is for; none for the platform's own.
    pub tenant: Option<Slug>,
    /// Why it failed.
    pub error: String,
    /// When that began.
    #[serde(with = "time::serde::rfc3339")]
    pub failing_since: OffsetDateTime,
}
