//! Reading a multipart request with one file.

use super::{LARGEST, operations::too_large};
use axum::{
    body::Bytes,
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::StatusCode,
};
use kernel::{Error, Kind, Result};
use std::collections::BTreeMap;

/// The most parts that are read besides the file.
const MOST_FIELDS: usize = 8;
/// The longest of them, in bytes.
const LONGEST_FIELD: usize = 1024;

/// A multipart body with one part `file` and, beside it, short fields of text. A handler takes the fields that it knows
/// and then the file, which refuses fields that nobody took. Its route needs the layer
/// `DefaultBodyLimit::max(tenancy::http::UPLOAD_LIMIT)`.
#[derive(Debug)]
pub struct Upload {
    file: Option<Bytes>,
    fields: BTreeMap<String, String>,
}

impl Upload {
    /// Takes a field; `None` when it was not sent.
    pub fn field(&mut self, name: &str) -> Option<String> {
        self.fields.remove(name)
    }

    /// The file. Errors: field `file` `required`, and `unknown` for a field that was sent and not taken.
    pub fn file(self) -> Result<Bytes> {
        if let Some((name, _)) = self.fields.into_iter().next() {
            return Err(Error::invalid(name, "unknown"));
        }
        self.file.ok_or_else(|| Error::invalid("file", "required"))
    }

    async fn read(mut parts: Multipart) -> Result<Self> {
        let mut upload = Self {
            file: None,
            fields: BTreeMap::new(),
        };
        while let Some(part) = parts.next_field().await.map_err(unreadable)? {
            let name = part.name().unwrap_or_default().to_owned();
            if name == "file" {
                let bytes = part.bytes().await.map_err(unreadable)?;
                if bytes.len() > LARGEST {
                    return Err(too_large());
                }
                if upload.file.replace(bytes).is_some() {
                    return Err(Error::invalid("file", "duplicate"));
                }
                continue;
            }
            if upload.fields.len() == MOST_FIELDS {
                return Err(Error::invalid(name, "unknown"));
            }
            let text = short_text(part, &name).await?;
            if upload.fields.insert(name.clone(), text).is_some() {
                return Err(Error::invalid(name, "duplicate"));
            }
        }
        Ok(upload)
    }
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        let parts = Multipart::from_request(request, state)
            .await
            .map_err(|rejection| {
                Error::new(
                    Kind::UnsupportedMediaType,
                    "unsupported_media_type",
                    "Send the file as multipart/form-data, in a part named `file`.",
                )
                .because(rejection)
            })?;
        Self::read(parts).await
    }
}

async fn short_text(mut part: Field<'_>, name: &str) -> Result<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(unreadable)? {
        if bytes.len() + chunk.len() > LONGEST_FIELD {
            return Err(Error::invalid(name.to_owned(), "too_long"));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| Error::invalid(name.to_owned(), "invalid"))
}

fn unreadable(error: MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        too_large()
    } else {
        Error::bad_request(
            "malformed_multipart",
            "The body is not multipart/form-data.",
        )
        .because(error)
    }
}
