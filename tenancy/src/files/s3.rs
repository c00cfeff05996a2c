//! Files in a bucket of S3, or of any store that speaks its protocol.

use axum::body::{Body, to_bytes};
use kernel::{Error, Result};
use object_store::{
    ClientOptions, ObjectStore, RetryConfig,
    aws::AmazonS3Builder,
    client::{
        HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
    },
};
use secrecy::{ExposeSecret, SecretString};
use std::{sync::Arc, time::Duration};

/// How long a connection may take to open.
const CONNECT: Duration = Duration::from_secs(5);
/// How long one try may take: ten megabytes over a slow line.
const TRY: Duration = Duration::from_secs(20);
/// How often a try that failed is repeated, and until when.
const TRIES: (usize, Duration) = (2, Duration::from_secs(10));

/// A bucket, and how to get in.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// The store's address, like `https://minio.example:9000`; `None`: Amazon's of the region.
    pub endpoint: Option<String>,
    /// Where it is, like `sa-east-1`; stores other than Amazon's take any.
    pub region: String,
    /// Which key the requests are signed with.
    pub key_id: String,
    /// That key.
    pub key: SecretString,
}

/// The store that a bucket is.
pub(super) fn store(bucket: &Bucket) -> Result<Arc<dyn ObjectStore>> {
    let client = reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .timeout(TRY)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(Error::internal)?;
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&bucket.name)
        .with_region(&bucket.region)
        .with_access_key_id(&bucket.key_id)
        .with_secret_access_key(bucket.key.expose_secret())
        // Not every store takes many at once, and we remove one.
        .with_disable_bulk_delete(true)
        .with_retry(RetryConfig {
            max_retries: TRIES.0,
            retry_timeout: TRIES.1,
            ..RetryConfig::default()
        })
        .with_http_connector(Connector(client));
    if let Some(endpoint) = &bucket.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    Ok(Arc::new(builder.build().map_err(Error::internal)?))
}

/// Sends the store's requests by the client that the payment providers are reached by. The store's own connector would
/// have that client speak HTTP/2 with everybody.
#[derive(Clone, Debug)]
struct Connector(reqwest::Client);

impl HttpConnector for Connector {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait::async_trait]
impl HttpService for Connector {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let body = to_bytes(Body::new(body), usize::MAX)
            .await
            .map_err(|error| HttpError::new(HttpErrorKind::Request, error))?;
        let answer = self
            .0
            .request(parts.method, parts.uri.to_string())
            .headers(parts.headers)
            .body(body)
            .send()
            .await
            .map_err(failure)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut response = HttpResponse::new(answer.bytes().await.map_err(failure)?.into());
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

/// Only what certainly did not arrive is tried again whatever it was.
fn failure(error: reqwest::Error) -> HttpError {
    let kind = if error.is_connect() {
        HttpErrorKind::Connect
    } else if error.is_timeout() {
        HttpErrorKind::Timeout
    } else {
        HttpErrorKind::Interrupted
    };
    HttpError::new(kind, error.without_url())
}
