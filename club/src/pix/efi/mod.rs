//! Efí: the API Pix, and its own way to send money.
//!
//! A payout is `PUT /v3/gn/pix/:idEnvio` under our id and is put exactly once. Only an answer that says no to it is a no: a
//! lost or unreadable one, and "this id was used", leave the payout [`PayoutStatus::Unknown`], to be asked for with `GET
//! /v2/gn/pix/enviados/id-envio/:idEnvio`. No token, too many requests, a right that the account lacks and an address where
//! nobody is say nothing of the payout but that it was not taken on. Efí takes payouts only for a key that has a webhook.

#[cfg(test)]
mod tests;

use super::{
    Answer, Charge, EndToEndId, Hint, KeyOwner, NewCharge, NewPayout, Offers, PayoutId,
    PayoutStatus, PixKey, PixPage, PixProvider, PixRefund, ProviderError, ReceivedPix, RefundId,
    RefundStatus, Txid, Webhook, Window,
    bcb::{self, Ask, Bcb, BcbSettings, Devolucao, Repeat, Reply, below, refusal},
};
use kernel::{Error, Money, Result as Outcome};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::{Value, json};
use tenancy::Clock;

/// An account at Efí.
pub struct Efi {
    bcb: Bcb,
    /// The address without the version of the API Pix.
    root: Url,
}

/// A payout on the wire. The answer to sending it and the answer to asking for it differ in the id's name.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    id_envio: Option<String>,
    #[serde(alias = "e2eId")]
    end_to_end_id: Option<String>,
    status: String,
    #[serde(default)]
    devolucoes: Vec<Devolucao>,
    gn_extras: Option<Extras>,
}

#[derive(Deserialize)]
struct Extras {
    erro: Option<Failure>,
}

#[derive(Deserialize)]
struct Failure {
    codigo: Option<String>,
}

#[derive(Deserialize)]
struct Balance {
    saldo: String,
}

impl Efi {
    /// Refuses settings that cannot be used; the base address ends in the API's version (`…/v2`).
    pub fn new(settings: BcbSettings, clock: Clock) -> Outcome<Self> {
        let bcb = Bcb::new(settings, clock)?;
        let root = bcb
            .base
            .join("/")
            .map_err(|_| Error::invalid("baseUrl", "invalid"))?;
        Ok(Self { bcb, root })
    }

    async fn ask(
        &self,
        method: Method,
        path: &[&str],
        body: Option<Value>,
    ) -> Result<Reply, ProviderError> {
        let repeat = if method == Method::GET {
            Repeat::Harmless
        } else {
            Repeat::Never
        };
        let url = below(&self.root, path);
        self.bcb
            .client
            .ask(&Ask {
                method,
                url,
                body,
                repeat,
                header: None,
            })
            .await
    }

    async fn put(&self, new: &NewPayout) -> Result<PayoutStatus, ProviderError> {
        let body = json!({
            "valor": bcb::amount_text(new.amount)?,
            "pagador": { "chave": self.bcb.settings.key.as_str() },
            "favorecido": {
                "chave": new.key.as_str(),
                bcb::document_field(&new.owner): new.owner,
            },
        });
        let reply = match self
            .ask(
                Method::PUT,
                &["v3", "gn", "pix", new.id.as_str()],
                Some(body),
            )
            .await
        {
            Ok(reply) => reply,
            Err(ProviderError::Unknown(_)) => return Ok(PayoutStatus::Unknown),
            // Without a token, nobody was asked about this payout.
            Err(error) => return Err(not_taken(error)),
        };
        match reply.status {
            200..=299 => Ok(reply
                .read::<Sent>()
                .and_then(|sent| sent.status(&new.id))
                .unwrap_or(PayoutStatus::Unknown)),
            401 | 403 => Err(not_taken(refusal(reply.status, &reply.body))),
            // Who says no to a payout names the reason; else it is the address that is not there.
            404 if code(&reply) == "http_404" => {
                Err(ProviderError::Unreachable("status 404".to_owned()))
            }
            400 | 404 | 422 => Ok(PayoutStatus::Rejected(code(&reply))),
            _ => Ok(PayoutStatus::Unknown),
        }
    }
}

/// What stands in the way of every payout, and says nothing of this one.
fn not_taken(error: ProviderError) -> ProviderError {
    match error {
        ProviderError::Unreachable(_) => error,
        other => ProviderError::Unreachable(other.to_string()),
    }
}

/// The institution's own name for a refusal.
fn code(reply: &Reply) -> String {
    match refusal(reply.status, &reply.body) {
        ProviderError::Refused { code, .. } => code.into_owned(),
        _ => String::new(),
    }
}

impl Sent {
    /// What became of the payout of this id.
    fn status(self, id: &PayoutId) -> Result<PayoutStatus, ProviderError> {
        if self
            .id_envio
            .as_deref()
            .is_some_and(|other| other != id.as_str())
        {
            return Err(bcb::malformed("idEnvio"));
        }
        match self.status.as_str() {
            "EM_PROCESSAMENTO" => Ok(PayoutStatus::Accepted),
            "NAO_REALIZADO" => {
                let code = self.gn_extras.and_then(|extras| extras.erro?.codigo);
                Ok(PayoutStatus::Rejected(
                    code.unwrap_or_else(|| "nao_realizado".to_owned()),
                ))
            }
            "REALIZADO" => {
                let id = self.end_to_end_id.unwrap_or_default();
                let end_to_end_id =
                    EndToEndId::parse(&id).map_err(|_| bcb::malformed("endToEndId"))?;
                let amount = returned(self.devolucoes)?;
                Ok(if amount.is_zero() {
                    PayoutStatus::Settled(end_to_end_id)
                } else {
                    PayoutStatus::Returned {
                        end_to_end_id,
                        amount,
                    }
                })
            }
            _ => Ok(PayoutStatus::Unknown),
        }
    }
}

/// How much of a payout came back.
fn returned(refunds: Vec<Devolucao>) -> Result<Money, ProviderError> {
    let mut sum = Money::ZERO;
    for refund in refunds {
        let refund = refund.refund()?;
        if refund.status == RefundStatus::Returned {
            sum = sum
                .checked_add(refund.amount)
                .ok_or_else(|| bcb::malformed("devolucoes"))?;
        }
    }
    Ok(sum)
}

/// What a webhook's body hints at: entries that carry our id of a payout are about that payout.
pub(super) fn hints(body: &[u8]) -> Result<Vec<Hint>, ProviderError> {
    bcb::hints(body, |entry| {
        let payout = entry["gnExtras"]["idEnvio"].as_str();
        match payout.map(PayoutId::parse) {
            Some(id) => id.ok().map(Hint::Payout),
            None => bcb::pix_hint(entry),
        }
    })
}

impl PixProvider for Efi {
    fn name(&self) -> &'static str {
        "efi"
    }

    fn account(&self) -> String {
        self.bcb.settings.account(self.name())
    }

    fn offers(&self) -> Offers {
        Offers {
            payouts: true,
            key_lookup: false,
        }
    }

    fn create_charge<'a>(&'a self, new: &'a NewCharge) -> Answer<'a, Charge> {
        self.bcb.create_charge(new)
    }

    fn get_charge<'a>(&'a self, txid: &'a Txid) -> Answer<'a, Option<Charge>> {
        self.bcb.get_charge(txid)
    }

    fn cancel_charge<'a>(&'a self, txid: &'a Txid) -> Answer<'a, Charge> {
        self.bcb.cancel_charge(txid)
    }

    fn get_pix<'a>(&'a self, id: &'a EndToEndId) -> Answer<'a, Option<ReceivedPix>> {
        self.bcb.get_pix(id)
    }

    fn list_pix<'a>(&'a self, window: &'a Window, page: u32) -> Answer<'a, PixPage> {
        self.bcb.list_pix(window, page)
    }

    fn refund<'a>(
        &'a self,
        id: &'a EndToEndId,
        refund: &'a RefundId,
        amount: Money,
    ) -> Answer<'a, PixRefund> {
        self.bcb.refund(id, refund, amount)
    }

    fn get_refund<'a>(
        &'a self,
        id: &'a EndToEndId,
        refund: &'a RefundId,
    ) -> Answer<'a, Option<PixRefund>> {
        self.bcb.get_refund(id, refund)
    }

    fn lookup_key<'a>(&'a self, key: &'a PixKey) -> Answer<'a, Option<KeyOwner>> {
        self.bcb.lookup_key(key)
    }

    fn send<'a>(&'a self, new: &'a NewPayout) -> Answer<'a, PayoutStatus> {
        Box::pin(self.put(new))
    }

    fn get_payout<'a>(&'a self, id: &'a PayoutId) -> Answer<'a, Option<PayoutStatus>> {
        Box::pin(async {
            let path = ["v2", "gn", "pix", "enviados", "id-envio", id.as_str()];
            let reply = self.ask(Method::GET, &path, None).await?;
            reply
                .find::<Sent>()?
                .map(|sent| sent.status(id))
                .transpose()
        })
    }

    fn balance(&self) -> Answer<'_, Money> {
        Box::pin(async {
            let reply = self.ask(Method::GET, &["v2", "gn", "saldo"], None).await?;
            bcb::money(&reply.read::<Balance>()?.saldo)
        })
    }

    fn register_webhook<'a>(&'a self, url: &'a str) -> Answer<'a, ()> {
        // Efí refuses an address whose server does not ask for its certificate, unless it is told to.
        let by_secret = !self.bcb.settings.proxy_checks_webhook;
        let header = by_secret.then_some(("x-skip-mtls-checking", "true"));
        Box::pin(self.bcb.set_webhook(url, header))
    }

    fn parse_webhook(&self, webhook: &Webhook<'_>) -> Result<Vec<Hint>, ProviderError> {
        bcb::authentic(&self.bcb.settings, webhook)?;
        hints(webhook.body)
    }
}
