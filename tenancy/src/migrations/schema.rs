//! One database's schema and the code's.

use crate::servers::sql::refused_with;
use kernel::{Error, Result};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool, migrate::Migrator};

/// The schema of the master database.
pub static MASTER: Migrator = sqlx::migrate!("../migrations/master");

/// The schema of each tenant's database.
pub static TENANT: Migrator = sqlx::migrate!("../migrations/tenant");

/// The version of the tenant's schema that this code works with.
pub fn tenant_version() -> i64 {
    version_of(&TENANT)
}

fn version_of(migrator: &Migrator) -> i64 {
    let versions = migrator.iter().map(|migration| migration.version);
    versions.max().unwrap_or_default()
}

/// Brings the master's schema up. Nodes that start together wait for one another.
pub async fn master(pool: &PgPool) -> Result<()> {
    // A connection of its own: the lock of a migration that failed must not stay on a pooled one.
    let mut conn = pool.connect_options().connect().await?;
    bring_up(&mut conn, &MASTER).await?;
    conn.close().await?;
    Ok(())
}

/// Applies what is missing and returns whether anything was. A schema that is ahead of the code is left as it is: newer
/// code brought it there, and what it changed still serves us.
pub(crate) async fn bring_up(conn: &mut PgConnection, migrator: &Migrator) -> Result<bool> {
    if !is_behind(conn, migrator).await? {
        return Ok(false);
    }
    migrator
        .run_direct(None, conn, false)
        .await
        .map_err(|error| {
            let sentence = match &error {
                sqlx::migrate::MigrateError::ExecuteMigration(cause, version) => {
                    format!("Migration {version} failed: {cause}")
                }
                other => format!("The schema could not be migrated: {other}"),
            };
            failed(sentence)
        })?;
    Ok(true)
}

/// Whether a migration is missing in the database. One whose text has changed since it was applied is an error.
pub(super) async fn is_behind(conn: &mut PgConnection, migrator: &Migrator) -> Result<bool> {
    let applied = sqlx::query!("select version, checksum from _sqlx_migrations where success")
        .fetch_all(conn)
        .await;
    let applied = match applied {
        // undefined_table: nothing was ever applied.
        Err(error) if refused_with(&error, &["42P01"]) => Vec::new(),
        outcome => outcome?,
    };
    let mut behind = false;
    for migration in migrator.iter() {
        match applied.iter().find(|row| row.version == migration.version) {
            None => behind = true,
            Some(row) if row.checksum == *migration.checksum => {}
            Some(_) => {
                return Err(failed(format!(
                    "Migration {} was applied with another text than the code's.",
                    migration.version
                )));
            }
        }
    }
    Ok(behind)
}

fn failed(sentence: String) -> Error {
    Error::new(kernel::Kind::Internal, "migration_failed", sentence)
}
