//! The error as an HTTP answer: the one place where it becomes a status and a body.

use super::{Error, Kind};
use axum::{
    Json,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{RETRY_AFTER, WWW_AUTHENTICATE},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::{borrow::Cow, collections::BTreeMap};

/// The JSON body of every refusal (section 5), except the bare ones of section 4.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorBody<'a> {
    /// Short title.
    pub error: &'a str,
    /// A sentence for the developer who reads it.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub message: &'a str,
    /// Stable name of the reason, in `snake_case`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'a str>,
    /// Input field → stable reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<&'a str, &'a str>,
    /// The request's id, also in the `X-Request-Id` header.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<&'a str>,
    /// Members that single refusals add (`module`).
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: BTreeMap<&'a str, &'a str>,
}

fn pairs<'a>(
    map: &'a BTreeMap<Cow<'static, str>, Cow<'static, str>>,
) -> BTreeMap<&'a str, &'a str> {
    map.iter()
        .map(|(name, value)| (name.as_ref(), value.as_ref()))
        .collect()
}

impl Error {
    /// The body as it is sent; bare errors say nothing of the request.
    pub fn body<'a>(&'a self, request_id: Option<&'a str>) -> ErrorBody<'a> {
        ErrorBody {
            error: self.title(),
            message: &self.message,
            code: (!self.bare).then_some(self.code.as_ref()),
            fields: pairs(&self.fields),
            request_id: request_id.filter(|_| !self.bare),
            extra: pairs(&self.extra),
        }
    }

    /// The whole answer. The edge calls this with the request's id; it is also what `into_response` gives.
    pub fn response(self, request_id: Option<&str>) -> Response {
        let status =
            StatusCode::from_u16(self.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.body(request_id))).into_response();
        self.describe(response.headers_mut());
        response.extensions_mut().insert(self);
        response
    }

    /// What the client should do next: sign in, or wait and for how long.
    fn describe(&self, headers: &mut HeaderMap) {
        if self.kind == Kind::Unauthenticated {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let (Some(limit), Some(seconds)) = (self.limit, self.retry_after) {
            headers.insert("ratelimit-limit", HeaderValue::from(limit));
            headers.insert("ratelimit-remaining", HeaderValue::from(0));
            headers.insert("ratelimit-reset", HeaderValue::from(seconds));
        }
    }
}

/// Puts the error into the response's extensions too: the edge finds it there, logs it once and adds the request id.
impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.response(None)
    }
}
