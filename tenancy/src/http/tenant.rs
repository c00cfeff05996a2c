//! The tenant of a request, for handlers that do not need its database.

use crate::{
    resolution::{Site, platform_not_found},
    tenants::LiveTenant,
};
use axum::{
    extract::FromRequestParts,
    http::{header::HOST, request::Parts},
};
use kernel::{Error, Result};
use std::sync::Arc;

/// The tenant that the request is for; on the platform's host the 404 of section 4.
#[derive(Clone, Debug)]
pub struct AtTenant(pub Arc<LiveTenant>);

impl<S: Send + Sync> FromRequestParts<S> for AtTenant {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self> {
        match parts.extensions.get::<Site>() {
            Some(Site::Tenant(tenant)) => Ok(Self(Arc::clone(tenant))),
            Some(Site::Platform) | None => Err(no_tenant_here(parts)),
        }
    }
}

/// The refusal of a tenant's route on a host that names none.
pub fn no_tenant_here(parts: &Parts) -> Error {
    let host = parts
        .headers
        .get(HOST)
        .and_then(|value| value.to_str().ok())
        .or_else(|| {
            parts
                .uri
                .authority()
                .map(axum::http::uri::Authority::as_str)
        })
        .unwrap_or_default();
    platform_not_found(host)
}
