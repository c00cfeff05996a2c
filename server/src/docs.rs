//! The JSON API's description, made from its code, and a page to read it: `/api/openapi.json` and `/api/docs`. Both work
//! without internet: the reader's files are inside the binary.

use axum::{
    Json, Router,
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY},
    },
    middleware::map_response,
    response::Response,
    routing::get,
};
use std::sync::Arc;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// The reader sets style attributes and shows its pictures as data; it loads nothing from elsewhere.
const READER: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The description and its reader.
pub(crate) fn router(api: OpenApi) -> Router {
    let api = Arc::new(api);
    // Nobody outside is asked whether the description is valid.
    let config = Config::from("/api/openapi.json")
        .validator_url("none")
        .try_it_out_enabled(true)
        .persist_authorization(false);
    let reader = Router::from(SwaggerUi::new("/api/docs").config(config)).layer(map_response(read));
    Router::new()
        .route(
            "/api/openapi.json",
            get(move || async move { Json(api.as_ref().clone()) }),
        )
        .merge(reader)
}

async fn read(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(READER));
    headers.insert(
        CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=3600"),
    );
    response
}
