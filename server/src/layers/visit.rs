//! Who acts. The JSON API begins with nobody and signs in by bearer token; pages and server functions have whoever the
//! session cookie names, in exactly this realm: a session of one club is nobody on another.

use super::{Asked, area::Area};
use crate::node::Node;
use app::{session, visit::Visit};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use club::Ctx;
use kernel::{Error, Result, TenantId};
use std::sync::Arc;
use tenancy::{Actor, Origin, administrators, resolution, resolution::Site};

pub(super) async fn visit(State(node): State<Node>, mut request: Request, next: Next) -> Response {
    let area = Area::of(request.uri().path());
    let entered = match area {
        Area::Api => enter_api(&node, &mut request),
        _ => match seen(&request) {
            Ok((site, origin)) => {
                let token = session::token(request.headers(), node.is_https()).map(str::to_owned);
                let entered = enter_pages(&node, site, origin, token, area).await;
                entered.map(|visit| remember(&mut request, visit))
            }
            Err(error) => Err(error),
        },
    };
    match entered {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn remember(request: &mut Request, visit: Visit) {
    if let Visit::Tenant(ctx) = &visit {
        request.extensions_mut().insert(ctx.clone());
    }
    request.extensions_mut().insert(visit);
}

/// The API of a tenant; on the platform's host there is only the one for super admins.
fn enter_api(node: &Node, request: &mut Request) -> Result<()> {
    let (site, origin) = seen(request)?;
    match site {
        Site::Tenant(tenant) => {
            let ctx = Ctx::new(node.platform.clone(), tenant, Actor::Anonymous, origin);
            request.extensions_mut().insert(ctx);
        }
        Site::Platform if request.uri().path().starts_with("/api/super/") => {
            request
                .extensions_mut()
                .insert(node.platform.ctx(Actor::Anonymous, origin));
        }
        Site::Platform => {
            let host = request
                .extensions()
                .get::<Asked>()
                .map(|asked| asked.host.as_str())
                .unwrap_or_default();
            return Err(resolution::platform_not_found(host));
        }
    }
    Ok(())
}

async fn enter_pages(
    node: &Node,
    site: Site,
    origin: Origin,
    token: Option<String>,
    area: Area,
) -> Result<Visit> {
    let realm = match &site {
        Site::Platform => None,
        Site::Tenant(tenant) => Some(tenant.id),
    };
    let actor = match signed_in(node, realm, token).await {
        // A club's public page goes on while nobody can say who looks at it.
        Err(_) if area == Area::Open => Actor::Anonymous,
        actor => actor?,
    };
    Ok(match site {
        Site::Platform => Visit::Platform(node.platform.ctx(actor, origin)),
        Site::Tenant(tenant) => {
            Visit::Tenant(Ctx::new(node.platform.clone(), tenant, actor, origin))
        }
    })
}

async fn signed_in(node: &Node, realm: Option<TenantId>, token: Option<String>) -> Result<Actor> {
    let Some(token) = token else {
        return Ok(Actor::Anonymous);
    };
    let session = administrators::session(&node.platform, realm, &token).await?;
    Ok(session.map_or(Actor::Anonymous, |session| Actor::Admin(Arc::new(session))))
}

fn seen(request: &Request) -> Result<(Site, Origin)> {
    let extensions = request.extensions();
    match (extensions.get::<Site>(), extensions.get::<Origin>()) {
        (Some(site), Some(origin)) => Ok((site.clone(), origin.clone())),
        _ => Err(Error::internal(
            "a layer that should stand outside is missing",
        )),
    }
}
