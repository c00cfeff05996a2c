//! JSON in and out.

use super::input::refused_field;
use axum::{
    body::Bytes,
    extract::{FromRequest, Request, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use kernel::{Error, Kind};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::error::Category;

/// A JSON body, read or answered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        if !is_json(request.headers()) {
            return Err(unsupported_media_type());
        }
        let body = Bytes::from_request(request, state)
            .await
            .map_err(unreadable)?;
        read(&body).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase());
    media_type.is_some_and(|it| {
        it == "application/json" || (it.starts_with("application/") && it.ends_with("+json"))
    })
}

pub(super) fn unsupported_media_type() -> Error {
    Error::new(
        Kind::UnsupportedMediaType,
        "unsupported_media_type",
        "Send the body as application/json.",
    )
}

pub(super) fn too_large() -> Error {
    Error::new(
        Kind::TooLarge,
        "payload_too_large",
        "The body is larger than 1 MB.",
    )
}

/// The refusal of a body that could not be read to its end.
pub fn unreadable(rejection: BytesRejection) -> Error {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_large()
    } else {
        Error::bad_request("unreadable_body", "The body ended early.").because(rejection)
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        refusal(&path, &error.into_inner())
    })?;
    deserializer.end().map_err(|error| refusal(".", &error))?;
    Ok(value)
}

fn refusal(path: &str, error: &serde_json::Error) -> Error {
    if error.classify() == Category::Data {
        let message = error.to_string();
        // serde_json adds where it stopped; the reason is what stands before.
        let message = message
            .rsplit_once(" at line ")
            .map_or(message.as_str(), |(message, _)| message);
        let (field, reason) = refused_field(path, message);
        Error::invalid(field, reason)
    } else {
        Error::bad_request("malformed_json", format!("The body is not JSON: {error}."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is tested")]
    struct Sale {
        price: u32,
        buyer: Buyer,
        #[serde(default)]
        slug: Option<kernel::Slug>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is tested")]
    struct Buyer {
        first_name: String,
    }

    fn refused(body: &str) -> Error {
        read::<Sale>(body.as_bytes()).expect_err("a refusal")
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        for (body, field, reason) in [
            (
                r#"{"price":1,"buyer":{"firstName":"Ana"},"admin":true}"#,
                "admin",
                "unknown",
            ),
            (r#"{"price":1}"#, "buyer", "required"),
            (
                r#"{"price":"1","buyer":{"firstName":"Ana"}}"#,
                "price",
                "wrong_type",
            ),
            (
                r#"{"price":-1,"buyer":{"firstName":"Ana"}}"#,
                "price",
                "invalid",
            ),
            (
                r#"{"price":1,"buyer":{"firstName":null}}"#,
                "buyer.firstName",
                "wrong_type",
            ),
            (
                r#"{"price":1,"buyer":{"firstName":"Ana","role":1}}"#,
                "buyer.role",
                "unknown",
            ),
            (r#"{"price":1,"buyer":{}}"#, "buyer.firstName", "required"),
            (
                r#"{"price":1,"price":1,"buyer":{"firstName":"Ana"}}"#,
                "price",
                "duplicate",
            ),
            (
                r#"{"price":1,"buyer":{"firstName":"Ana"},"slug":"api"}"#,
                "slug",
                "reserved",
            ),
            ("1", "body", "wrong_type"),
        ] {
            let error = refused(body);
            assert_eq!(error, Error::invalid(field, reason), "{body}");
        }
    }

    #[test]
    fn tells_malformed_from_wrong() {
        for body in ["", "{", "{\"price\":1,}", "nul", "{} {}", "\u{1}"] {
            let error = read::<serde_json::Value>(body.as_bytes()).expect_err("a refusal");
            assert_eq!(
                (error.kind, error.code.as_ref()),
                (Kind::BadRequest, "malformed_json"),
                "{body}"
            );
        }
    }
}
