//! The JSON API's description, made from its code, and a page to read it: `/api/openapi.json` and `/api/docs`. Both work
//! without internet: the reader's files are inside the binary.

use axum::{
    Json, Router,
    extract::Path,
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    middleware::map_response,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use kernel::Error;
use std::sync::Arc;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

/// The reader sets style attributes and shows its pictures as data; it loads nothing from elsewhere.
const READER: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The reader's own page loads its files relatively, so it would have to be sent on to `/api/docs/` first.
const PAGE: &str = r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Clube Digital: API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/swagger-ui-standalone-preset.js"></script>
<script src="/api/docs/swagger-initializer.js"></script>
</body>
</html>
"#;

/// The description and its reader.
pub(crate) fn router(api: OpenApi) -> Router {
    let api = Arc::new(api);
    // Nobody outside is asked whether the description is valid.
    let config = Config::from("/api/openapi.json")
        .validator_url("none")
        .try_it_out_enabled(true)
        .persist_authorization(false);
    let config = Arc::new(config);
    let reader = Router::new()
        .route("/api/docs", get(Html(PAGE)))
        .route("/api/docs/", get(Html(PAGE)))
        .route(
            "/api/docs/{*file}",
            get(move |Path(name): Path<String>| async move { file(&name, config) }),
        )
        .layer(map_response(read));
    Router::new()
        .route(
            "/api/openapi.json",
            get(move || async move { Json(api.as_ref().clone()) }),
        )
        .merge(reader)
}

/// One of the reader's own files.
fn file(name: &str, config: Arc<Config<'static>>) -> Result<Response, Error> {
    let file = utoipa_swagger_ui::serve(name, config)
        .map_err(Error::internal)?
        .ok_or_else(|| Error::not_found("file"))?;
    let mut answer = ([(CONTENT_TYPE, file.content_type)], file.bytes.into_owned()).into_response();
    if file.gzpipped {
        answer
            .headers_mut()
            .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(answer)
}

async fn read(mut response: Response) -> Response {
    let is_refusal = !response.status().is_success();
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(READER));
    let kept = if is_refusal {
        "no-store"
    } else {
        "public, max-age=3600"
    };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(kept));
    response
}
