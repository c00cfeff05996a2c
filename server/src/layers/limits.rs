//! How long a request may take, and how much it may bring.

use crate::node::Node;
use axum::{
    body::Body,
    extract::{Request, State},
    http::header::{CONTENT_LENGTH, CONTENT_TYPE},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::Limited;
use kernel::{Error, Kind};
use tenancy::http::UPLOAD_LIMIT;

/// The largest body, in bytes. Where files are uploaded the route itself allows more, up to [`UPLOAD_LIMIT`].
pub(super) const BODY: usize = 1024 * 1024;

/// Refuses a body that says it is too large, and cuts off one that turns out to be.
pub(super) async fn body(request: Request, next: Next) -> Response {
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let most = if is_upload(&request) {
        UPLOAD_LIMIT
    } else {
        BODY
    };
    if announced.is_some_and(|length| length > most) {
        return Error::new(
            Kind::TooLarge,
            "payload_too_large",
            format!("The body is larger than {} MB.", most / BODY),
        )
        .into_response();
    }
    next.run(request.map(|body| Body::new(Limited::new(body, most))))
        .await
}

/// Routes that take no files refuse this type, or more than [`BODY`] of it, before they read it.
fn is_upload(request: &Request) -> bool {
    let media_type = request.headers().get(CONTENT_TYPE);
    media_type.is_some_and(|it| it.as_bytes().starts_with(b"multipart/form-data"))
        && request.uri().path().starts_with("/api/")
}

/// Gives up on a request that takes too long; its work is dropped at the next point where it waits.
pub(super) async fn time(State(node): State<Node>, request: Request, next: Next) -> Response {
    tokio::time::timeout(node.request_time, next.run(request))
        .await
        .unwrap_or_else(|_| {
            let mut error = Error::new(
                Kind::Unavailable,
                "timed_out",
                "This took too long. Try again later.",
            );
            error.retry_after = Some(5);
            error.into_response()
        })
}
