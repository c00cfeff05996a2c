//! Which tenant a request is for (section 4): the name in its header or host, and the cache that knows the tenant.

use crate::{Clock, secrets::Keyring, tenants::LiveTenant};
use kernel::{Result, TenantId};
use sqlx::PgPool;
use std::sync::Arc;

/// What a request is for.
#[derive(Clone, Debug)]
pub enum Site {
    /// The platform's own host: the super-admin console.
    Platform,
    /// A tenant, admitted by its status.
    Tenant(Arc<LiveTenant>),
}

/// Finds tenants. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Resolver {}

impl Resolver {
    /// `base_domains` as in `CLUBE_BASE_DOMAINS`, already lower case.
    pub fn new(
        _master: PgPool,
        _keyring: Keyring,
        _base_domains: Vec<String>,
        _clock: Clock,
    ) -> Self {
        unimplemented!()
    }

    /// The site of a request by its `X-Tenant-Slug` header and its host (as in `Host`, port included).
    /// Refusals are those of section 4; whether the tenant is served is asked by the caller with `Tenant::admit`.
    pub async fn resolve(&self, _header: Option<&str>, _host: &str) -> Result<Site> {
        unimplemented!()
    }

    /// Forgets what is known of a tenant and every name that was unknown. Call after each change to a tenant.
    pub fn forget(&self, _tenant: TenantId) {
        unimplemented!()
    }

    /// Forgets everything, after notifications may have been lost.
    pub fn forget_all(&self) {
        unimplemented!()
    }
}
