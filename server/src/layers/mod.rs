//! What happens to every request on its way in and to every answer on its way out, one file a layer.
//!
//! Outermost first: [`origin`] (who asks, as which host; the request's id), [`trace`] (a span and a line of log), [`measure`],
//! compression, [`headers`], [`edge`] (an error becomes JSON or a page, is logged once), [`panics`], [`limits`] (time, body).
//! Then, only for what belongs to a tenant or to the platform, pages and JSON API alike: [`resolution`], [`cross_site`]
//! (whose refusal is in the tenant's brand), [`visit`].
//!
//! One more layer is one more file and a line in [`around_all`] or [`around_site`].

mod area;
mod cross_site;
mod edge;
mod headers;
mod limits;
mod measure;
mod origin;
mod panics;
mod resolution;
mod trace;
mod visit;

pub(crate) use origin::Asked;

use crate::node::Node;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
};
use tower_http::compression::{
    CompressionLayer, Predicate,
    predicate::{DefaultPredicate, NotForContentType},
};

/// The layers of what belongs to a site: pages, server functions, JSON API.
pub(crate) fn around_site(router: Router, node: &Node) -> Router {
    router
        .layer(from_fn_with_state(node.clone(), visit::visit))
        .layer(from_fn(cross_site::cross_site))
        .layer(from_fn_with_state(node.clone(), resolution::resolution))
}

/// The layers of every request.
pub(crate) fn around_all(router: Router, node: &Node) -> Router {
    router
        .layer(DefaultBodyLimit::max(limits::BODY))
        .layer(from_fn(limits::body))
        .layer(from_fn_with_state(node.clone(), limits::time))
        .layer(from_fn(panics::panics))
        .layer(from_fn(edge::edge))
        .layer(from_fn_with_state(node.clone(), headers::headers))
        .layer(compression())
        .layer(from_fn(measure::measure))
        .layer(from_fn(trace::trace))
        .layer(from_fn_with_state(node.clone(), origin::origin))
}

/// For what is made on the spot. The browser's program was compressed when it was built.
fn compression() -> CompressionLayer<impl Predicate> {
    CompressionLayer::new().compress_when(
        DefaultPredicate::new().and(NotForContentType::const_new("application/wasm")),
    )
}
