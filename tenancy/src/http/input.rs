//! Path and query parameters, and how a parser's complaint becomes a field and a stable reason.

use axum::{
    extract::{
        FromRequestParts,
        path::ErrorKind,
        rejection::{PathRejection, QueryRejection},
    },
    http::{Uri, request::Parts},
};
use kernel::Error;
use serde::de::DeserializeOwned;
use std::error::Error as _;

/// The parameters behind the `?`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Query<T>(pub T);

/// The parameters in the path.
#[derive(Clone, Copy, Debug, Default)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let axum::extract::Query(value) = axum::extract::Query::from_request_parts(parts, state)
            .await
            .map_err(|rejection| wrong_query(&rejection))?;
        match without_text(&parts.uri) {
            Some(name) => Err(Error::invalid(name, "invalid")),
            None => Ok(Self(value)),
        }
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(wrong_path)
    }
}

/// The parameter with a character that no database holds as text, U+0000.
fn without_text(uri: &Uri) -> Option<String> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri).ok()?;
    let mut pairs = pairs.0.into_iter();
    pairs.find_map(|(name, value)| value.contains('\0').then_some(name))
}

/// The innermost complaint reads `field: what is wrong`, or only what is wrong.
fn wrong_query(rejection: &QueryRejection) -> Error {
    let message = rejection
        .source()
        .map(ToString::to_string)
        .unwrap_or_default();
    let (path, message) = message.split_once(": ").unwrap_or((".", &message));
    let (field, reason) = refused_field(path, message);
    Error::invalid(field, reason)
}

fn wrong_path(rejection: PathRejection) -> Error {
    match rejection {
        PathRejection::FailedToDeserializePathParams(failure) => match failure.into_kind() {
            ErrorKind::ParseErrorAtKey { key, .. } | ErrorKind::DeserializeError { key, .. } => {
                Error::invalid(key, "invalid")
            }
            _ => Error::invalid("id", "invalid"),
        },
        other => Error::internal(other),
    }
}

/// Which field a parser complains of, and why, in a stable word.
pub(super) fn refused_field(path: &str, message: &str) -> (String, String) {
    let named = |text: &str| text.split('`').next().unwrap_or_default().to_owned();
    for (complaint, reason) in [
        ("unknown field `", "unknown"),
        ("missing field `", "required"),
        ("duplicate field `", "duplicate"),
    ] {
        if let Some(rest) = message.strip_prefix(complaint) {
            return (below(path, &named(rest)), reason.to_owned());
        }
    }
    let field = if path == "." || path == "?" {
        "body"
    } else {
        path
    };
    let reason = if message.starts_with("invalid type") {
        "wrong_type"
    } else if is_reason(message) {
        message
    } else {
        "invalid"
    };
    (field.to_owned(), reason.to_owned())
}

/// The field inside of what the path names; the parser may or may not have counted it into the path already.
fn below(path: &str, field: &str) -> String {
    if path == "." || path == "?" || path == field || path.ends_with(&format!(".{field}")) {
        return if path.ends_with(field) { path } else { field }.to_owned();
    }
    format!("{path}.{field}")
}

/// Our own types complain with the stable reason itself.
fn is_reason(message: &str) -> bool {
    !message.is_empty()
        && message
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;
    use kernel::PageRequest;
    use std::collections::HashMap;

    async fn read(query: &str) -> Result<PageRequest, Error> {
        let (mut parts, ()) = Request::builder()
            .uri(format!("/api/things?{query}"))
            .body(())
            .expect("a request")
            .into_parts();
        Query::from_request_parts(&mut parts, &())
            .await
            .map(|Query(page)| page)
    }

    #[tokio::test]
    async fn names_the_parameter_that_no_database_holds() {
        let ask = async |query: &str| {
            let uri = format!("/api/things?{query}");
            let request = Request::builder().uri(uri).body(()).expect("a request");
            let (mut parts, ()) = request.into_parts();
            let read = Query::<HashMap<String, String>>::from_request_parts(&mut parts, &()).await;
            read.map(|Query(values)| values.len())
        };
        assert_eq!(ask("a=%30&search=caf%C3%A9").await, Ok(2));
        for query in ["a=1&search=%00", "sear%63h=caf%C3%A9%00&a=1"] {
            assert_eq!(ask(query).await, Err(Error::invalid("search", "invalid")));
        }
    }

    #[tokio::test]
    async fn names_the_parameter_that_is_wrong() {
        assert_eq!(read("limit=5").await.map(|page| page.limit), Ok(Some(5)));
        for (query, field, reason) in [
            ("limit=many", "limit", "invalid"),
            ("cursor=1", "cursor", "invalid"),
            ("offset=1", "offset", "unknown"),
            ("limit=1&limit=2", "limit", "duplicate"),
        ] {
            assert_eq!(
                read(query).await,
                Err(Error::invalid(field, reason)),
                "{query}"
            );
        }
    }
}
