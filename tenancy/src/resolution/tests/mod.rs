//! The name of a request, what is remembered of it, and what happens when the registry is away.

mod hosts;
mod outage;
mod registry;

use super::{Resolver, Site};
use crate::{
    Clock,
    tenants::LiveTenant,
    testing::{Installation, until},
};
use kernel::{Error, Kind, Slug};
use std::sync::Arc;
use time::macros::datetime;

/// Whom the header names; `None` for nobody.
async fn slug(resolver: &Resolver, header: &str) -> Option<Slug> {
    named(resolver.resolve(Some(header), "localhost").await)
}

/// Whom the host names; `None` for nobody.
async fn host(resolver: &Resolver, host: &str) -> Option<Slug> {
    named(resolver.resolve(None, host).await)
}

fn named(site: Result<Site, Error>) -> Option<Slug> {
    match site {
        Ok(Site::Tenant(tenant)) => Some(tenant.slug.clone()),
        Ok(Site::Platform) => panic!("a tenant was asked for"),
        Err(error) => {
            assert_eq!(error.kind, Kind::NotFound, "{error:?}");
            None
        }
    }
}

/// The tenant of a slug that is there.
async fn resolved(installation: &Installation, slug: &str) -> Arc<LiveTenant> {
    installation.live(&Slug::parse(slug).expect("a slug")).await
}

/// A clock that stands still.
fn noon() -> Clock {
    Clock::fixed(datetime!(2026-06-01 12:00 UTC))
}

fn navi() -> Option<Slug> {
    Slug::parse("clube-navi").ok()
}
