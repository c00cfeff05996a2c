//! A span around each request, with its id and later its tenant on every line, and one line when it is answered. The path
//! is logged without its query: that may hold what a person typed.

use axum::{extract::Request, middleware::Next, response::Response};
use std::time::Instant;
use tenancy::Origin;
use tracing::{Instrument, field};

pub(super) async fn trace(request: Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<Origin>()
        .map(|origin| origin.request_id.clone())
        .unwrap_or_default();
    let span = tracing::info_span!(
        "request",
        id,
        method = %request.method(),
        path = request.uri().path(),
        tenant = field::Empty,
    );
    let began = Instant::now();
    async move {
        let response = next.run(request).await;
        let ms = began.elapsed().as_millis();
        tracing::info!(status = response.status().as_u16(), ms, "answered");
        response
    }
    .instrument(span)
    .await
}
