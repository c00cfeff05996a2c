//! Headers that protect whoever reads the answer. What a handler has set itself is left alone.

use super::area::Area;
use crate::node::Node;
use axum::{
    extract::{Request, State},
    http::{
        HeaderName, HeaderValue,
        header::{
            CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, REFERRER_POLICY,
            STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    response::Response,
};

const COOP: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");

/// For an answer that is no page: it may load nothing and be shown in nothing.
const NO_PAGE: &str =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

pub(super) async fn headers(State(node): State<Node>, request: Request, next: Next) -> Response {
    let area = Area::of(request.uri().path());
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut default = |name, value| {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    };
    default(X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Not `no-referrer`: a form that is posted without the browser's program is answered by going back to its page.
    default(REFERRER_POLICY, "same-origin");
    default(COOP, "same-origin");
    default(
        PERMISSIONS,
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    );
    default(CONTENT_SECURITY_POLICY, NO_PAGE);
    if node.is_https() {
        default(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if area != Area::Open {
        default(CACHE_CONTROL, "no-store");
    }
    if node.leaving.is_cancelled() {
        default(CONNECTION, "close");
    }
    response
}
