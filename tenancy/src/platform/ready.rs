//! Whether the installation can work at all.

use super::Platform;
use crate::migrations;
use kernel::{Error, Kind, Result};

impl Platform {
    /// Whether the master database answers and has the schema that this code works with.
    pub async fn ready(&self) -> Result<()> {
        let version =
            sqlx::query_scalar!("select max(version) from _sqlx_migrations where success")
                .fetch_one(&self.master)
                .await
                .map_err(master_down)?;
        if version
            >= migrations::MASTER
                .iter()
                .map(|migration| migration.version)
                .max()
        {
            Ok(())
        } else {
            Err(unready("master_schema_behind")
                .because(format!("the master's schema is at {version:?}")))
        }
    }
}

/// What needs the master database is refused while that is down; 503.
pub(crate) fn master_down(error: sqlx::Error) -> Error {
    unready("master_down").because(error)
}

fn unready(code: &'static str) -> Error {
    Error::new(
        Kind::Unavailable,
        code,
        "The master database cannot be used.",
    )
}
