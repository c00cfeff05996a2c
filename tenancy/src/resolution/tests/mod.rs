//! The name of a request, what is remembered of it, and what happens when the registry is away.

mod hosts;
mod outage;
mod registry;

use super::{Resolver, Site};
use crate::{Clock, tenants::LiveTenant, testing::Installation};
use kernel::{Error, Kind, Slug};
use std::{future::Future, sync::Arc, time::Duration};
use time::macros::datetime;
use tokio::time::{sleep, timeout};

/// Waits until something has become so.
async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let waiting = async {
        while !holds().await {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), waiting)
        .await
        .unwrap_or_else(|_| panic!("still not so: {what}"));
}

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
