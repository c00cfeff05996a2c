//! What machines ask: does the process live, may it get requests, what did it measure.

use crate::{layers::Asked, node::Node};
use axum::{
    Extension, Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use kernel::Error;
use serde_json::json;
use tenancy::Platform;

/// `/livez`, `/readyz` and `/metrics`.
pub(crate) fn router(node: &Node) -> Router {
    Router::new()
        .route("/livez", get(livez))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(node.clone())
}

/// The process answers. Nothing else is asked: a database that is down is no reason to start the process again.
async fn livez() -> Response {
    (
        [(header::CACHE_CONTROL, "no-store")],
        Json(json!({"status": "ok"})),
    )
        .into_response()
}

/// Whether this node may get requests: the master database answers, its schema is the code's, and nobody told us to stop.
async fn readyz(State(node): State<Node>) -> Response {
    let draining = node.leaving.is_cancelled();
    let master = node.platform.ready().await;
    if let Err(error) = &master {
        tracing::warn!(cause = error.cause().unwrap_or(&error.message), "not ready");
    }
    let ready = !draining && master.is_ok();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({
        "status": if ready { "ok" } else { "unavailable" },
        "master": master.map_or_else(|error| error.code.into_owned(), |()| "ok".to_owned()),
        "draining": draining,
    });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// Prometheus' text, for whoever asks from this machine or is one of our proxies; to everybody else there is no such path.
async fn metrics(State(node): State<Node>, Extension(asked): Extension<Asked>) -> Response {
    if !asked.is_from_inside {
        return Error::not_found("page").into_response();
    }
    gauges(&node.platform);
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/plain; version=0.0.4; charset=utf-8",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, node.metrics.render()).into_response()
}

/// What is not counted as it happens, but looked up when asked.
fn gauges(platform: &Platform) {
    let set = |name: &'static str, value: u64| {
        metrics::gauge!(name).set(u32::try_from(value).map_or(f64::MAX, f64::from));
    };
    let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    set(
        "clube_master_connections",
        u64::from(platform.master.size()),
    );
    set(
        "clube_master_connections_idle",
        count(platform.master.num_idle()),
    );
    let pools = platform.pools.statistics();
    set("clube_tenant_pools", count(pools.len()));
    set(
        "clube_tenant_connections",
        pools.iter().map(|pool| u64::from(pool.connections)).sum(),
    );
    set(
        "clube_tenant_connections_idle",
        pools.iter().map(|pool| count(pool.idle)).sum(),
    );
    set("clube_tenant_names_known", platform.resolver.known());
    metrics::counter!("clube_tenant_loads_total").absolute(platform.resolver.loads());
}
