//! The sandbox as a provider.

use super::{Call, Sandbox};
use crate::pix::{
    Answer, Charge, EndToEndId, Hint, KeyOwner, NewCharge, NewPayout, Offers, PayoutId,
    PayoutStatus, PixKey, PixPage, PixProvider, PixRefund, ProviderError, ReceivedPix, RefundId,
    RefundNature, Txid, Webhook, Window, efi,
};
use kernel::{Document, Money};

impl PixProvider for Sandbox {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    fn offers(&self) -> Offers {
        Offers {
            payouts: true,
            key_lookup: true,
        }
    }

    fn create_charge<'a>(&'a self, new: &'a NewCharge) -> Answer<'a, Charge> {
        Box::pin(async {
            self.answer(Call::CreateCharge, |book, now| book.create_charge(new, now))
        })
    }

    fn get_charge<'a>(&'a self, txid: &'a Txid) -> Answer<'a, Option<Charge>> {
        Box::pin(async { self.answer(Call::GetCharge, |book, _| Ok(book.charge(txid).cloned())) })
    }

    fn cancel_charge<'a>(&'a self, txid: &'a Txid) -> Answer<'a, Charge> {
        Box::pin(async { self.answer(Call::CancelCharge, |book, _| book.cancel_charge(txid)) })
    }

    fn get_pix<'a>(&'a self, id: &'a EndToEndId) -> Answer<'a, Option<ReceivedPix>> {
        Box::pin(async { self.answer(Call::GetPix, |book, _| Ok(book.pix(id).cloned())) })
    }

    fn list_pix<'a>(&'a self, window: &'a Window, page: u32) -> Answer<'a, PixPage> {
        Box::pin(async move { self.answer(Call::ListPix, |book, _| Ok(book.page(window, page))) })
    }

    fn refund<'a>(
        &'a self,
        id: &'a EndToEndId,
        refund: &'a RefundId,
        amount: Money,
    ) -> Answer<'a, PixRefund> {
        Box::pin(async move {
            self.answer(Call::Refund, |book, now| {
                book.begin_refund(id, refund, amount, RefundNature::Ordinary, now)
            })
        })
    }

    fn get_refund<'a>(
        &'a self,
        id: &'a EndToEndId,
        refund: &'a RefundId,
    ) -> Answer<'a, Option<PixRefund>> {
        Box::pin(async {
            self.answer(Call::GetRefund, |book, _| {
                let refunds = book.pix(id).map(|pix| &pix.refunds);
                Ok(refunds
                    .and_then(|list| list.iter().find(|known| known.id == *refund))
                    .cloned())
            })
        })
    }

    fn lookup_key<'a>(&'a self, key: &'a PixKey) -> Answer<'a, Option<KeyOwner>> {
        Box::pin(async {
            self.answer(Call::LookupKey, |book, _| {
                Ok(book.owner(key).map(|owner| {
                    let document = Document::parse(&owner.tax_id);
                    let tax_id = document.map_or_else(|_| owner.tax_id.clone(), |d| d.masked());
                    KeyOwner { tax_id, ..owner }
                }))
            })
        })
    }

    fn send<'a>(&'a self, new: &'a NewPayout) -> Answer<'a, PayoutStatus> {
        Box::pin(async {
            let told = self.lock().orders.refusal(Call::Send);
            match self.answer(Call::Send, |book, now| Ok(book.send(new, told, now))) {
                Err(ProviderError::Unknown(_) | ProviderError::Malformed(_)) => {
                    Ok(PayoutStatus::Unknown)
                }
                answer => answer,
            }
        })
    }

    fn get_payout<'a>(&'a self, id: &'a PayoutId) -> Answer<'a, Option<PayoutStatus>> {
        Box::pin(async {
            self.answer(Call::GetPayout, |book, _| {
                Ok(book.payout(id).map(|payout| payout.status.clone()))
            })
        })
    }

    fn balance(&self) -> Answer<'_, Money> {
        Box::pin(async { self.answer(Call::Balance, |book, _| Ok(book.balance())) })
    }

    fn register_webhook<'a>(&'a self, _url: &'a str) -> Answer<'a, ()> {
        Box::pin(async { self.answer(Call::RegisterWebhook, |_, _| Ok(())) })
    }

    fn parse_webhook(&self, webhook: &Webhook<'_>) -> Result<Vec<Hint>, ProviderError> {
        efi::hints(webhook.body)
    }
}
