//! How many requests, how they ended and how long they took, by route. Routes are patterns, so that no stranger can make
//! new series.

use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use std::time::Instant;

pub(super) async fn measure(request: Request, next: Next) -> Response {
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", MatchedPath::as_str)
        .to_owned();
    let method = match request.method().as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => {
            known.to_owned()
        }
        _ => "other".to_owned(),
    };
    let under_way = metrics::gauge!("clube_http_requests_under_way");
    under_way.increment(1);
    let began = Instant::now();
    let response = next.run(request).await;
    under_way.decrement(1);
    let status = response.status().as_str().to_owned();
    metrics::histogram!("clube_http_request_seconds", "method" => method, "route" => route, "status" => status)
        .record(began.elapsed());
    response
}
