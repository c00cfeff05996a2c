//! The API Pix on the wire: what we read of it, and how it becomes ours.
//!
//! Fields that we do not know are skipped and values of enumerations that we do not know become `Other`, as the contract
//! asks of its clients. Patterns are checked whole, because the contract's own are not anchored.

use crate::pix::{
    BrCode, Charge, ChargeStatus, EndToEndId, NewCharge, PixKey, PixPage, PixRefund, ProviderError,
    ReceivedPix, RefundId, RefundNature, RefundStatus, ReturnId, Sender, Txid,
};
use kernel::{Document, Money};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// How long a charge can be paid when nothing is said, in seconds.
const DEFAULT_EXPIRY: i64 = 86_400;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cob {
    txid: String,
    status: String,
    calendario: Calendar,
    valor: Original,
    #[serde(rename = "pixCopiaECola")]
    br_code: Option<String>,
    location: Option<String>,
    loc: Option<Location>,
    #[serde(default)]
    pix: Vec<Value>,
}

#[derive(Deserialize)]
struct Calendar {
    #[serde(with = "time::serde::rfc3339")]
    criacao: OffsetDateTime,
    expiracao: Option<Value>,
}

#[derive(Deserialize)]
struct Original {
    original: String,
}

#[derive(Deserialize)]
struct Location {
    location: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pix {
    end_to_end_id: String,
    txid: Option<String>,
    /// The key that it was made to, when it was made to one.
    chave: Option<String>,
    valor: String,
    #[serde(with = "time::serde::rfc3339")]
    horario: OffsetDateTime,
    info_pagador: Option<Value>,
    /// Not in the contract: where institutions that tell who paid say it, …
    pagador: Option<Value>,
    /// … and where Efí does.
    gn_extras: Option<Value>,
    #[serde(default)]
    devolucoes: Option<Value>,
}

/// A refund, as the standard and Efí's payouts have it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::pix) struct Devolucao {
    id: String,
    rtr_id: Option<String>,
    valor: String,
    status: String,
    natureza: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Pages {
    parametros: Parameters,
    #[serde(default)]
    pix: Vec<Value>,
}

#[derive(Deserialize)]
struct Parameters {
    paginacao: Paging,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paging {
    quantidade_de_paginas: u32,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WebhookAddress {
    pub(super) webhook_url: String,
}

/// The body that makes a charge.
pub(super) fn charge_body(new: &NewCharge, key: &str) -> Result<Value, ProviderError> {
    let mut body = json!({
        "calendario": { "expiracao": new.expires_in },
        "valor": { "original": amount_text(new.amount)? },
        "chave": key,
    });
    if let Some(payer) = &new.payer {
        body["devedor"] =
            json!({ document_field(&payer.document): payer.document, "nome": payer.name });
    }
    if let Some(description) = &new.description {
        body["solicitacaoPagador"] = description.chars().take(140).collect::<String>().into();
    }
    Ok(body)
}

/// `cpf` or `cnpj`, whichever the number is.
pub(in crate::pix) fn document_field(document: &Document) -> &'static str {
    if document.is_cpf() { "cpf" } else { "cnpj" }
}

/// `1234.56`: one to ten digits, a dot, two digits. Refuses what is not more than nothing or does not fit.
pub(in crate::pix) fn amount_text(amount: Money) -> Result<String, ProviderError> {
    let text = amount.plain();
    if amount.is_positive() && money(&text).is_ok() {
        Ok(text)
    } else {
        Err(ProviderError::refused(
            "amount",
            "It cannot be written in the API Pix.",
        ))
    }
}

/// An amount as the contract writes it.
pub(in crate::pix) fn money(text: &str) -> Result<Money, ProviderError> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    text.split_once('.')
        .filter(|(whole, cents)| {
            (1..=10).contains(&whole.len()) && cents.len() == 2 && digits(whole) && digits(cents)
        })
        .and_then(|(whole, cents)| format!("{whole}{cents}").parse().ok())
        .map(Money::from_centavos)
        .ok_or_else(|| malformed("valor"))
}

/// A moment as queries take it.
pub(super) fn moment(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    at.replace_nanosecond(0)
        .unwrap_or(at)
        .format(&Rfc3339)
        .unwrap_or_default()
}

pub(in crate::pix) fn malformed(field: &'static str) -> ProviderError {
    ProviderError::Malformed(field.into())
}

impl Cob {
    /// Ours; a code is made from the location where the institution sends none.
    pub(super) fn charge(self, name: &str, city: &str) -> Result<Charge, ProviderError> {
        let location = self.location.or_else(|| self.loc?.location);
        let made = || {
            BrCode::dynamic(
                location.as_deref()?.trim_start_matches("https://"),
                name,
                city,
            )
            .text()
            .ok()
        };
        let created_at = self.calendario.criacao;
        let expiry = match self.calendario.expiracao {
            Some(Value::String(text)) => text.parse().ok(),
            Some(value) => value.as_i64(),
            None => None,
        };
        let paid_by = self
            .pix
            .iter()
            .filter_map(|pix| EndToEndId::parse(pix["endToEndId"].as_str()?).ok());
        Ok(Charge {
            txid: Txid::parse(&self.txid).map_err(|_| malformed("txid"))?,
            amount: money(&self.valor.original)?,
            status: match self.status.as_str() {
                "ATIVA" => ChargeStatus::Active,
                "CONCLUIDA" => ChargeStatus::Paid,
                "REMOVIDA_PELO_USUARIO_RECEBEDOR" => ChargeStatus::Cancelled,
                "REMOVIDA_PELO_PSP" => ChargeStatus::Withdrawn,
                _ => ChargeStatus::Other,
            },
            br_code: self
                .br_code
                .filter(|code| BrCode::parse(code).is_ok())
                .or_else(made),
            created_at,
            expires_at: created_at
                .checked_add(Duration::seconds(expiry.unwrap_or(DEFAULT_EXPIRY)))
                .ok_or_else(|| malformed("expiracao"))?,
            paid_by: paid_by.collect(),
        })
    }
}

impl Pix {
    /// The payment at an account whose key is this one, and what of its refunds could not be read: that must not keep the
    /// payment out.
    pub(super) fn received(
        self,
        key: &PixKey,
    ) -> Result<(ReceivedPix, Vec<String>), ProviderError> {
        let end_to_end_id =
            EndToEndId::parse(&self.end_to_end_id).map_err(|_| malformed("endToEndId"))?;
        // The contract's own example has a single refund where its schema has a list.
        let refunds = match self.devolucoes {
            Some(Value::Array(list)) => list,
            Some(Value::Null) | None => Vec::new(),
            Some(single) => vec![single],
        };
        let (mut readable, mut unreadable) = (Vec::new(), Vec::new());
        for refund in refunds {
            match read::<Devolucao>(refund).and_then(Devolucao::refund) {
                Ok(refund) => readable.push(refund),
                Err(error) => unreadable.push(format!("{end_to_end_id}: {error}")),
            }
        }
        let sender = sender(
            self.pagador
                .or_else(|| Some(self.gn_extras?["pagador"].clone())),
            self.info_pagador,
        );
        let pix = ReceivedPix {
            end_to_end_id,
            txid: self.txid.and_then(|txid| Txid::parse(&txid).ok()),
            is_to_another_key: self
                .chave
                .is_some_and(|paid| !paid.eq_ignore_ascii_case(key.as_str())),
            amount: money(&self.valor)?,
            received_at: self.horario,
            sender,
            refunds: readable,
        };
        Ok((pix, unreadable))
    }
}

/// What is known of the payer. Whatever stands there, the payment itself can be read.
fn sender(payer: Option<Value>, message: Option<Value>) -> Sender {
    let (payer, message) = (payer.unwrap_or_default(), message.unwrap_or_default());
    let tax_id = payer["cpf"].as_str().or_else(|| payer["cnpj"].as_str());
    Sender::told(payer["nome"].as_str(), tax_id, message.as_str())
}

impl Devolucao {
    pub(in crate::pix) fn refund(self) -> Result<PixRefund, ProviderError> {
        Ok(PixRefund {
            id: RefundId::parse(&self.id).map_err(|_| malformed("devolucao.id"))?,
            return_id: self.rtr_id.and_then(|id| ReturnId::parse(&id).ok()),
            amount: money(&self.valor)?,
            status: match self.status.as_str() {
                "EM_PROCESSAMENTO" => RefundStatus::Processing,
                "DEVOLVIDO" => RefundStatus::Returned,
                "NAO_REALIZADO" => RefundStatus::Failed,
                _ => RefundStatus::Other,
            },
            nature: match self.natureza.as_deref() {
                None | Some("ORIGINAL") => RefundNature::Ordinary,
                Some("MED_OPERACIONAL") => RefundNature::OperationalFailure,
                Some("MED_FRAUDE") => RefundNature::Fraud,
                Some(_) => RefundNature::Other,
            },
        })
    }
}

impl Pages {
    pub(super) fn page(self, page: u32, key: &PixKey) -> PixPage {
        let mut read_page = PixPage {
            next: page
                .checked_add(1)
                .filter(|next| *next < self.parametros.paginacao.quantidade_de_paginas),
            ..PixPage::default()
        };
        for entry in self.pix {
            let id = named(&entry);
            match read::<Pix>(entry).and_then(|pix| pix.received(key)) {
                Ok((pix, unreadable)) => {
                    read_page.pix.push(pix);
                    read_page.unreadable.extend(unreadable);
                }
                Err(error) => read_page.unreadable.push(format!("{id}: {error}")),
            }
        }
        read_page
    }
}

/// What an entry that may not be readable calls itself, so that people find it at the institution.
fn named(entry: &Value) -> String {
    let id = entry["endToEndId"].as_str().unwrap_or("?");
    id.chars().take(35).collect()
}

fn read<T: DeserializeOwned>(entry: Value) -> Result<T, ProviderError> {
    serde_json::from_value(entry).map_err(|_| malformed("entry"))
}
