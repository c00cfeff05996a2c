//! The visit: the context of a page or a server function, put into the request by the server's middleware.

use crate::session;
use axum::http::request::Parts;
use club::Ctx;
use kernel::{Error, Result, TenantId};
use leptos::prelude::use_context;
use tenancy::{Actor, PlatformCtx};

/// What this request may work on: one tenant, or the platform. The actor in it is whoever the session cookie names,
/// checked for exactly this realm.
#[derive(Clone)]
pub enum Visit {
    /// The platform's host.
    Platform(PlatformCtx),
    /// A tenant's host.
    Tenant(Ctx),
}

/// How the reader reached this site, as their browser shows it: scheme, host, port. A layer puts it beside the visit,
/// because behind a proxy only that one knows.
#[derive(Clone, Debug)]
pub struct Address(pub String);

impl Visit {
    /// The present request's visit.
    pub fn current() -> Result<Self> {
        use_context::<Parts>()
            .and_then(|parts| parts.extensions.get::<Self>().cloned())
            .ok_or_else(|| Error::internal("no visit in this request's extensions"))
    }

    /// Who visits.
    pub const fn actor(&self) -> &Actor {
        match self {
            Self::Platform(ctx) => &ctx.actor,
            Self::Tenant(ctx) => &ctx.actor,
        }
    }

    /// The same call on the master database, for what both realms have: administrators and their sessions.
    pub fn platform(&self) -> PlatformCtx {
        match self {
            Self::Platform(ctx) => ctx.clone(),
            Self::Tenant(ctx) => ctx.platform.ctx(ctx.actor.clone(), ctx.origin.clone()),
        }
    }

    /// Whether people come over TLS.
    pub fn is_https(&self) -> bool {
        self.platform().platform.public.is_https()
    }

    /// The session token that the request brings.
    pub fn token(&self) -> Option<String> {
        let parts = use_context::<Parts>()?;
        session::token(&parts.headers, self.is_https()).map(str::to_owned)
    }

    /// The first page of the console on this host.
    pub const fn home(&self) -> &'static str {
        match self {
            Self::Platform(_) => "/super",
            Self::Tenant(_) => "/admin",
        }
    }

    /// Where to go after signing in: where one wanted to, if that is in this console.
    pub fn onwards<'a>(&self, next: &'a str) -> &'a str {
        let home = self.home();
        if next == home
            || next
                .strip_prefix(home)
                .is_some_and(|rest| rest.starts_with(['/', '?']))
        {
            next
        } else {
            home
        }
    }

    /// Whose administrators sign in here: a tenant's, or the platform's (none).
    pub fn realm(&self) -> Option<TenantId> {
        match self {
            Self::Platform(_) => None,
            Self::Tenant(ctx) => Some(ctx.tenant.id),
        }
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
