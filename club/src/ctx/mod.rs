//! The context of one call: tenant, actor, this tenant's database, time and ids. Handlers, server functions, jobs,
//! commands and tests make the same one.

use axum::{extract::FromRequestParts, http::request::Parts};
use kernel::{Error, Result, UserId};
use sqlx::{Postgres, Transaction, pool::PoolConnection};
use std::sync::Arc;
use tenancy::{
    Actor, Clock, Origin, Platform, administrators::Permission, http, pools::Lease,
    tenants::LiveTenant,
};
use time::OffsetDateTime;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Who does what, for which tenant, when and from where.
#[derive(Clone)]
pub struct Ctx {
    /// The installation.
    pub platform: Platform,
    /// The tenant, with its modules, percentages and brand.
    pub tenant: Arc<LiveTenant>,
    /// Who acts.
    pub actor: Actor,
    /// From where.
    pub origin: Origin,
    lease: Arc<OnceCell<Lease>>,
}

impl Ctx {
    /// A context for this tenant. Its pool is leased at the first use of the database and kept until the context ends.
    pub fn new(platform: Platform, tenant: Arc<LiveTenant>, actor: Actor, origin: Origin) -> Self {
        Self {
            platform,
            tenant,
            actor,
            origin,
            lease: Arc::default(),
        }
    }

    /// The same call by somebody else.
    #[must_use]
    pub fn acting_as(&self, actor: Actor) -> Self {
        Self {
            actor,
            ..self.clone()
        }
    }

    /// The same call by another clock: for a demonstration with a history.
    pub(crate) fn by_clock(&self, clock: Clock) -> Self {
        Self {
            platform: self.platform.by_clock(clock),
            ..self.clone()
        }
    }

    async fn lease(&self) -> Result<&Lease> {
        let pools = &self.platform.pools;
        self.lease
            .get_or_try_init(async || match self.actor {
                // Scheduled work is no visit: the pool of a tenant whom nobody visits may close.
                Actor::Job(_) => pools.lease_for_job(&self.tenant).await,
                _ => pools.lease(&self.tenant).await,
            })
            .await
    }

    /// Makes sure that the tenant's database can be used; 503 when not.
    pub async fn ready(&self) -> Result<()> {
        self.lease().await.map(drop)
    }

    /// A connection, for one or several reads.
    pub async fn conn(&self) -> Result<PoolConnection<Postgres>> {
        self.lease().await?.acquire().await
    }

    /// A transaction. It ends where it began: in the operation.
    pub async fn begin(&self) -> Result<Transaction<'static, Postgres>> {
        self.lease().await?.begin().await
    }

    /// The signed-in user of the tenant.
    pub fn user_id(&self) -> Result<UserId> {
        match self.actor {
            Actor::User(id) => Ok(id),
            _ => Err(Error::unauthenticated()),
        }
    }

    /// Refuses everybody who is not an administrator of this tenant with this permission, a command or a job.
    pub fn require(&self, permission: Permission) -> Result<()> {
        match &self.actor {
            Actor::Job(_) | Actor::Command => Ok(()),
            Actor::Admin(session) if session.tenant_id == Some(self.tenant.id) => {
                session.require(permission)
            }
            Actor::Admin(_) | Actor::User(_) => Err(Error::forbidden()),
            Actor::Anonymous => Err(Error::unauthenticated()),
        }
    }

    /// The present moment, by the platform's clock.
    pub fn now(&self) -> OffsetDateTime {
        self.platform.clock.now()
    }

    /// A new id that sorts by time.
    pub fn new_id(&self) -> Uuid {
        self.platform.clock.new_id()
    }
}

/// The context that the server put into the request's extensions; on the platform's host the 404 of section 4.
impl<S: Send + Sync> FromRequestParts<S> for Ctx {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| http::no_tenant_here(parts))
    }
}
