//! A span around each request, with its id and later its tenant on every line, and one line when it is answered. The path
//! is logged without its query: that may hold what a person typed; and without the secret that ends the address of a
//! provider's webhook.

use axum::{extract::Request, middleware::Next, response::Response};
use std::{borrow::Cow, time::Instant};
use tenancy::Origin;
use tracing::{Instrument, field};

/// What follows the provider's name behind this is a secret.
const WEBHOOKS: &str = "/pix/webhooks/";

pub(super) async fn trace(request: Request, next: Next) -> Response {
    let id = request
        .extensions()
        .get::<Origin>()
        .map(|origin| origin.request_id.clone())
        .unwrap_or_default();
    let span = tracing::info_span!(
        "request",
        id,
        method = %request.method(),
        path = &*shown(request.uri().path()),
        tenant = field::Empty,
    );
    let began = Instant::now();
    async move {
        let response = next.run(request).await;
        let ms = began.elapsed().as_millis();
        tracing::info!(status = response.status().as_u16(), ms, "answered");
        response
    }
    .instrument(span)
    .await
}

/// The path without its secret, wherever it stands: an address that is slightly wrong holds the same secret.
fn shown(path: &str) -> Cow<'_, str> {
    let Some(place) = path.find(WEBHOOKS) else {
        return path.into();
    };
    let provider = place + WEBHOOKS.len();
    match path[provider..].find('/') {
        Some(end) => format!("{}/…", &path[..provider + end]).into(),
        None => path.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, http::StatusCode, middleware::from_fn, routing::post};
    use std::{
        io,
        sync::{Arc, Mutex},
    };
    use tower::ServiceExt;
    use tracing_subscriber::fmt::MakeWriter;

    /// What was logged.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("no test panics with it").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl MakeWriter<'_> for Lines {
        type Writer = Self;

        fn make_writer(&self) -> Self {
            self.clone()
        }
    }

    #[tokio::test]
    async fn the_secret_of_a_webhook_is_not_logged() {
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(lines.clone())
            .finish();
        let _logging = tracing::subscriber::set_default(subscriber);
        let router = Router::new()
            .route(
                "/api/pix/webhooks/{provider}/{*rest}",
                post(|| async { StatusCode::OK }),
            )
            .layer(from_fn(trace));
        for path in [
            "/api/pix/webhooks/efi/segredo/pix?hmac=segredo",
            "/api//pix/webhooks/efi/segredo",
        ] {
            let request = Request::post(path).body(Body::empty()).expect("a request");
            router
                .clone()
                .oneshot(request)
                .await
                .expect("a router does not fail");
        }
        let logged = lines.0.lock().expect("no test panics with it").clone();
        let logged = String::from_utf8_lossy(&logged);
        assert_eq!(logged.matches("answered").count(), 2, "{logged}");
        assert_eq!(logged.matches("/pix/webhooks/efi/…").count(), 2, "{logged}");
        assert!(!logged.contains("segredo"), "{logged}");
    }

    #[test]
    fn other_paths_are_logged_whole() {
        for path in ["/", "/api/pix/webhooks/efi", "/api/pix/withdrawals/1/2"] {
            assert_eq!(shown(path), path);
        }
    }
}
