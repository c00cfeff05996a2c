//! Pools to the tenants' databases: opened on first use, capped per tenant and over all, closed when unused, and a
//! circuit breaker so that a dead database answers in milliseconds (section 4).

use crate::{Clock, tenants::LiveTenant};
use kernel::Result;
use sqlx::PgPool;
use std::{ops::Deref, time::Duration};

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
            idle: Duration::from_mins(60),
            sweep: Duration::from_mins(10),
            acquire: Duration::from_secs(2),
        }
    }
}

/// The pools of all tenants. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pools {}

/// The right to use a tenant's pool; while one is held the pool is not closed.
#[derive(Clone, Debug)]
pub struct Lease {}

impl Deref for Lease {
    type Target = PgPool;

    fn deref(&self) -> &PgPool {
        unimplemented!()
    }
}

impl Pools {
    /// No pool is open yet.
    pub fn new(_limits: PoolLimits, _clock: Clock) -> Self {
        unimplemented!()
    }

    /// The tenant's pool, opened when it is not; 503 when its database is down or its schema is behind the code.
    pub async fn lease(&self, _tenant: &LiveTenant) -> Result<Lease> {
        unimplemented!()
    }

    /// Closes every pool, waiting for what is under way. Nothing can be leased afterwards.
    pub async fn close(&self) {
        unimplemented!()
    }
}
