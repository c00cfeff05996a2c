//! The `RateLimit-*` headers of a refused sign-in.

use axum::{extract::Request, http::HeaderValue, middleware::Next, response::Response};
use kernel::{Error, Kind};

/// Says on a 429 that nothing is left and when there is again.
pub(super) async fn describe_refusal(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let retry_after = response
        .extensions()
        .get::<Error>()
        .filter(|error| error.kind == Kind::TooManyRequests)
        .and_then(|error| error.retry_after);
    if let Some(seconds) = retry_after {
        let headers = response.headers_mut();
        headers.insert("ratelimit-remaining", HeaderValue::from(0));
        headers.insert("ratelimit-reset", HeaderValue::from(seconds));
    }
    response
}
