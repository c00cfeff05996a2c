//! Which tenant a request is for (section 4): the name in its header or host, and the cache that knows the tenant.
//!
//! - `rules` reads the name, without looking anything up.
//! - `cache` holds what the registry said, and knows what is out of date.
//! - `master` asks the registry, and knows when it cannot be asked.
//! - `listener` hears from the other nodes what changed.

mod cache;
mod listener;
mod master;
mod rules;
#[cfg(test)]
mod tests;

pub use rules::{Named, identify, normalise};

use crate::{
    Clock,
    secrets::Keyring,
    tenants::{LiveTenant, TenantName},
};
use cache::{Cache, Known};
use kernel::{Error, Kind, Result, TenantId};
use master::{Master, Unanswered};
use sqlx::PgPool;
use std::{fmt, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// What a request is for.
#[derive(Clone, Debug)]
pub enum Site {
    /// The platform's own host: the super-admin console.
    Platform,
    /// A tenant, admitted by its status.
    Tenant(Arc<LiveTenant>),
}

/// How much is remembered and for how long; settings.
#[derive(Clone, Copy, Debug)]
pub struct ResolverLimits {
    /// Names of tenants at most.
    pub known: u64,
    /// How long a tenant is served without asking the registry again.
    pub fresh: Duration,
    /// Names that are nobody's at most.
    pub unknown: u64,
    /// How long a name stays nobody's.
    pub unknown_for: Duration,
}

impl Default for ResolverLimits {
    fn default() -> Self {
        Self {
            known: 10_000,
            fresh: Duration::from_mins(5),
            unknown: 10_000,
            unknown_for: Duration::from_secs(10),
        }
    }
}

/// Finds tenants. Cheap to clone.
#[derive(Clone)]
pub struct Resolver(Arc<Inner>);

struct Inner {
    base_domains: Vec<String>,
    cache: Cache,
    master: Arc<Master>,
}

/// Says how full the cache is and nothing of what is in it.
impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver")
            .field("base_domains", &self.0.base_domains)
            .field("cache", &self.0.cache)
            .finish_non_exhaustive()
    }
}

impl Resolver {
    /// `base_domains` as in `CLUBE_BASE_DOMAINS`, already lower case.
    pub fn new(master: PgPool, keyring: Keyring, base_domains: Vec<String>, clock: Clock) -> Self {
        Self::with_limits(
            master,
            keyring,
            base_domains,
            clock,
            ResolverLimits::default(),
        )
    }

    /// A resolver that remembers more, less, longer or shorter.
    pub fn with_limits(
        master: PgPool,
        keyring: Keyring,
        base_domains: Vec<String>,
        clock: Clock,
        limits: ResolverLimits,
    ) -> Self {
        Self(Arc::new(Inner {
            base_domains,
            cache: Cache::new(limits, clock),
            master: Arc::new(Master::new(master, keyring)),
        }))
    }

    /// The site of a request by its `X-Tenant-Slug` header and its host (as in `Host`, port included).
    /// Refusals are those of section 4; whether the tenant is served is asked by the caller with `Tenant::admit`.
    pub async fn resolve(&self, header: Option<&str>, host: &str) -> Result<Site> {
        match identify(header, host, &self.0.base_domains) {
            Named::Platform => Ok(Site::Platform),
            Named::Tenant(name) => self.tenant(name).await.map(Site::Tenant),
            Named::Nobody(name) => Err(not_found(&name)),
        }
    }

    /// The tenant of a name: from the cache, else by one query however many ask. While the registry cannot be asked, a
    /// tenant that is known goes on being served, unless it has changed since.
    async fn tenant(&self, name: TenantName) -> Result<Arc<LiveTenant>> {
        let Inner { cache, master, .. } = &*self.0;
        let known = match cache.fresh(&name).await {
            Some(known) => Ok(known),
            None => cache.load(&name, || master.tenant(&name)).await,
        };
        match known {
            Ok(Known::Tenant(tenant)) => Ok(tenant),
            Ok(Known::Nobody) => Err(not_found(&name)),
            Err(Unanswered::Broken(error)) => Err(failed(&error)),
            Err(Unanswered::Down) => cache
                .last_known(&name)
                .await
                .ok_or_else(|| failed(&Error::internal("the master database cannot be asked"))),
        }
    }

    /// A host that a tenant may claim as its own, in the form in which requests are compared with it. Else the stable reason
    /// why not: `invalid`, or `own_domain` for a base domain and everything below it.
    pub fn custom_domain(&self, host: &str) -> Result<String, &'static str> {
        rules::custom_domain(host, &self.0.base_domains)
    }

    /// Forgets what is known of a tenant and every name that was unknown. Call after each change to a tenant.
    pub fn forget(&self, tenant: TenantId) {
        self.0.cache.forget(tenant);
    }

    /// Forgets everything, after notifications may have been lost. What was known still serves while the registry cannot
    /// be asked.
    pub fn forget_all(&self) {
        self.0.cache.forget_all();
    }

    /// Hears from the master database which tenants were changed on other nodes, until cancelled. Reconnects by itself,
    /// and then forgets everything, as it cannot know what it missed.
    pub async fn listen(&self, until: CancellationToken) {
        until.run_until_cancelled(listener::listen(self)).await;
    }

    /// How often the registry has been asked for a tenant since the start.
    pub fn loads(&self) -> u64 {
        self.0.master.loads()
    }

    /// How many names of tenants are remembered; for the system page.
    pub fn known(&self) -> u64 {
        self.0.cache.known()
    }
}

/// The refusal of a name that is nobody's.
fn not_found(name: &TenantName) -> Error {
    Error::new(
        Kind::NotFound,
        "tenant_not_found",
        format!("Tenant not found for {name}"),
    )
    .titled("Tenant not found")
    .bare()
}

/// The refusal of a tenant's route on the platform's host, which names no tenant: the whole host is reported.
pub fn platform_not_found(host: &str) -> Error {
    let host = normalise(host).map_or_else(|| host.to_owned(), std::borrow::Cow::into_owned);
    not_found(&TenantName::CustomDomain(host))
}

/// The refusal when the registry could not say.
fn failed(cause: &Error) -> Error {
    Error::new(Kind::Internal, "internal", "Failed to resolve tenant")
        .bare()
        .because(cause.cause().unwrap_or(&cause.to_string()))
}
