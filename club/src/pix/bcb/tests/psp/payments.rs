//! Payments that came in, and what goes back of them.

use super::{
    Answer, Psp, problem,
    shapes::{is_amount, only},
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde_json::{Value, json};
use std::collections::HashMap;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

pub(super) async fn list(
    State(psp): State<Psp>,
    Query(query): Query<HashMap<String, String>>,
) -> Answer {
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

pub(super) async fn one(State(psp): State<Psp>, Path(id): Path<String>) -> Answer {
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

pub(super) async fn refund(
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

pub(super) async fn known_refund(
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
