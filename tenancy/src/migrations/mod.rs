//! Migrations: bringing the master's schema and every tenant's schema up to the code.
//!
//! A tenant is migrated on its own connection, by the role that owns its tables. One more migration is one more numbered
//! file in `migrations/master` or `migrations/tenant`; it must leave the schema usable by the code before it, because
//! tenants are migrated one after another while the old code serves.

use sqlx::migrate::Migrator;

/// The schema of the master database.
pub static MASTER: Migrator = sqlx::migrate!("../migrations/master");

/// The schema of each tenant's database.
pub static TENANT: Migrator = sqlx::migrate!("../migrations/tenant");

/// The version of the tenant's schema that this code works with.
pub fn tenant_version() -> i64 {
    TENANT
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or_default()
}
