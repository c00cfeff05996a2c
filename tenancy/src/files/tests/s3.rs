//! A store that speaks S3's protocol, written from its description: it looks at method, path and signature.

use super::keeps_its_promises;
use crate::files::{Bucket, Files};
use aws_lc_rs::{digest, hmac};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use kernel::{Error, Result};
use std::{
    collections::BTreeMap,
    fmt::Write,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};

const KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// What it holds, by path, and the requests that it admitted.
#[derive(Default)]
struct Held {
    objects: BTreeMap<String, Bytes>,
    admitted: Vec<String>,
}

struct Store {
    address: SocketAddr,
    held: Arc<Mutex<Held>>,
    serving: JoinHandle<()>,
}

impl Drop for Store {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Store {
    async fn new() -> Self {
        let held = Arc::<Mutex<Held>>::default();
        let router = Router::new().fallback(answer).with_state(Arc::clone(&held));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Self {
            address,
            held,
            serving,
        }
    }

    fn files(&self, key: &str) -> Result<Files> {
        Files::bucket(&Bucket {
            name: "clube".to_owned(),
            endpoint: Some(format!("http://{}", self.address)),
            region: "sa-east-1".to_owned(),
            key_id: "AKIDEXAMPLE".to_owned(),
            key: key.into(),
        })
    }
}

async fn answer(
    State(held): State<Arc<Mutex<Held>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_signed(&method, &uri, &headers, &body) {
        return refused(StatusCode::FORBIDDEN, "SignatureDoesNotMatch");
    }
    let mut held = held.lock().expect("nobody panicked");
    let path = uri.path().to_owned();
    held.admitted.push(format!("{method} {path}"));
    match method {
        Method::PUT if headers["if-none-match"] == "*" && held.objects.contains_key(&path) => {
            refused(StatusCode::PRECONDITION_FAILED, "PreconditionFailed")
        }
        Method::PUT => {
            held.objects.insert(path, body);
            [("etag", "\"1\"")].into_response()
        }
        Method::DELETE => {
            held.objects.remove(&path);
            StatusCode::NO_CONTENT.into_response()
        }
        Method::GET if path == "/clube" => listed(&held.objects, uri.query().unwrap_or_default()),
        Method::GET => match held.objects.get(&path) {
            Some(bytes) => {
                let about = [
                    ("etag", "\"1\""),
                    ("last-modified", "Mon, 01 Jun 2026 12:00:00 GMT"),
                ];
                (about, bytes.clone()).into_response()
            }
            None => refused(StatusCode::NOT_FOUND, "NoSuchKey"),
        },
        _ => refused(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"),
    }
}

fn refused(status: StatusCode, code: &str) -> Response {
    (status, format!("<Error><Code>{code}</Code></Error>")).into_response()
}

fn listed(objects: &BTreeMap<String, Bytes>, query: &str) -> Response {
    let prefix = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("prefix="))
        .unwrap_or_default()
        .replace("%2F", "/");
    let mut list = "<ListBucketResult><IsTruncated>false</IsTruncated>".to_owned();
    for (path, bytes) in objects {
        let key = path.trim_start_matches("/clube/");
        if key.starts_with(&prefix) {
            let (size, at) = (bytes.len(), "2026-06-01T12:00:00.000Z");
            let _ = write!(
                list,
                "<Contents><Key>{key}</Key><LastModified>{at}</LastModified><ETag>\"1\"</ETag><Size>{size}</Size></Contents>"
            );
        }
    }
    (list + "</ListBucketResult>").into_response()
}

/// Version 4 of Amazon's signatures, in the header.
fn is_signed(method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (Some(given), Some(at), Some(digest)) = (
        text("authorization"),
        text("x-amz-date"),
        text("x-amz-content-sha256"),
    ) else {
        return false;
    };
    let part = |name: &str| {
        let (_, rest) = given.split_once(name)?;
        rest.split(',').next()
    };
    let (Some(scope), Some(names), Some(signature)) = (
        part("Credential=AKIDEXAMPLE/"),
        part("SignedHeaders="),
        part("Signature="),
    ) else {
        return false;
    };
    let signed: Vec<_> = names
        .split(';')
        .map(|name| format!("{name}:{}\n", text(name).unwrap_or_default().trim()))
        .collect();
    let mut query: Vec<_> = uri.query().unwrap_or_default().split('&').collect();
    query.sort_unstable();
    let request = format!(
        "{method}\n{}\n{}\n{}\n{names}\n{digest}",
        uri.path(),
        query.join("&"),
        signed.concat()
    );
    let to_sign = format!(
        "AWS4-HMAC-SHA256\n{at}\n{scope}\n{}",
        sha256(request.as_bytes())
    );
    let start = format!("AWS4{KEY}").into_bytes();
    let key = scope.split('/').fold(start, |key, step| mac(&key, step));
    let signs_what_matters = ["host", "x-amz-content-sha256", "x-amz-date"]
        .iter()
        .all(|name| names.split(';').any(|signed| signed == *name));
    signs_what_matters
        && scope.ends_with("/sa-east-1/s3/aws4_request")
        && digest == sha256(body)
        && signature == hex(&mac(&key, &to_sign))
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
}

fn sha256(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[tokio::test]
async fn a_bucket() -> Result<()> {
    let store = Store::new().await;
    keeps_its_promises(store.files(KEY)?).await?;
    let held = store.held.lock().expect("nobody panicked");
    let file = "/clube/00000000-0000-0000-0000-000000000001/00000000-0000-0000-0000-000000000003";
    assert_eq!(held.admitted[1], format!("PUT {file}"), "a folder a tenant");
    assert_eq!(held.admitted.last(), Some(&format!("GET {file}")));
    Ok(())
}

#[tokio::test]
async fn a_wrong_key_opens_no_bucket_and_is_in_no_error() -> Result<()> {
    let store = Store::new().await;
    let files = store.files("hunter2")?;
    let error = files.get(super::NAVI, super::PHOTO).await;
    let error = error.expect_err("refused");
    assert_eq!(error, Error::internal(""));
    assert!(!format!("{files:?} {error:?}").contains("hunter2"));
    Ok(())
}
