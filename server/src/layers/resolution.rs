//! Which site the request is for (section 4), and whether it is served. Refusals carry the tenant outwards when it is
//! known, so that the edge can give them its brand.

use super::Asked;
use crate::node::Node;
use axum::{
    extract::{Request, State},
    http::header::HOST,
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Error, Result};
use tenancy::resolution::Site;
use tracing::Span;

const SLUG: &str = "x-tenant-slug";

pub(super) async fn resolution(
    State(node): State<Node>,
    mut request: Request,
    next: Next,
) -> Response {
    let found = match named(&request) {
        Ok((slug, host)) => node.platform.resolver.resolve(slug.as_deref(), &host).await,
        Err(error) => Err(error),
    };
    let site = match found {
        Ok(site) => site,
        Err(error) => return error.into_response(),
    };
    let mut response = match admit(&node, &site) {
        Ok(()) => {
            request.extensions_mut().insert(site.clone());
            next.run(request).await
        }
        Err(error) => error.into_response(),
    };
    response.extensions_mut().insert(site);
    response
}

/// The header that names a tenant, if there is one, and the host.
fn named(request: &Request) -> Result<(Option<String>, String)> {
    let headers = request.headers();
    if headers.get_all(HOST).iter().count() > 1 {
        return Err(Error::bad_request(
            "duplicate_host",
            "The Host header may stand there only once.",
        ));
    }
    if headers.get_all(SLUG).iter().count() > 1 {
        return Err(Error::bad_request(
            "duplicate_tenant_slug",
            "The X-Tenant-Slug header may stand there only once.",
        ));
    }
    let slug = headers
        .get(SLUG)
        .map(|slug| String::from_utf8_lossy(slug.as_bytes()).into_owned());
    let host = request
        .extensions()
        .get::<Asked>()
        .map(|asked| asked.host.clone())
        .unwrap_or_default();
    Ok((slug, host))
}

fn admit(node: &Node, site: &Site) -> Result<()> {
    let Site::Tenant(tenant) = site else {
        return Ok(());
    };
    Span::current().record("tenant", tenant.slug.as_str());
    tenant.admit(node.platform.clock.now())
}
