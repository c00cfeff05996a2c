//! The right to use an open pool.

use super::{
    Inner,
    open::{CONNECT, Open, require_schema, schema_version, unavailable},
    resting,
};
use kernel::{Error, Result};
use sqlx::{PgPool, Postgres, Transaction, pool::PoolConnection};
use std::{
    fmt,
    ops::Deref,
    sync::{Arc, Weak},
};
use tokio::time::timeout;

/// Who leases a pool: only people's use counts as use.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Person,
    Job,
}

/// The right to use a tenant's pool; while one is held the pool is not closed.
///
/// Connections come from [`acquire`](Self::acquire) and [`begin`](Self::begin), which notice a database that has died; as
/// a `PgPool` it serves for everything else.
pub struct Lease {
    /// Present until the lease is dropped.
    open: Option<Arc<Open>>,
    pools: Weak<Inner>,
    by: By,
}

impl Lease {
    pub(super) fn new(open: Arc<Open>, pools: &Arc<Inner>, by: By) -> Self {
        let lease = Self {
            open: Some(open),
            pools: Arc::downgrade(pools),
            by,
        };
        lease.touch(pools);
        lease
    }

    fn touch(&self, pools: &Inner) {
        if self.by == By::Person {
            self.open().touch(pools.clock.now());
        }
    }

    fn open(&self) -> &Arc<Open> {
        self.open.as_ref().expect("only a dropped lease has none")
    }

    /// A connection; 503 when the database is down or its schema is behind, or when all connections are in use for too
    /// long.
    pub async fn acquire(&self) -> Result<PoolConnection<Postgres>> {
        let mut conn = self.connection().await?;
        let now = self.pools.upgrade().map(|pools| pools.clock.now());
        if !now.is_some_and(|now| self.open().is_inspection_due(now)) {
            return Ok(conn);
        }
        let mut lost = 0;
        loop {
            let fit = match timeout(CONNECT, schema_version(&mut conn)).await {
                Ok(Ok(found)) => require_schema(found),
                Ok(Err(error))
                    if is_lost(&error) && lost < self.options().get_max_connections() =>
                {
                    lost += 1;
                    conn = self.connection().await?;
                    continue;
                }
                Ok(Err(error)) => Err(unavailable(error)),
                Err(_) => Err(Error::tenant_unavailable().because("it does not answer")),
            };
            return match fit {
                Ok(()) => Ok(conn),
                Err(error) => {
                    self.give_up();
                    Err(error)
                }
            };
        }
    }

    /// The database cannot serve: everybody is refused for a moment, and the pool is opened anew after that.
    fn give_up(&self) {
        let open = self.open();
        open.breaker.trip();
        if let Some(pools) = self.pools.upgrade() {
            pools.withdraw_dead(open);
        }
    }

    async fn connection(&self) -> Result<PoolConnection<Postgres>> {
        let open = self.open();
        if !open.breaker.is_closed() {
            return Err(resting());
        }
        let refused = tokio::select! {
            result = open.pool.acquire() => match result {
                Ok(conn) => return Ok(conn),
                // Busy, or closed by ourselves: that says nothing of the database.
                Err(error @ (sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed)) => return Err(error.into()),
                Err(error) => error.to_string(),
            },
            () = open.is_gone() => "no server answers at its address".to_owned(),
        };
        self.give_up();
        Err(Error::tenant_unavailable().because(refused))
    }

    /// A transaction, on a connection as [`acquire`](Self::acquire) gives it. A connection that was lost while nobody used
    /// it (the server was restarted) does no harm: nothing has been done on it, so the next one is taken.
    pub async fn begin(&self) -> Result<Transaction<'static, Postgres>> {
        let mut lost = 0;
        loop {
            match Transaction::begin(self.acquire().await?, None).await {
                Ok(tx) => return Ok(tx),
                Err(error) if is_lost(&error) && lost < self.options().get_max_connections() => {
                    lost += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Whether the connection is gone: cut off, or ended by the server (57P0x).
fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) => true,
        sqlx::Error::Database(refusal) => {
            refusal.code().is_some_and(|code| code.starts_with("57P0"))
        }
        _ => false,
    }
}

impl Clone for Lease {
    fn clone(&self) -> Self {
        Self {
            open: self.open.clone(),
            pools: Weak::clone(&self.pools),
            by: self.by,
        }
    }
}

impl Deref for Lease {
    type Target = PgPool;

    fn deref(&self) -> &PgPool {
        &self.open().pool
    }
}

impl fmt::Debug for Lease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lease({})", self.open().target.tenant)
    }
}

/// The last lease on a pool that is no longer offered closes it; those who wait for room are told of every other.
impl Drop for Lease {
    fn drop(&mut self) {
        let Some(pools) = self.pools.upgrade() else {
            return;
        };
        self.touch(&pools);
        let Some(open) = self.open.take() else {
            return;
        };
        pools.release(&mut pools.state(), open);
    }
}
