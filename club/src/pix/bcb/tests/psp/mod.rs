//! An institution on the loopback interface, as strict as the contract is: it checks what we send against the shapes of
//! the API Pix and can be told to fail like a real one.

mod charges;
mod payments;
mod payouts;
mod shapes;
mod webhooks;

use axum::{
    Json, Router,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post, put},
    serve::Listener,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
};
use tokio::net::TcpListener;

/// What goes wrong with a request that has a good token.
pub(crate) enum Mishap {
    /// Nothing is done; this status.
    Status(u16),
    /// Nothing is done and nothing is ever answered.
    Silent,
    /// It is done, but this status comes instead of the answer.
    Lost(u16),
    /// It is done, but the answer never comes.
    Late,
    /// It is done, but the answer breaks off.
    Garbled,
}

#[derive(Default)]
pub(crate) struct Account {
    pub(crate) mishaps: VecDeque<Mishap>,
    /// The status of the token's address, when it is not to give any.
    pub(crate) token_status: Option<u16>,
    pub(crate) tokens_given: u32,
    /// The token that is good now.
    pub(crate) token: Option<String>,
    /// Methods and paths, in the order in which they came.
    pub(crate) seen: Vec<String>,
    pub(crate) cobs: BTreeMap<String, Value>,
    pub(crate) pix: Vec<Value>,
    pub(crate) webhooks: BTreeMap<String, Value>,
    /// Whether whoever set the last one said that their server does not ask for our certificate.
    pub(crate) skips_mutual_tls: bool,
    /// Payouts by our id.
    pub(crate) sent: BTreeMap<String, Value>,
}

/// The institution; it goes away with the test's runtime.
#[derive(Clone)]
pub(crate) struct Psp {
    pub(crate) url: String,
    account: Arc<Mutex<Account>>,
}

type Answer = (StatusCode, Json<Value>);

impl Psp {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        Self::serve(listener, format!("http://{address}"))
    }

    /// Serves whoever the listener lets in.
    pub(super) fn serve<L>(listener: L, url: String) -> Self
    where
        L: Listener,
        L::Addr: std::fmt::Debug,
    {
        let psp = Self {
            url,
            account: Arc::default(),
        };
        let router = router(psp.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        psp
    }

    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().expect("no test panics with it")
    }

    pub(crate) fn next(&self, mishap: Mishap) {
        self.account().mishaps.push_back(mishap);
    }

    /// How often something with this method came.
    pub(crate) fn count(&self, method: &str) -> usize {
        self.account()
            .seen
            .iter()
            .filter(|seen| seen.starts_with(method))
            .count()
    }
}

fn router(psp: Psp) -> Router {
    Router::new()
        .route(
            "/v2/cob/{txid}",
            put(charges::make_charge)
                .get(charges::charge)
                .patch(charges::change_charge),
        )
        .route("/v2/pix", get(payments::list))
        .route("/v2/pix/{id}", get(payments::one))
        .route(
            "/v2/pix/{id}/devolucao/{refund}",
            put(payments::refund).get(payments::known_refund),
        )
        .route(
            "/v2/webhook/{key}",
            put(webhooks::set_webhook).get(webhooks::webhook),
        )
        .route("/v3/gn/pix/{id}", put(payouts::send))
        .route("/v2/gn/pix/enviados/id-envio/{id}", get(payouts::sent))
        .route(
            "/v2/gn/saldo",
            get(|| async { Json(json!({ "saldo": "1234.56" })) }),
        )
        .layer(from_fn_with_state(psp.clone(), gate))
        .route("/oauth/token", post(token))
        .with_state(psp)
}

async fn token(State(psp): State<Psp>, headers: HeaderMap, form: String) -> Answer {
    // club:segredo
    let known = headers
        .get("authorization")
        .is_some_and(|value| value == "Basic Y2x1YjpzZWdyZWRv");
    let mut account = psp.account();
    if let Some(status) = account.token_status {
        return (
            StatusCode::from_u16(status).expect("a status"),
            Json(json!({})),
        );
    }
    if !known || form != "grant_type=client_credentials&scope=cob.write+pix.send" {
        return (
            StatusCode::UNAUTHORIZED,
            Json(json!({ "error": "invalid_client" })),
        );
    }
    account.tokens_given += 1;
    let token = format!("token-{}", account.tokens_given);
    account.token = Some(token.clone());
    let granted =
        json!({ "access_token": token, "token_type": "Bearer", "expires_in": 3600, "scope": "" });
    (StatusCode::OK, Json(granted))
}

/// Lets pass who has the token, and brings about what is to go wrong.
async fn gate(State(psp): State<Psp>, request: Request, next: Next) -> Response {
    let mishap = {
        let mut account = psp.account();
        account
            .seen
            .push(format!("{} {}", request.method(), request.uri().path()));
        let expected = account
            .token
            .as_ref()
            .map(|token| format!("Bearer {token}"));
        let given = request
            .headers()
            .get("authorization")
            .and_then(|value| value.to_str().ok());
        if given.is_none() || given != expected.as_deref() {
            return problem(401, "AcessoNegado", &[]).into_response();
        }
        account.mishaps.pop_front()
    };
    match mishap {
        None => next.run(request).await,
        Some(Mishap::Status(status)) => problem(status, "ServicoIndisponivel", &[]).into_response(),
        Some(Mishap::Lost(status)) => {
            next.run(request).await;
            problem(status, "ServicoIndisponivel", &[]).into_response()
        }
        Some(Mishap::Silent) => std::future::pending().await,
        Some(Mishap::Late) => {
            next.run(request).await;
            std::future::pending().await
        }
        Some(Mishap::Garbled) => {
            let answer = next.run(request).await;
            (answer.status(), Body::from("{\"txid\": \"meio")).into_response()
        }
    }
}

pub(crate) fn problem(status: u16, kind: &str, violations: &[(&str, &str)]) -> Answer {
    let violations: Vec<_> = violations
        .iter()
        .map(|(field, reason)| json!({ "propriedade": field, "razao": reason, "valor": "11144477735" }))
        .collect();
    let body = json!({
        "type": format!("https://pix.bcb.gov.br/api/v2/error/{kind}"),
        "title": "Recusado", "status": status, "detail": "Detalhe.", "violacoes": violations,
    });
    (StatusCode::from_u16(status).expect("a status"), Json(body))
}
