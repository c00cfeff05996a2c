//! Pools to the tenants' databases: opened on first use, capped per tenant and over all, closed when unused, and a
//! circuit breaker so that a dead database answers in milliseconds (section 4).
//!
//! - Each open pool holds a share of the cap over all pools, as large as the cap per tenant, and gives it back only when
//!   every connection is closed: the cap cannot be exceeded.
//! - A [`Lease`] keeps a pool open. A pool that is no longer offered (evicted, retired, its database dead or moved) is
//!   closed by whoever lets go of it last.
//! - Opening is done once for all who wait, in a task of its own: a cancelled request leaves nothing half open. No lock is
//!   held across an await but the tenant's own turn to open.

mod breaker;
mod lease;
mod open;
mod room;
#[cfg(test)]
mod tests;

pub use lease::Lease;

use crate::{Clock, tenants::LiveTenant};
use breaker::{Attempt, Breaker};
use kernel::{Error, Result, TenantId};
use lease::By;
use open::{Open, Target};
use room::State;
use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use time::OffsetDateTime;
use tokio::{
    sync::{OwnedMutexGuard, Semaphore},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// How long the request that finds out whether a failed database is back waits for the answer.
const PROBE: Duration = Duration::from_millis(250);
/// How long closing all pools waits for what is under way.
const DRAIN: Duration = Duration::from_secs(10);

/// The caps and times of the pools; settings.
#[derive(Clone, Copy, Debug)]
pub struct PoolLimits {
    /// Connections to one tenant's database at most.
    pub per_tenant: u32,
    /// Connections to all tenants' databases together at most.
    pub total: u32,
    /// A pool unused for this long is closed.
    pub idle: Duration,
    /// How often unused pools are looked for.
    pub sweep: Duration,
    /// How long a request waits for a connection.
    pub acquire: Duration,
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self {
            per_tenant: 5,
            total: 100,
            idle: Duration::from_hours(1),
            sweep: Duration::from_mins(10),
            acquire: Duration::from_secs(2),
        }
    }
}

/// One open pool, for the system page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolStatistics {
    /// Whose.
    pub tenant_id: TenantId,
    /// The database it leads to.
    pub database_name: String,
    /// Connections that are open.
    pub connections: u32,
    /// Those of them that nobody uses.
    pub idle: usize,
    /// Leases held on it.
    pub leases: usize,
    /// When it was last leased or given back.
    pub last_used_at: OffsetDateTime,
}

/// The pools of all tenants. Cheap to clone.
#[derive(Clone)]
pub struct Pools(Arc<Inner>);

struct Inner {
    limits: PoolLimits,
    clock: Clock,
    /// A permit for each pool that may be open.
    room: Arc<Semaphore>,
    state: Mutex<State>,
}

/// What keeps openers of one tenant's pool apart.
#[derive(Clone, Default)]
struct Gate {
    turn: Arc<tokio::sync::Mutex<()>>,
    breaker: Arc<Breaker>,
}

impl Gate {
    /// Whether somebody is at it, or it remembers a failure.
    fn is_in_use(&self) -> bool {
        Arc::strong_count(&self.turn) > 1 || !self.breaker.is_closed()
    }
}

impl fmt::Debug for Pools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pools")
            .field("limits", &self.0.limits)
            .field("open", &self.0.state().open().count())
            .finish_non_exhaustive()
    }
}

impl Pools {
    /// No pool is open yet.
    pub fn new(limits: PoolLimits, clock: Clock) -> Self {
        let total = limits.total.max(1);
        let limits = PoolLimits {
            per_tenant: limits.per_tenant.clamp(1, total),
            total,
            ..limits
        };
        let pools = total / limits.per_tenant;
        Self(Arc::new(Inner {
            limits,
            clock,
            room: Arc::new(Semaphore::new(usize::try_from(pools).unwrap_or(1))),
            state: Mutex::default(),
        }))
    }

    /// The tenant's pool, opened when it is not; 503 when its database is down or its schema is behind the code.
    pub async fn lease(&self, tenant: &LiveTenant) -> Result<Lease> {
        self.lease_by(tenant, By::Person).await
    }

    /// The same for scheduled work: it keeps the pool open no longer than its lease, so that the pool of a tenant whom
    /// nobody visits is closed although work comes by every few seconds.
    pub async fn lease_for_job(&self, tenant: &LiveTenant) -> Result<Lease> {
        self.lease_by(tenant, By::Job).await
    }

    /// Whose pools are open on this node.
    pub fn open_tenants(&self) -> BTreeSet<TenantId> {
        let state = self.0.state();
        state.open().map(|open| open.target.tenant).collect()
    }

    async fn lease_by(&self, tenant: &LiveTenant, by: By) -> Result<Lease> {
        let gate = match self.0.offered(tenant, by)? {
            Ok(lease) => return Ok(lease),
            Err(gate) => gate,
        };
        let attempt = gate.breaker.attempt().ok_or_else(resting)?;
        let turn = Arc::clone(&gate.turn).lock_owned().await;
        if let Ok(lease) = self.0.offered(tenant, by)? {
            attempt.succeed();
            return Ok(lease);
        }
        if !attempt.still_stands() {
            return Err(resting());
        }
        let is_probe = attempt.is_probe();
        let target = Target::of(tenant);
        let opening = tokio::spawn(Arc::clone(&self.0).open(target, by, attempt, turn));
        let opened = if is_probe {
            timeout(PROBE, opening).await.map_err(|_| resting())?
        } else {
            opening.await
        };
        opened.map_err(Error::internal)?
    }

    /// Stops offering a tenant's pool: it is closed when its leases have ended, and the next lease opens a new one.
    pub fn retire(&self, tenant: TenantId) {
        let mut state = self.0.state();
        if let Some(open) = state.withdraw(tenant) {
            self.0.release(&mut state, open);
        }
    }

    /// Closes the pools that nobody has used for `PoolLimits::idle`.
    pub fn sweep(&self) {
        let oldest = (self.0.clock.now() - self.0.limits.idle).unix_timestamp();
        let mut state = self.0.state();
        for open in state.withdraw_unused_since(oldest) {
            self.0.release(&mut state, open);
        }
    }

    /// [`sweep`](Self::sweep) every `PoolLimits::sweep`, until cancelled.
    pub async fn keep_swept(&self, until: CancellationToken) {
        let mut rounds = tokio::time::interval(self.0.limits.sweep);
        while until.run_until_cancelled(rounds.tick()).await.is_some() {
            self.sweep();
        }
    }

    /// Closes every pool, waiting some seconds for what is under way. Nothing can be leased afterwards.
    pub async fn close(&self) {
        let pools: Vec<_> = {
            let mut state = self.0.state();
            let all = state.withdraw_all();
            let pools = all.iter().map(|open| open.pool.clone()).collect();
            for open in all {
                self.0.release(&mut state, open);
            }
            pools
        };
        let every_share = self.0.limits.total / self.0.limits.per_tenant;
        let all_closed = self.0.room.acquire_many(every_share);
        if timeout(DRAIN, all_closed).await.is_err() {
            tracing::warn!("some work on tenants' databases did not end in time");
            let closing = pools.iter().map(sqlx::PgPool::close);
            let _ = timeout(DRAIN, futures::future::join_all(closing)).await;
        }
    }

    /// The open pools, for the system page.
    pub fn statistics(&self) -> Vec<PoolStatistics> {
        let state = self.0.state();
        let statistics = state.open().map(|open| PoolStatistics {
            tenant_id: open.target.tenant,
            database_name: open.target.address.name.clone(),
            connections: open.pool.size(),
            idle: open.pool.num_idle(),
            leases: Arc::strong_count(open).saturating_sub(1),
            last_used_at: OffsetDateTime::from_unix_timestamp(open.last_used())
                .unwrap_or(OffsetDateTime::UNIX_EPOCH),
        });
        statistics.collect()
    }
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A lease on the tenant's open pool, or the gate to opening one. A pool to where the database was before is retired.
    fn offered(self: &Arc<Self>, tenant: &LiveTenant, by: By) -> Result<Result<Lease, Gate>> {
        let mut state = self.state();
        if state.is_closed() {
            return Err(Error::tenant_unavailable().because("the server is stopping"));
        }
        match state.offered(tenant.id) {
            Some(open) if open.target.address == tenant.database => {
                return Ok(Ok(Lease::new(Arc::clone(open), self, by)));
            }
            Some(_) => {
                if let Some(open) = state.withdraw(tenant.id) {
                    self.release(&mut state, open);
                }
            }
            None => {}
        }
        Ok(Err(state.gate(tenant.id)))
    }

    /// Opens a tenant's pool, with room made for it, and offers it.
    async fn open(
        self: Arc<Self>,
        target: Target,
        by: By,
        attempt: Attempt,
        _turn: OwnedMutexGuard<()>,
    ) -> Result<Lease> {
        let share = self.room().await?;
        let tenant = target.tenant;
        let breaker = Arc::clone(attempt.breaker());
        match Open::new(target, self.limits, breaker, share, self.clock.now()).await {
            Ok(open) => {
                attempt.succeed();
                self.offer(open, by)
            }
            Err(error) => {
                attempt.fail();
                tracing::warn!(%tenant, cause = error.cause(), "a tenant's database cannot serve");
                Err(error)
            }
        }
    }

    fn offer(self: &Arc<Self>, open: Open, by: By) -> Result<Lease> {
        let mut state = self.state();
        let open = Arc::new(open);
        if state.is_closed() {
            self.release(&mut state, open);
            return Err(Error::tenant_unavailable().because("the server is stopping"));
        }
        if let Some(former) = state.offer(Arc::clone(&open)) {
            self.release(&mut state, former);
        }
        Ok(Lease::new(open, self, by))
    }
}

/// The refusal while the breaker is open.
fn resting() -> Error {
    Error::tenant_unavailable().because("its database failed a moment ago")
}
