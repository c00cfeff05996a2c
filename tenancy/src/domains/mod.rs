//! Custom domains: hosts of a club's own, for example `clube.padaria.com.br`.
//!
//! A super admin claims a domain for a club. It leads there only after the club has proved that the domain is its own, by a
//! TXT record that nobody but the domain's owner can set. Several clubs may claim one domain, so that a false claim keeps
//! the true owner out of nothing; only one can prove it.

#[cfg(feature = "ssr")]
mod dns;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub use dns::Dns;
#[cfg(feature = "ssr")]
pub use operations::{by_id, claim, list, remove, verify};

use kernel::DomainId;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Stands before a domain in the name of the record that proves it.
pub(crate) const RECORD_LABEL: &str = "_clube-digital";

/// A domain that was claimed for a club.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantDomain {
    /// Its id.
    pub id: DomainId,
    /// The host, in the form in which requests are compared with it.
    pub domain: String,
    /// What the TXT record has to say. No secret: everybody can read it once it is set.
    pub token: String,
    /// Since when the domain leads to the club; absent until it is proved.
    #[serde(with = "time::serde::rfc3339::option")]
    pub verified_at: Option<OffsetDateTime>,
    /// When it was claimed.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

impl TenantDomain {
    /// The name of the TXT record that proves it.
    pub fn record_name(&self) -> String {
        format!("{RECORD_LABEL}.{}", self.domain)
    }

    /// Whether it leads to the club.
    pub fn is_verified(&self) -> bool {
        self.verified_at.is_some()
    }
}
