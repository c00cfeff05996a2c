//! Asking the registry for a tenant, and knowing when it cannot be asked.
//!
//! The first who find the master database gone wait a moment; from then on nobody asks until a look in the background,
//! twice a second, finds it answering again. So a dead master costs a request microseconds and never a pool's time-out.

use crate::{
    secrets::Keyring,
    tenants::{LiveTenant, TenantName, row},
};
use kernel::{Error, Kind};
use sqlx::{ConnectOptions, Connection, PgPool};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// The longest that a request waits for the registry's answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// After this long without an answer it is asked whether there is a server at all.
const DOUBT: Duration = Duration::from_millis(100);
/// How often it is asked whether the server is back.
const RETRY: Duration = Duration::from_millis(500);

pub(super) struct Master {
    pub(super) pool: PgPool,
    keyring: Keyring,
    is_down: AtomicBool,
    loads: AtomicU64,
}

/// Why the registry gave no answer.
#[derive(Debug)]
pub(super) enum Unanswered {
    /// It cannot be asked now.
    Down,
    /// It answered with something that cannot be used.
    Broken(Error),
}

impl Master {
    pub(super) fn new(pool: PgPool, keyring: Keyring) -> Self {
        Self {
            pool,
            keyring,
            is_down: AtomicBool::new(false),
            loads: AtomicU64::new(0),
        }
    }

    /// How often it has been asked.
    pub(super) fn loads(&self) -> u64 {
        self.loads.load(Ordering::Relaxed)
    }

    /// The tenant of a name, by one query; `None` when the name is nobody's.
    pub(super) async fn tenant(
        self: &Arc<Self>,
        name: &TenantName,
    ) -> Result<Option<LiveTenant>, Unanswered> {
        if self.is_down.load(Ordering::Relaxed) {
            return Err(Unanswered::Down);
        }
        self.loads.fetch_add(1, Ordering::Relaxed);
        let answer = tokio::select! {
            answer = self.ask(name) => answer,
            () = self.is_gone() => Err(Unanswered::Down),
            () = sleep(PATIENCE) => Err(Unanswered::Down),
        };
        if let Err(Unanswered::Down) = answer {
            self.watch_for_its_return();
        }
        answer
    }

    async fn ask(&self, name: &TenantName) -> Result<Option<LiveTenant>, Unanswered> {
        let mut conn = self.pool.acquire().await?;
        let Some(sealed) = row::sealed(&mut conn, name).await? else {
            return Ok(None);
        };
        drop(conn);
        sealed
            .unseal(&self.keyring)
            .await
            .map(Some)
            .map_err(|error| match error.kind {
                Kind::Unavailable => Unanswered::Down,
                _ => Unanswered::Broken(error),
            })
    }

    /// Ends only when there is no server: sqlx's pool goes on trying a refused connection until its time is up.
    async fn is_gone(&self) {
        sleep(DOUBT).await;
        if self.answers().await {
            std::future::pending::<()>().await;
        }
    }

    async fn answers(&self) -> bool {
        let options = self.pool.connect_options();
        let look = async { options.connect().await?.close().await };
        matches!(timeout(PATIENCE, look).await, Ok(Ok(())))
    }

    fn watch_for_its_return(self: &Arc<Self>) {
        if self.is_down.swap(true, Ordering::Relaxed) {
            return;
        }
        tracing::warn!("the master database cannot be asked; known tenants go on being served");
        let master = Arc::downgrade(self);
        tokio::spawn(async move {
            while let Some(master) = master.upgrade() {
                if master.answers().await {
                    master.is_down.store(false, Ordering::Relaxed);
                    tracing::info!("the master database answers again");
                    return;
                }
                drop(master);
                sleep(RETRY).await;
            }
        });
    }
}

/// Everything but an answer that cannot be read means that the server is not to be asked for the moment.
impl From<sqlx::Error> for Unanswered {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as Sql;
        match error {
            Sql::ColumnDecode { .. }
            | Sql::Decode(_)
            | Sql::ColumnNotFound(_)
            | Sql::ColumnIndexOutOfBounds { .. }
            | Sql::TypeNotFound { .. } => Self::Broken(Error::internal(error)),
            error => {
                tracing::warn!(%error, "the registry gave no answer");
                Self::Down
            }
        }
    }
}
