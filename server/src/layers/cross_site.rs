//! Refuses what another site makes a visitor's browser send. A sibling subdomain is another club, so it is a stranger too.
//!
//! The JSON API needs no such check: it never looks at cookies, and no browser sends a bearer token by itself.

use super::{Asked, area::Area};
use axum::{
    extract::Request,
    http::{HeaderMap, Method, header::ORIGIN},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Error, Kind};

pub(super) async fn cross_site(request: Request, next: Next) -> Response {
    let only_reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let is_ours = request
        .extensions()
        .get::<Asked>()
        .is_some_and(|asked| is_same_site(request.headers(), asked));
    if only_reads || is_ours || Area::of(request.uri().path()) == Area::Api {
        return next.run(request).await;
    }
    Error::new(
        Kind::Forbidden,
        "cross_site",
        "This request does not come from a page of this host.",
    )
    .into_response()
}

/// Browsers say where a request comes from, older ones at least from which origin. Who says neither is no browser of ours.
fn is_same_site(headers: &HeaderMap, asked: &Asked) -> bool {
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let own = format!("{}://{}", asked.scheme, asked.host);
    headers
        .get(ORIGIN)
        .and_then(|origin| origin.to_str().ok())
        .is_some_and(|origin| origin.eq_ignore_ascii_case(&own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn only_this_very_host_is_no_stranger() {
        let asked = Asked {
            scheme: "https".into(),
            host: "a.clube.example".into(),
            is_from_inside: false,
        };
        for (fetch_site, origin, is_same) in [
            (Some("same-origin"), None, true),
            (Some("none"), None, true),
            (Some("same-site"), None, false),
            (Some("cross-site"), None, false),
            // What the browser knows wins over the origin.
            (Some("cross-site"), Some("https://a.clube.example"), false),
            (None, Some("https://a.clube.example"), true),
            (None, Some("https://A.clube.example"), true),
            (None, Some("http://a.clube.example"), false),
            (None, Some("https://b.clube.example"), false),
            (None, Some("https://clube.example"), false),
            (None, Some("https://a.clube.example:8443"), false),
            (None, Some("null"), false),
            (None, None, false),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [("sec-fetch-site", fetch_site), ("origin", origin)] {
                if let Some(value) = value {
                    headers.insert(name, HeaderValue::from_static(value));
                }
            }
            assert_eq!(is_same_site(&headers, &asked), is_same, "{headers:?}");
        }
    }
}
