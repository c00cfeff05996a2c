//! An institution on the loopback interface, as strict as the contract is: it checks what we send against the shapes of
//! the API Pix and can be told to fail like a real one.

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, StatusCode},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post, put},
    serve::Listener,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard},
};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
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
            put(make_charge).get(charge).patch(change_charge),
        )
        .route("/v2/pix", get(list))
        .route("/v2/pix/{id}", get(one))
        .route(
            "/v2/pix/{id}/devolucao/{refund}",
            put(refund).get(known_refund),
        )
        .route("/v2/webhook/{key}", put(set_webhook).get(webhook))
        .route("/v3/gn/pix/{id}", put(send))
        .route("/v2/gn/pix/enviados/id-envio/{id}", get(sent))
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

fn is_amount(value: &Value) -> bool {
    let Some((whole, cents)) = value.as_str().and_then(|text| text.split_once('.')) else {
        return false;
    };
    let digits = |text: &str, most| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    digits(whole, 10) && cents.len() == 2 && digits(cents, 2)
}

fn only(value: &Value, fields: &[&str]) -> bool {
    value
        .as_object()
        .is_some_and(|object| object.keys().all(|key| fields.contains(&key.as_str())))
}

fn at_most(value: &Value, most: usize) -> bool {
    value.is_null()
        || value
            .as_str()
            .is_some_and(|text| text.chars().count() <= most)
}

fn is_person(value: &Value) -> bool {
    value.is_null()
        || only(value, &["cpf", "cnpj", "nome"])
            && value["cpf"].is_string() != value["cnpj"].is_string()
            && value["nome"].is_string()
}

/// `CobSolicitada`, with the patterns anchored.
fn violations(txid: &str, body: &Value) -> Vec<(&'static str, &'static str)> {
    let known = [
        "calendario",
        "devedor",
        "valor",
        "chave",
        "solicitacaoPagador",
    ];
    [
        (
            "txid",
            (26..=35).contains(&txid.len()) && txid.bytes().all(|b| b.is_ascii_alphanumeric()),
        ),
        ("cob", only(body, &known)),
        (
            "cob.valor.original",
            only(&body["valor"], &["original"]) && is_amount(&body["valor"]["original"]),
        ),
        (
            "cob.chave",
            body["chave"].is_string() && at_most(&body["chave"], 77),
        ),
        (
            "cob.calendario.expiracao",
            body["calendario"]["expiracao"].is_u64(),
        ),
        ("cob.devedor", is_person(&body["devedor"])),
        (
            "cob.solicitacaoPagador",
            at_most(&body["solicitacaoPagador"], 140),
        ),
    ]
    .into_iter()
    .filter_map(|(field, holds)| (!holds).then_some((field, "fora do padrão")))
    .collect()
}

async fn make_charge(
    State(psp): State<Psp>,
    Path(txid): Path<String>,
    Json(body): Json<Value>,
) -> Answer {
    let violations = violations(&txid, &body);
    let mut account = psp.account();
    if account.cobs.contains_key(&txid) {
        return problem(400, "CobOperacaoInvalida", &[("txid", "já existe")]);
    }
    if !violations.is_empty() {
        return problem(400, "CobOperacaoInvalida", &violations);
    }
    let mut cob = body;
    cob["txid"] = txid.clone().into();
    cob["revisao"] = 0.into();
    cob["status"] = "ATIVA".into();
    cob["calendario"]["criacao"] = "2026-03-01T12:00:00.123Z".into();
    cob["location"] = format!("pix.example.com/qr/v2/{txid}").into();
    cob["campoNovo"] = json!({ "de": "outra versão" });
    account.cobs.insert(txid, cob.clone());
    (StatusCode::CREATED, Json(cob))
}

async fn charge(State(psp): State<Psp>, Path(txid): Path<String>) -> Answer {
    match psp.account().cobs.get(&txid) {
        Some(cob) => (StatusCode::OK, Json(cob.clone())),
        None => problem(404, "CobNaoEncontrada", &[]),
    }
}

async fn change_charge(
    State(psp): State<Psp>,
    Path(txid): Path<String>,
    Json(body): Json<Value>,
) -> Answer {
    let mut account = psp.account();
    match account.cobs.get_mut(&txid) {
        Some(cob)
            if cob["status"] == "ATIVA"
                && body == json!({ "status": "REMOVIDA_PELO_USUARIO_RECEBEDOR" }) =>
        {
            cob["status"] = body["status"].clone();
            (StatusCode::OK, Json(cob.clone()))
        }
        Some(_) => problem(
            400,
            "CobOperacaoInvalida",
            &[("cob.status", "não está ATIVA")],
        ),
        None => problem(404, "CobNaoEncontrada", &[]),
    }
}

async fn list(State(psp): State<Psp>, Query(query): Query<HashMap<String, String>>) -> Answer {
    let moment = |name: &str| OffsetDateTime::parse(query.get(name)?, &Rfc3339).ok();
    let number = |name: &str| query.get(name)?.parse::<usize>().ok();
    let (Some(from), Some(to)) = (moment("inicio"), moment("fim")) else {
        return problem(400, "PixConsultaInvalida", &[("inicio", "obrigatório")]);
    };
    // As some institutions do.
    if to - from > Duration::days(5) {
        return problem(400, "PixConsultaInvalida", &[("fim", "mais de 5 dias")]);
    }
    let page = number("paginacao.paginaAtual").unwrap_or(0);
    // Two on a page, whatever was asked for.
    let size = number("paginacao.itensPorPagina").unwrap_or(100).min(2);
    let refunded = query
        .get("devolucaoPresente")
        .is_some_and(|value| value == "true");
    let within = |pix: &&Value| {
        let at = pix["horario"]
            .as_str()
            .and_then(|at| OffsetDateTime::parse(at, &Rfc3339).ok());
        at.is_none_or(|at| (from..=to).contains(&at)) && (!refunded || !pix["devolucoes"].is_null())
    };
    let found: Vec<Value> = psp.account().pix.iter().filter(within).cloned().collect();
    let paging = json!({
        "paginaAtual": page, "itensPorPagina": size,
        "quantidadeDePaginas": found.len().div_ceil(size).max(1), "quantidadeTotalDeItens": found.len(),
    });
    let on_page: Vec<_> = found.into_iter().skip(page * size).take(size).collect();
    let parameters = json!({ "inicio": query["inicio"], "fim": query["fim"], "paginacao": paging });
    (
        StatusCode::OK,
        Json(json!({ "parametros": parameters, "pix": on_page })),
    )
}

async fn one(State(psp): State<Psp>, Path(id): Path<String>) -> Answer {
    match psp
        .account()
        .pix
        .iter()
        .find(|pix| pix["endToEndId"] == *id)
    {
        Some(pix) => (StatusCode::OK, Json(pix.clone())),
        None => problem(404, "PixNaoEncontrado", &[]),
    }
}

async fn refund(
    State(psp): State<Psp>,
    Path((id, refund)): Path<(String, String)>,
    Json(body): Json<Value>,
) -> Answer {
    let mut account = psp.account();
    let Some(pix) = account.pix.iter_mut().find(|pix| pix["endToEndId"] == *id) else {
        return problem(404, "PixNaoEncontrado", &[]);
    };
    if !only(&body, &["valor", "natureza", "descricao"]) || !is_amount(&body["valor"]) {
        return problem(
            400,
            "PixDevolucaoInvalida",
            &[("devolucao.valor", "fora do padrão")],
        );
    }
    let known = pix["devolucoes"].as_array().cloned().unwrap_or_default();
    let made = json!({
        "id": refund, "rtrId": "D12345678202603011200abcde123456", "valor": body["valor"],
        "horario": { "solicitacao": "2026-03-01T12:00:00Z" }, "status": "EM_PROCESSAMENTO",
    });
    if known.iter().any(|one| one["id"] == *refund) {
        return problem(
            400,
            "PixDevolucaoInvalida",
            &[("devolucao.id", "já existe")],
        );
    }
    pix["devolucoes"] = known.into_iter().chain([made.clone()]).collect();
    (StatusCode::CREATED, Json(made))
}

async fn known_refund(
    State(psp): State<Psp>,
    Path((id, refund)): Path<(String, String)>,
) -> Answer {
    let account = psp.account();
    let pix = account.pix.iter().find(|pix| pix["endToEndId"] == *id);
    let refunds = pix.and_then(|pix| pix["devolucoes"].as_array());
    match refunds.and_then(|list| list.iter().find(|one| one["id"] == *refund)) {
        Some(found) => (StatusCode::OK, Json(found.clone())),
        None => problem(404, "PixDevolucaoNaoEncontrada", &[]),
    }
}

async fn set_webhook(
    State(psp): State<Psp>,
    Path(key): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let https = body["webhookUrl"]
        .as_str()
        .is_some_and(|url| url.starts_with("https://"));
    if !https || !only(&body, &["webhookUrl"]) {
        return problem(
            400,
            "WebhookOperacaoInvalida",
            &[("webhook.webhookUrl", "https")],
        )
        .into_response();
    }
    let mut account = psp.account();
    account.skips_mutual_tls = headers
        .get("x-skip-mtls-checking")
        .is_some_and(|value| value == "true");
    account.webhooks.insert(key, body);
    StatusCode::OK.into_response()
}

async fn webhook(State(psp): State<Psp>, Path(key): Path<String>) -> Answer {
    match psp.account().webhooks.get(&key) {
        Some(body) => (StatusCode::OK, Json(body.clone())),
        None => problem(404, "WebhookNaoEncontrado", &[]),
    }
}

async fn send(State(psp): State<Psp>, Path(id): Path<String>, Json(body): Json<Value>) -> Answer {
    let refused = |status: u16, name: &str| {
        let status = StatusCode::from_u16(status).expect("a status");
        (
            status,
            Json(json!({ "nome": name, "mensagem": "Recusado." })),
        )
    };
    let mut account = psp.account();
    if account.sent.contains_key(&id) {
        return refused(409, "id_envio_duplicado");
    }
    let well_formed = only(&body, &["valor", "pagador", "favorecido"])
        && only(&body["pagador"], &["chave", "infoPagador"])
        && only(&body["favorecido"], &["chave", "cpf", "cnpj"])
        && body["favorecido"]["chave"].is_string()
        && is_amount(&body["valor"]);
    if !well_formed || body["pagador"]["chave"] != "+5511912345678" {
        return refused(400, "valor_invalido");
    }
    if body["favorecido"]["cpf"] != "11144477735" {
        return refused(400, "chave_nao_pertence_ao_documento");
    }
    if body["valor"] == "666.00" {
        return refused(422, "pagamento_negado");
    }
    let payout = json!({
        "idEnvio": id, "endToEndId": "E09089356202603011200APIabcdefgh", "valor": body["valor"],
        "horario": { "solicitacao": "2026-03-01T12:00:00Z" }, "status": "EM_PROCESSAMENTO",
    });
    let mut answer = payout.clone();
    answer["e2eId"] = answer["endToEndId"].take();
    answer
        .as_object_mut()
        .expect("an object")
        .remove("endToEndId");
    account.sent.insert(id, payout);
    (StatusCode::CREATED, Json(answer))
}

async fn sent(State(psp): State<Psp>, Path(id): Path<String>) -> Answer {
    match psp.account().sent.get(&id) {
        Some(payout) => (StatusCode::OK, Json(payout.clone())),
        None => problem(404, "PixEnviadoNaoEncontrado", &[]),
    }
}
