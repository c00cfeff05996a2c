//! The program's own PostgreSQL, for an installation that names no other: found on the machine, kept in the data folder,
//! listening on loopback only.
//!
//! All processes of one data folder share it: `clube serve` and a `clube create-tenant` beside it use the same server.
//! The first one starts it and the last one to leave stops it. Each holds a file lock while it uses the server, which
//! the system takes back however the process ends; a server that was left running is found by the next start.
//!
//! PostgreSQL refuses to run as root. For root it runs as whoever owns its data, at first as `postgres` or else `nobody`,
//! in folders of that user's own.

mod account;
mod binaries;
mod cluster;
mod control;
mod folder;

use cluster::Cluster;
use kernel::{Error, Kind, Result};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::path::{Path, PathBuf};

/// The superuser of the program's own PostgreSQL.
const SUPERUSER: &str = "clube";

/// A running PostgreSQL of the program's own. Dropped, it is stopped unless another process uses it.
#[derive(Debug)]
pub struct OwnPostgres {
    cluster: Cluster,
    port: u16,
}

/// Starts the PostgreSQL of this data folder, or joins it when it runs. `binaries` is the folder of PostgreSQL's programs
/// when they are not to be looked for.
pub async fn start(data_dir: &Path, binaries: Option<PathBuf>) -> Result<OwnPostgres> {
    let data_dir = data_dir.to_owned();
    // Begun, it is brought to its end even if nobody waits any more: what comes out is dropped then, and so stopped.
    tokio::task::spawn_blocking(move || {
        let cluster = Cluster::open(&data_dir, binaries.as_deref())?;
        let port = cluster.run()?;
        Ok(OwnPostgres { cluster, port })
    })
    .await
    .map_err(Error::internal)?
}

impl OwnPostgres {
    /// How to reach this database there, as superuser.
    pub fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .host("127.0.0.1")
            .port(self.port)
            .username(SUPERUSER)
            .password(self.cluster.password())
            .database(database)
            .ssl_mode(PgSslMode::Disable)
    }

    /// Leaves it; the last one to leave stops it, waiting for its end.
    pub async fn stop(self) {
        // The blocking part is in `Drop` of the cluster.
        if let Err(error) = tokio::task::spawn_blocking(move || drop(self)).await {
            tracing::error!(%error, "PostgreSQL was not stopped");
        }
    }
}

/// What stopped the start, as a sentence for whoever started the program.
fn failure(sentence: impl Into<String>) -> Error {
    Error::new(Kind::Internal, "own_postgres", sentence.into())
}
