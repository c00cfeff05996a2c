//! The edge: the one place where an error becomes the answer that its reader understands, with the request's id, and where
//! its cause is logged, once.
//!
//! A person gets a page in the tenant's brand, a server function's caller the error itself, everybody else the JSON body
//! of section 5. Refusals of the framework (a method that a path does not have, a body that is no text) become errors here
//! too, so that no answer has another shape.

use super::area::Area;
use app::{Theme, session::Cookies};
use axum::{
    Json,
    extract::Request,
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{
            ACCEPT, ACCEPT_LANGUAGE, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
            RETRY_AFTER,
        },
    },
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use kernel::{Error, Kind, Locale};
use tenancy::{Origin, resolution::Site};

/// Who reads the refusal.
enum Reader {
    Person(Locale, Option<Theme>),
    Function,
    Program,
}

pub(super) async fn edge(request: Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<Origin>()
        .map(|origin| origin.request_id.clone())
        .unwrap_or_default();
    let area = Area::of(request.uri().path());
    let reader = reader(area, &request);
    let mut response = next.run(request).await;
    if let Some(error) = refusal(area, &mut response) {
        log(&error);
        response = rewritten(response, &error, &reader, &id);
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

fn reader(area: Area, request: &Request) -> Reader {
    let accepts_pages = text(request.headers(), ACCEPT.as_str()).contains("text/html");
    let is_page =
        matches!(*request.method(), Method::GET | Method::HEAD | Method::POST) && area != Area::Api;
    if accepts_pages && is_page {
        let theme = Cookies::of(request.headers())
            .get("clube_theme")
            .and_then(Theme::parse);
        Reader::Person(locale(request.headers()), theme)
    } else if area == Area::Functions {
        Reader::Function
    } else {
        Reader::Program
    }
}

fn locale(headers: &HeaderMap) -> Locale {
    Cookies::of(headers)
        .get("clube_locale")
        .and_then(Locale::parse)
        .or_else(|| {
            text(headers, ACCEPT_LANGUAGE.as_str())
                .split(',')
                .find_map(Locale::parse)
        })
        .unwrap_or_default()
}

/// The error that a handler or a layer answered with, or the framework's refusal in our words.
fn refusal(area: Area, response: &mut Response) -> Option<Error> {
    if let Some(error) = response.extensions_mut().remove::<Error>() {
        return Some(error);
    }
    let status = response.status();
    let ours = text(response.headers(), CONTENT_TYPE.as_str());
    let is_bare = ours.is_empty() || (ours.starts_with("text/plain") && area != Area::Functions);
    ((status.is_client_error() || status.is_server_error()) && is_bare).then(|| of_status(status))
}

fn of_status(status: StatusCode) -> Error {
    let (kind, code, message) = match status {
        StatusCode::NOT_FOUND => (
            Kind::NotFound,
            "not_found",
            "There is nothing at this path.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            Kind::MethodNotAllowed,
            "method_not_allowed",
            "This path does not have this method; see the Allow header.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            Kind::TooLarge,
            "payload_too_large",
            "The body is larger than allowed.",
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => (
            Kind::UnsupportedMediaType,
            "unsupported_media_type",
            "This path does not read this type of body.",
        ),
        StatusCode::UNPROCESSABLE_ENTITY => (
            Kind::Invalid,
            "validation_failed",
            "Some fields are not valid.",
        ),
        StatusCode::SERVICE_UNAVAILABLE => (Kind::Unavailable, "unavailable", "Try again later."),
        other if other.is_client_error() => (
            Kind::BadRequest,
            "bad_request",
            "The request cannot be read.",
        ),
        other => return Error::internal(format!("answered {other} without an error")),
    };
    Error::new(kind, code, message)
}

fn log(error: &Error) {
    let cause = error.cause().unwrap_or_default();
    let code = error.code.as_ref();
    match error.kind {
        Kind::Internal => tracing::error!(code, cause, "failed"),
        Kind::Unavailable => tracing::warn!(code, cause, "unavailable"),
        _ => tracing::debug!(code, cause, "refused"),
    }
}

/// The same answer with another body; other headers that the handler set (limits, allowed methods, cookies) stay.
fn rewritten(response: Response, error: &Error, reader: &Reader, id: &str) -> Response {
    let (mut parts, _) = response.into_parts();
    let status =
        StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = match reader {
        Reader::Person(locale, theme) => {
            let branding = match parts.extensions.get::<Site>() {
                Some(Site::Tenant(tenant)) => Some(&tenant.branding),
                _ => None,
            };
            let page = app::refusal::page(error, branding, *locale, *theme, id);
            if let Ok(policy) = HeaderValue::from_str(&page.policy) {
                parts.headers.insert(CONTENT_SECURITY_POLICY, policy);
            }
            Html(page.html).into_response()
        }
        Reader::Function => Json(error).into_response(),
        Reader::Program => Json(error.body(Some(id))).into_response(),
    };
    parts.status = status;
    parts.headers.remove(CONTENT_LENGTH);
    for name in [CONTENT_TYPE, CONTENT_LENGTH] {
        if let Some(value) = body.headers().get(&name) {
            parts.headers.insert(name, value.clone());
        }
    }
    if let Some(seconds) = error.retry_after {
        parts
            .headers
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Response::from_parts(parts, body.into_body())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}
