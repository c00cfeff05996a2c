//! Everything in the master database: which tenants there are, how a request finds its tenant, the pools to their
//! databases, how a tenant is made and migrated, who administers it, and the platform's own secrets.
//!
//! Never in here: a query on a tenant's table (that is `club`), pages (that is `app`). The plain types of each feature
//! also compile for the browser; everything else needs the feature `ssr`.
//!
//! One more feature is a folder with a `mod.rs` as its door, a line below, and its table in `migrations/master`.

pub mod administrators;
pub mod branding;
pub mod domains;
pub mod migrations;
pub mod modules;
pub mod provisioning;
pub mod tenants;

#[cfg(feature = "ssr")]
pub mod audit;
#[cfg(feature = "ssr")]
pub mod audits;
#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
mod heavy;
#[cfg(feature = "ssr")]
pub mod http;
#[cfg(feature = "ssr")]
pub mod leases;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
pub mod passwords;
#[cfg(feature = "ssr")]
pub mod pix_keys;
#[cfg(feature = "ssr")]
pub mod platform;
#[cfg(feature = "ssr")]
pub mod pools;
#[cfg(feature = "ssr")]
pub mod resolution;
#[cfg(feature = "ssr")]
pub mod secrets;
#[cfg(feature = "ssr")]
pub mod servers;
#[cfg(all(feature = "ssr", any(test, feature = "testing")))]
pub mod testing;
#[cfg(feature = "ssr")]
pub mod throttle;

#[cfg(feature = "ssr")]
pub use platform::{Actor, Clock, Origin, Platform, PlatformCtx};
