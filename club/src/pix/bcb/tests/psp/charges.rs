//! Charges: made, read and taken back.

use super::{Answer, Psp, problem, shapes::violations};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};

pub(super) async fn make_charge(
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

pub(super) async fn charge(State(psp): State<Psp>, Path(txid): Path<String>) -> Answer {
    match psp.account().cobs.get(&txid) {
        Some(cob) => (StatusCode::OK, Json(cob.clone())),
        None => problem(404, "CobNaoEncontrada", &[]),
    }
}

pub(super) async fn change_charge(
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
