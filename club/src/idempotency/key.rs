//! The key of a request, and what it stands for.

use aws_lc_rs::digest::{Context, SHA256};
use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, Method},
};
use kernel::{Error, Result};
use serde::de::DeserializeOwned;
use tenancy::http::Json;
use utoipa::IntoParams;

const HEADER: &str = "idempotency-key";
const LONGEST: usize = 255;

/// The header of a request that moves money.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Header)]
pub struct KeyHeader {
    /// Chosen by the client, one for each thing that it wants to happen, for example a UUID: 1 to 255 visible ASCII
    /// characters. The same key with the same request is answered again and does nothing; with another request it is
    /// `idempotency_key_reused`; while the first is still running, `idempotency_in_progress`.
    #[param(
        rename = "Idempotency-Key",
        min_length = 1,
        max_length = 255,
        pattern = "^[!-~]+$",
        example = "4f1c9d4e-8f5e-4f53-9a7d-0c8b1b5a1c11"
    )]
    #[expect(dead_code, reason = "it only stands in the document")]
    idempotency_key: String,
}

/// What a client calls a request, and a digest of the request itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    pub(super) name: String,
    pub(super) request_hash: Vec<u8>,
}

impl Key {
    /// The key of this request. Errors: `idempotency_key_invalid` when it is empty, too long or has characters that are
    /// not visible ASCII.
    pub fn new(name: &str, method: &str, path: &str, body: &[u8]) -> Result<Self> {
        let visible = name.bytes().all(|byte| byte.is_ascii_graphic());
        if name.is_empty() || name.len() > LONGEST || !visible {
            return Err(Error::bad_request(
                "idempotency_key_invalid",
                "An Idempotency-Key has 1 to 255 visible ASCII characters.",
            ));
        }
        let mut digest = Context::new(&SHA256);
        // Neither a method nor a path has a line break, so no two requests look alike.
        for part in [method.as_bytes(), b"\n", path.as_bytes(), b"\n", body] {
            digest.update(part);
        }
        Ok(Self {
            name: name.to_owned(),
            request_hash: digest.finish().as_ref().to_vec(),
        })
    }

    /// What the client calls its request.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    fn of_request(method: &Method, path: &str, headers: &HeaderMap, body: &[u8]) -> Result<Self> {
        let mut values = headers.get_all(HEADER).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(Error::bad_request(
                "idempotency_key_required",
                "Send one Idempotency-Key header with a request that moves money.",
            ));
        };
        let name = value.to_str().unwrap_or_default();
        Self::new(name, method.as_str(), path, body)
    }
}

/// A JSON body with the key under which it acts once.
#[derive(Clone, Debug)]
pub struct Once<T> {
    /// The key.
    pub key: Key,
    /// What the body says.
    pub input: T,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Once<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let (parts, body) = request.into_parts();
        // The router took the prefix off `uri`; the whole path is what the client asked for.
        let path = parts
            .extensions
            .get::<axum::extract::OriginalUri>()
            .map_or(parts.uri.path(), |original| original.path())
            .to_owned();
        let (method, headers) = (parts.method.clone(), parts.headers.clone());
        // The key is asked for before the body is looked at.
        Key::of_request(&method, &path, &headers, &[])?;
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), state)
            .await
            .map_err(tenancy::http::unreadable)?;
        let key = Key::of_request(&method, &path, &headers, &bytes)?;
        let again = Request::from_parts(parts, Body::from(bytes));
        let Json(input) = Json::from_request(again, state).await?;
        Ok(Self { key, input })
    }
}
