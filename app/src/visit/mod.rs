//! The visit: the context of a page or a server function, put into the request by the server's middleware.

use axum::http::request::Parts;
use club::Ctx;
use kernel::{Error, Result};
use leptos::prelude::use_context;
use tenancy::PlatformCtx;

/// What this request may work on: one tenant, or the platform. The actor in it is whoever the session cookie names,
/// checked for exactly this realm.
#[derive(Clone)]
pub enum Visit {
    /// The platform's host.
    Platform(PlatformCtx),
    /// A tenant's host.
    Tenant(Ctx),
}

impl Visit {
    /// The present request's visit.
    pub fn current() -> Result<Self> {
        use_context::<Parts>()
            .and_then(|parts| parts.extensions.get::<Self>().cloned())
            .ok_or_else(|| Error::internal("no visit in this request's extensions"))
    }
}

/// The tenant's context; 404 on the platform's host, where no tenant's page exists.
pub fn tenant() -> Result<Ctx> {
    match Visit::current()? {
        Visit::Tenant(ctx) => Ok(ctx),
        Visit::Platform(_) => Err(Error::not_found("page")),
    }
}

/// The platform's context; 404 on a tenant's host.
pub fn platform() -> Result<PlatformCtx> {
    match Visit::current()? {
        Visit::Platform(ctx) => Ok(ctx),
        Visit::Tenant(_) => Err(Error::not_found("page")),
    }
}
