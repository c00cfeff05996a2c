//! The shapes of the API Pix, as its contract has them.

use serde_json::Value;

pub(super) fn is_amount(value: &Value) -> bool {
    let Some((whole, cents)) = value.as_str().and_then(|text| text.split_once('.')) else {
        return false;
    };
    let digits = |text: &str, most| {
        (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
    };
    digits(whole, 10) && cents.len() == 2 && digits(cents, 2)
}

pub(super) fn only(value: &Value, fields: &[&str]) -> bool {
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
pub(super) fn violations(txid: &str, body: &Value) -> Vec<(&'static str, &'static str)> {
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
