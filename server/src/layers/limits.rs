//! How long a request may take, and how much it may bring.

use crate::node::Node;
use axum::{
    body::Body,
    extract::{Request, State},
    http::header::CONTENT_LENGTH,
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::Limited;
use kernel::{Error, Kind};

/// The largest body, in bytes.
pub(super) const BODY: usize = 1024 * 1024;

/// Refuses a body that says it is too large, and cuts off one that turns out to be.
pub(super) async fn body(request: Request, next: Next) -> Response {
    let announced = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > BODY) {
        return Error::new(
            Kind::TooLarge,
            "payload_too_large",
            "The body is larger than 1 MB.",
        )
        .into_response();
    }
    next.run(request.map(|body| Body::new(Limited::new(body, BODY))))
        .await
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
