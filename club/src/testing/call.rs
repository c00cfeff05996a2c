//! A request and its answer.

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderMap, header},
    response::Response,
};
use http_body_util::BodyExt;
use serde_json::Value;
use std::collections::BTreeSet;
use tenancy::Origin;

/// A request in the making.
#[derive(Debug)]
pub(crate) struct Call {
    request: axum::http::request::Builder,
    body: Body,
}

impl Call {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self {
            request: Request::builder()
                .method(method)
                .uri(path)
                .header(header::HOST, "localhost:8033"),
            body: Body::empty(),
        }
    }

    pub(crate) fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    pub(crate) fn post(path: &str) -> Self {
        Self::new("POST", path)
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// As it comes from this address.
    pub(crate) fn from(mut self, ip: &str) -> Self {
        let ip = Some(ip.parse().expect("an address"));
        let origin = Origin {
            ip,
            ..Origin::default()
        };
        self.request = self.request.extension(origin);
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.raw(&body.to_string())
            .header("content-type", "application/json")
    }

    pub(crate) fn raw(mut self, body: &str) -> Self {
        self.body = Body::from(body.to_owned());
        self
    }

    /// A form of these parts; each says that it is a PNG, whatever it is.
    pub(crate) fn multipart(mut self, parts: &[(&str, &[u8])]) -> Self {
        let mut body = Vec::new();
        for (name, bytes) in parts {
            let head = format!(
                "--edge\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"a.png\"\r\n\
                 content-type: image/png\r\n\r\n"
            );
            body.extend(head.as_bytes());
            body.extend(*bytes);
            body.extend(b"\r\n");
        }
        body.extend(b"--edge--\r\n");
        self.body = Body::from(body);
        self.header("content-type", "multipart/form-data; boundary=edge")
    }

    pub(super) fn into_request(self) -> Request {
        self.request.body(self.body).expect("a request")
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// `null` when there is none; what is not JSON, as text.
    pub(crate) body: Value,
    /// As it came.
    pub(crate) bytes: Bytes,
}

impl Reply {
    pub(super) async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body: if bytes.is_empty() {
                Value::Null
            } else {
                serde_json::from_slice(&bytes)
                    .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()))
            },
            bytes,
        }
    }

    /// The code of a refusal.
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }
}

/// The different answers to one request that was sent many times at once with one key; where there is none, it was said
/// that another is running.
pub(crate) fn created(replies: Vec<Reply>) -> BTreeSet<String> {
    let (created, others): (Vec<_>, Vec<_>) = replies.into_iter().partition(|it| it.status == 201);
    for reply in others {
        assert_eq!(
            (reply.status, reply.code()),
            (409, "idempotency_in_progress")
        );
    }
    created.iter().map(|it| it.body.to_string()).collect()
}
