//! Any institution that speaks the central bank's API Pix (2.9): charges, received payments, refunds, webhooks.
//!
//! Over mutual TLS with OAuth 2 tokens. Readings, and writings under our own id, are asked again when no answer comes;
//! everything is given up after [`Patience::total`]. Sending money is not in this API: an institution's own way to do it
//! is a folder of its own that builds on [`Bcb`], as [`efi`](super::efi) does.

mod client;
mod problem;
mod settings;
#[cfg(test)]
pub(crate) mod tests;
mod token;
mod webhook;
mod wire;

pub use settings::{BcbSettings, Patience};

pub(super) use client::{Ask, Client, Repeat, Reply};
pub(super) use problem::refusal;
pub(super) use webhook::{authentic, hints, pix as pix_hint};
pub(super) use wire::{Devolucao, amount_text, document_field, malformed, money};

use super::{
    Answer, Charge, EndToEndId, Hint, KeyOwner, NewCharge, NewPayout, Offers, PayoutId,
    PayoutStatus, PixKey, PixPage, PixProvider, PixRefund, ProviderError, ReceivedPix, RefundId,
    Txid, Webhook, Window,
};
use kernel::{Money, Result as Outcome};
use reqwest::{Method, Url};
use serde_json::{Value, json};
use tenancy::Clock;
use wire::{Cob, Pages, Pix, WebhookAddress, charge_body, moment};

/// How many payments to ask for at once; the contract allows a thousand.
const PAGE: u32 = 100;

/// An account at an institution that offers the API Pix.
pub struct Bcb {
    pub(super) client: Client,
    pub(super) base: Url,
    pub(super) settings: BcbSettings,
}

impl Bcb {
    /// Refuses settings that cannot be used; the fields are named as in [`BcbSettings`].
    pub fn new(settings: BcbSettings, clock: Clock) -> Outcome<Self> {
        Ok(Self {
            client: Client::new(&settings, clock)?,
            base: settings::address("baseUrl", &settings.base_url)?,
            settings,
        })
    }

    /// The address that the institution calls for the club's key; `None` when there is none.
    pub async fn webhook(&self) -> Result<Option<String>, ProviderError> {
        let url = self.url(&["webhook", self.settings.key.as_str()]);
        let address: Option<WebhookAddress> = self.get(url).await?.find()?;
        Ok(address.map(|address| address.webhook_url))
    }

    fn url(&self, path: &[&str]) -> Url {
        below(&self.base, path)
    }

    async fn get(&self, url: Url) -> Result<Reply, ProviderError> {
        self.write(Method::GET, url, None).await
    }

    /// A reading, or a writing under our own id.
    async fn write(
        &self,
        method: Method,
        url: Url,
        body: Option<Value>,
    ) -> Result<Reply, ProviderError> {
        self.client
            .ask(&Ask {
                method,
                url,
                body,
                repeat: Repeat::Harmless,
                header: None,
            })
            .await
    }

    /// Has the institution call this address for the club's key.
    pub(super) async fn set_webhook(
        &self,
        url: &str,
        header: Option<(&'static str, &'static str)>,
    ) -> Result<(), ProviderError> {
        let address = WebhookAddress {
            webhook_url: url.to_owned(),
        };
        let ask = Ask {
            method: Method::PUT,
            url: self.url(&["webhook", self.settings.key.as_str()]),
            body: Some(json!(address)),
            repeat: Repeat::Harmless,
            header,
        };
        let reply = self.client.ask(&ask).await?;
        match reply.status {
            200..=299 => Ok(()),
            status => Err(refusal(status, &reply.body)),
        }
    }

    fn charge(&self, cob: Cob) -> Result<Charge, ProviderError> {
        cob.charge(&self.settings.name, &self.settings.city)
    }

    async fn find_charge(&self, txid: &Txid) -> Result<Option<Charge>, ProviderError> {
        let reply = self.get(self.url(&["cob", txid.as_str()])).await?;
        reply.find()?.map(|cob| self.charge(cob)).transpose()
    }

    /// A repetition of an answer that got lost may be refused because the charge is there: then it is the answer.
    async fn make_charge(&self, new: &NewCharge) -> Result<Charge, ProviderError> {
        if !new.txid.names_charge() {
            return Err(ProviderError::refused(
                "txid",
                "26 to 35 letters and digits.",
            ));
        }
        let url = self.url(&["cob", new.txid.as_str()]);
        let body = charge_body(new, self.settings.key.as_str())?;
        let made = self.write(Method::PUT, url, Some(body)).await?;
        match made.read().and_then(|cob| self.charge(cob)) {
            Err(refusal @ ProviderError::Refused { .. }) => {
                let there = self.find_charge(&new.txid).await?;
                there
                    .filter(|charge| charge.amount == new.amount)
                    .ok_or(refusal)
            }
            made => made,
        }
    }

    async fn find_refund(
        &self,
        id: &EndToEndId,
        refund: &RefundId,
    ) -> Result<Option<PixRefund>, ProviderError> {
        let reply = self.get(self.refund_url(id, refund)).await?;
        reply
            .find::<Devolucao>()?
            .map(Devolucao::refund)
            .transpose()
    }

    /// As with a charge: a refusal of what is there is the answer that got lost.
    async fn make_refund(
        &self,
        id: &EndToEndId,
        refund: &RefundId,
        amount: Money,
    ) -> Result<PixRefund, ProviderError> {
        let body = json!({ "valor": amount_text(amount)? });
        let url = self.refund_url(id, refund);
        let made = self.write(Method::PUT, url, Some(body)).await?;
        match made.read().and_then(Devolucao::refund) {
            Err(refusal @ ProviderError::Refused { .. }) => {
                let there = self.find_refund(id, refund).await?;
                there.filter(|there| there.amount == amount).ok_or(refusal)
            }
            made => made,
        }
    }

    async fn page(&self, window: &Window, page: u32) -> Result<PixPage, ProviderError> {
        let mut url = self.url(&["pix"]);
        url.query_pairs_mut()
            .append_pair("inicio", &moment(window.from))
            .append_pair("fim", &moment(window.to))
            .append_pair("paginacao.paginaAtual", &page.to_string())
            .append_pair("paginacao.itensPorPagina", &PAGE.to_string());
        if window.refunded_only {
            url.query_pairs_mut()
                .append_pair("devolucaoPresente", "true");
        }
        let pages: Pages = self.get(url).await?.read()?;
        Ok(pages.page(page, &self.settings.key))
    }

    fn refund_url(&self, id: &EndToEndId, refund: &RefundId) -> Url {
        self.url(&["pix", id.as_str(), "devolucao", refund.as_str()])
    }
}

/// An address below another; each part is escaped.
pub(super) fn below(base: &Url, path: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path);
    }
    url
}

impl PixProvider for Bcb {
    fn name(&self) -> &'static str {
        "bcb"
    }

    fn account(&self) -> String {
        self.settings.account(self.name())
    }

    fn offers(&self) -> Offers {
        Offers {
            payouts: false,
            key_lookup: false,
        }
    }

    fn create_charge<'a>(&'a self, new: &'a NewCharge) -> Answer<'a, Charge> {
        Box::pin(self.make_charge(new))
    }

    fn get_charge<'a>(&'a self, txid: &'a Txid) -> Answer<'a, Option<Charge>> {
        Box::pin(self.find_charge(txid))
    }

    fn cancel_charge<'a>(&'a self, txid: &'a Txid) -> Answer<'a, Charge> {
        Box::pin(async {
            let url = self.url(&["cob", txid.as_str()]);
            let body = json!({ "status": "REMOVIDA_PELO_USUARIO_RECEBEDOR" });
            let cob = self.write(Method::PATCH, url, Some(body)).await?.read()?;
            self.charge(cob)
        })
    }

    fn get_pix<'a>(&'a self, id: &'a EndToEndId) -> Answer<'a, Option<ReceivedPix>> {
        Box::pin(async {
            let reply = self.get(self.url(&["pix", id.as_str()])).await?;
            let key = &self.settings.key;
            let pix = reply.find::<Pix>()?.map(|pix| pix.received(key));
            let pix = pix.transpose()?;
            match pix {
                Some((other, _)) if other.end_to_end_id != *id => Err(malformed("endToEndId")),
                // Whoever lists it says what could not be read.
                Some((pix, _)) => Ok(Some(pix)),
                None => Ok(None),
            }
        })
    }

    fn list_pix<'a>(&'a self, window: &'a Window, page: u32) -> Answer<'a, PixPage> {
        Box::pin(self.page(window, page))
    }

    fn refund<'a>(
        &'a self,
        id: &'a EndToEndId,
        refund: &'a RefundId,
        amount: Money,
    ) -> Answer<'a, PixRefund> {
        Box::pin(self.make_refund(id, refund, amount))
    }

    fn get_refund<'a>(
        &'a self,
        id: &'a EndToEndId,
        refund: &'a RefundId,
    ) -> Answer<'a, Option<PixRefund>> {
        Box::pin(self.find_refund(id, refund))
    }

    fn lookup_key<'a>(&'a self, _key: &'a PixKey) -> Answer<'a, Option<KeyOwner>> {
        Box::pin(async { Err(ProviderError::not_offered()) })
    }

    fn send<'a>(&'a self, _new: &'a NewPayout) -> Answer<'a, PayoutStatus> {
        Box::pin(async { Err(ProviderError::not_offered()) })
    }

    fn get_payout<'a>(&'a self, _id: &'a PayoutId) -> Answer<'a, Option<PayoutStatus>> {
        Box::pin(async { Err(ProviderError::not_offered()) })
    }

    fn balance(&self) -> Answer<'_, Money> {
        Box::pin(async { Err(ProviderError::not_offered()) })
    }

    fn register_webhook<'a>(&'a self, url: &'a str) -> Answer<'a, ()> {
        Box::pin(self.set_webhook(url, None))
    }

    fn parse_webhook(&self, webhook: &Webhook<'_>) -> Result<Vec<Hint>, ProviderError> {
        authentic(&self.settings, webhook)?;
        hints(webhook.body, pix_hint)
    }
}
