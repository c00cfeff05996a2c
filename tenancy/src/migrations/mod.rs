//! Migrations: bringing the master's schema and every tenant's schema up to the code.
//!
//! A tenant is migrated on its own connection by the provisioner, who owns its tables; one that fails leaves the others
//! alone and is told apart by its result. One more migration is one more numbered file in `migrations/master` or
//! `migrations/tenant`; it must leave the schema usable by the code before it, because tenants are migrated one after
//! another while the old code serves.

#[cfg(feature = "ssr")]
mod operations;
#[cfg(feature = "ssr")]
mod schema;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub(crate) use operations::sentence;
#[cfg(feature = "ssr")]
pub use operations::{Options, migrate_all};
#[cfg(feature = "ssr")]
pub(crate) use schema::bring_up;
#[cfg(feature = "ssr")]
pub use schema::{MASTER, TENANT, master, tenant_version};

use kernel::Slug;
use serde::{Deserialize, Serialize};

/// How a tenant's migration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MigrationStatus {
    /// Its schema was behind and now is the code's.
    Migrated,
    /// Its schema was the code's already.
    Current,
    /// Its schema is behind; this was a dry run.
    Pending,
    /// It could not be migrated; its schema is as it was.
    Failed,
}

/// What came of one tenant's migration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantMigration {
    /// The tenant.
    pub slug: Slug,
    /// How it ended.
    pub status: MigrationStatus,
    /// Why it failed, in a sentence.
    pub error: Option<String>,
}
