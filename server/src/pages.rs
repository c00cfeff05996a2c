//! The pages and their server functions, as routes: rendered here, then brought to life in the browser.

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use kernel::{Error, Kind};
use leptos::config::LeptosOptions;
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use tenancy::resolution::Site;

/// Every page, every server function, and the page for a path that does not exist.
pub(crate) fn router(options: LeptosOptions) -> Router {
    let shell = {
        let options = options.clone();
        move || app::shell(options.clone())
    };
    Router::new()
        .route("/brand/icon.svg", get(icon))
        .route("/admin/documents/{id}/content", get(app::document_content))
        .route("/admin/legal/{kind}/draft", post(app::write_draft))
        .leptos_routes_with_context(&options, generate_route_list(app::App), || (), shell)
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn(redirect_everybody))
        .with_state(options)
}

/// What is no page either: for a person in a browser the application's own page that says so.
async fn nothing_here(State(options): State<LeptosOptions>, request: Request) -> Response {
    let path = request.uri().path();
    let wants_page =
        request.method() == axum::http::Method::GET && accepts_pages(request.headers());
    if path.starts_with("/api/") || path == "/api" || path.starts_with("/_fn/") || !wants_page {
        return Error::new(
            Kind::NotFound,
            "not_found",
            "There is nothing at this path.",
        )
        .into_response();
    }
    let shell = move || app::shell(options.clone());
    let mut page = render_app_async_with_context(|| (), shell)(request).await;
    if page.status() == StatusCode::OK {
        *page.status_mut() = StatusCode::NOT_FOUND;
    }
    page
}

/// The framework redirects whoever asks for HTML by name, and tells all others in a header that only its own client of
/// server functions reads. A page that moves has moved for everybody.
async fn redirect_everybody(request: Request, next: Next) -> Response {
    let is_page = !request.uri().path().starts_with("/_fn/");
    let mut response = next.run(request).await;
    if is_page
        && response.status() == StatusCode::OK
        && response.headers().contains_key(header::LOCATION)
    {
        *response.status_mut() = StatusCode::FOUND;
        response.headers_mut().remove("serverfnredirect");
    }
    response
}

async fn wrong_method() -> Error {
    Error::new(
        Kind::MethodNotAllowed,
        "method_not_allowed",
        "This path does not have this method; see the Allow header.",
    )
}

/// The browser tab's icon, in the brand of the host.
async fn icon(axum::Extension(site): axum::Extension<Site>) -> impl IntoResponse {
    let svg = match &site {
        Site::Platform => app::brand::icon_svg(None),
        Site::Tenant(tenant) => app::brand::icon_svg(Some(&tenant.branding)),
    };
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("image/svg+xml"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=300"),
        ),
        (header::VARY, HeaderValue::from_static("X-Tenant-Slug")),
    ];
    (headers, svg)
}

fn accepts_pages(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}
