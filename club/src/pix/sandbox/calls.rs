//! What the sandbox does when it is called.

use super::{
    Book, Movement, Payout,
    book::negative,
    play::{Event, absent, positive},
};
use crate::pix::{
    BrCode, Charge, ChargeStatus, KeyOwner, NewCharge, NewPayout, PayoutStatus, PixKey, PixPage,
    ProviderError, ReceivedPix, Txid, Window,
};
use kernel::Document;
use time::{Duration, OffsetDateTime};

/// How many payments stand on a page of a list.
const PAGE: usize = 100;

impl Book {
    pub(super) fn create_charge(
        &mut self,
        new: &NewCharge,
        now: OffsetDateTime,
    ) -> Result<Charge, ProviderError> {
        if let Some(known) = self.charges.get(&new.txid) {
            return if known.amount == new.amount {
                Ok(known.clone())
            } else {
                Err(ProviderError::refused(
                    "id_reused",
                    "Another charge has this id.",
                ))
            };
        }
        if !new.txid.names_charge() {
            return Err(ProviderError::refused(
                "txid",
                "26 to 35 letters and digits.",
            ));
        }
        let code = BrCode {
            amount: Some(positive(new.amount)?),
            ..BrCode::dynamic(
                &format!("sandbox.invalid/qr/v2/{}", new.txid),
                "Sandbox",
                "Brasilia",
            )
        };
        let charge = Charge {
            txid: new.txid.clone(),
            amount: new.amount,
            status: ChargeStatus::Active,
            br_code: code.text().ok(),
            created_at: now,
            expires_at: now + Duration::seconds(new.expires_in.into()),
            paid_by: Vec::new(),
        };
        self.charges.insert(new.txid.clone(), charge.clone());
        if let Some(after) = self.pays_itself(new.amount) {
            self.plan(now, after, Event::Pay(new.txid.clone(), new.amount));
        }
        Ok(charge)
    }

    pub(super) fn cancel_charge(&mut self, txid: &Txid) -> Result<Charge, ProviderError> {
        let charge = self.charges.get_mut(txid).ok_or_else(absent)?;
        match charge.status {
            ChargeStatus::Active | ChargeStatus::Cancelled => {
                charge.status = ChargeStatus::Cancelled;
                Ok(charge.clone())
            }
            _ => Err(ProviderError::refused("charge_not_active", "It was paid.")),
        }
    }

    pub(super) fn owner(&self, key: &PixKey) -> Option<KeyOwner> {
        let told = self.owners.get(key.as_str()).cloned();
        told.or_else(|| {
            Some(KeyOwner {
                tax_id: key.document()?.to_string(),
                name: "Pessoa de Teste".into(),
            })
        })
    }

    pub(super) fn page(&self, window: &Window, page: u32) -> PixPage {
        let within = |pix: &&ReceivedPix| {
            (window.from..=window.to).contains(&pix.received_at)
                && (!window.refunded_only || !pix.refunds.is_empty())
        };
        let first = usize::try_from(page)
            .unwrap_or(usize::MAX)
            .saturating_mul(PAGE);
        let mut pix: Vec<_> = self
            .received
            .iter()
            .filter(within)
            .skip(first)
            .take(PAGE + 1)
            .cloned()
            .collect();
        let next = (pix.len() > PAGE).then_some(page + 1);
        pix.truncate(PAGE);
        PixPage {
            pix,
            unreadable: Vec::new(),
            next,
        }
    }

    /// Sends, or says what became of it when it was sent before; another payout of the same id is for the asker to find.
    pub(super) fn send(
        &mut self,
        new: &NewPayout,
        refusal: Option<String>,
        now: OffsetDateTime,
    ) -> PayoutStatus {
        if let Some(known) = self.payouts.get(&new.id) {
            let same =
                known.key == new.key && known.amount == new.amount && known.owner == new.owner;
            return if same {
                known.status.clone()
            } else {
                PayoutStatus::Unknown
            };
        }
        let status = match refusal.or_else(|| self.objection(new)) {
            Some(code) => PayoutStatus::Rejected(code),
            None => match self.fate(&new.id, new.amount, now) {
                Ok(()) => PayoutStatus::Accepted,
                Err(code) => PayoutStatus::Rejected(code.to_owned()),
            },
        };
        if status == PayoutStatus::Accepted {
            self.write(now, negative(new.amount), Movement::Sent(new.id.clone()));
        }
        let payout = Payout {
            id: new.id.clone(),
            key: new.key.clone(),
            amount: new.amount,
            owner: new.owner.clone(),
            end_to_end_id: self.draw.end_to_end_id(now),
            status: status.clone(),
            sent_at: now,
        };
        self.payouts.insert(new.id.clone(), payout);
        status
    }

    /// Why a payout cannot be done at all.
    fn objection(&self, new: &NewPayout) -> Option<String> {
        let owns = |owner: &KeyOwner| Document::parse(&owner.tax_id).as_ref() == Ok(&new.owner);
        let code = match self.owner(&new.key) {
            _ if !new.amount.is_positive() => "valor_invalido",
            None => "chave_nao_encontrada",
            Some(owner) if !owns(&owner) => "chave_nao_pertence_ao_documento",
            Some(_) if new.amount > self.balance() => "saldo_insuficiente",
            Some(_) => return None,
        };
        Some(code.to_owned())
    }
}
