//! Money that it sends, in the way of one institution: the standard has none.

use super::{
    Answer, Psp, problem,
    shapes::{is_amount, only},
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};

pub(super) async fn send(
    State(psp): State<Psp>,
    Path(id): Path<String>,
    Json(body): Json<Value>,
) -> Answer {
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

pub(super) async fn sent(State(psp): State<Psp>, Path(id): Path<String>) -> Answer {
    match psp.account().sent.get(&id) {
        Some(payout) => (StatusCode::OK, Json(payout.clone())),
        None => problem(404, "PixEnviadoNaoEncontrado", &[]),
    }
}
