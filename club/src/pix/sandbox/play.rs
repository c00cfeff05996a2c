//! What happens at the sandbox: by itself when its time comes, and when it is told.

use super::{
    book::{Book, Movement, negative, total},
    script::Script,
};
use crate::pix::{
    ChargeStatus, EndToEndId, KeyOwner, PayoutId, PixRefund, ProviderError, ReceivedPix, RefundId,
    RefundNature, RefundStatus, Sender, Txid,
};
use kernel::Money;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// Something that happens at its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Planned {
    #[serde(with = "time::serde::rfc3339")]
    due: OffsetDateTime,
    event: Event,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Event {
    Pay(Txid, Money),
    FinishRefund(EndToEndId, RefundId),
    Settle(PayoutId),
    Reject(PayoutId, String),
    Return(PayoutId, Money),
}

impl Book {
    /// Does everything whose time has come, in the order of the times.
    pub(super) fn catch_up(&mut self, now: OffsetDateTime) {
        loop {
            let next = (0..self.agenda.len())
                .filter(|place| self.agenda[*place].due <= now)
                .min_by_key(|place| self.agenda[*place].due);
            let Some(next) = next else { break };
            let Planned { due, event } = self.agenda.remove(next);
            match event {
                Event::Pay(txid, amount) => {
                    self.receive(Some(txid), amount, Sender::default(), due);
                }
                Event::FinishRefund(pix, id) => self.finish_refund(&pix, &id, due),
                Event::Settle(id) => self.settle(&id, due),
                Event::Reject(id, code) => self.reject(&id, code, due),
                Event::Return(id, amount) => self.take_return(&id, amount, due),
            }
        }
    }

    pub(super) fn plan(&mut self, at: OffsetDateTime, after: u32, event: Event) {
        self.agenda.push(Planned {
            due: at + Duration::seconds(after.into()),
            event,
        });
    }

    pub(super) fn play(
        &mut self,
        script: Script,
        now: OffsetDateTime,
    ) -> Result<(), ProviderError> {
        match script {
            Script::Pay {
                txid,
                amount,
                times,
                after,
            } => {
                let charge = self.charges.get(&txid).ok_or_else(absent)?;
                if charge.status != ChargeStatus::Active || charge.expires_at <= now {
                    return Err(ProviderError::refused(
                        "charge_not_active",
                        "It cannot be paid.",
                    ));
                }
                let amount = positive(amount.unwrap_or(charge.amount))?;
                for _ in 0..times {
                    self.plan(now, after, Event::Pay(txid.clone(), amount));
                }
            }
            Script::PayCharges(after) => self.orders.pay_charges = after,
            Script::PayKey(amount) => {
                self.receive(None, positive(amount)?, Sender::default(), now);
            }
            Script::PayKeyAs { amount, sender } => {
                self.receive(None, positive(amount)?, sender, now);
            }
            Script::TakeBack { pix, amount } => self.take_back(&pix, amount, now)?,
            Script::Payouts(manner) => self.orders.manner = manner,
            Script::Decide {
                id,
                rejected,
                after,
            } => {
                self.payouts.get(&id).ok_or_else(absent)?;
                let event = match rejected {
                    Some(code) => Event::Reject(id, code),
                    None => Event::Settle(id),
                };
                self.plan(now, after, event);
            }
            Script::ReturnPayout { id, amount, after } => {
                self.payouts.get(&id).ok_or_else(absent)?;
                self.plan(now, after, Event::Return(id, positive(amount)?));
            }
            Script::Webhooks {
                delay,
                copies,
                shuffled,
            } => {
                self.orders.delay = delay;
                self.orders.copies = copies;
                self.orders.shuffled = shuffled;
            }
            Script::Fail { call, fault } => self.orders.fail(call, fault),
            Script::Own { key, owner, name } => {
                let tax_id = owner.to_string();
                self.owners
                    .insert(key.as_str().to_owned(), KeyOwner { tax_id, name });
            }
        }
        self.catch_up(now);
        Ok(())
    }

    fn receive(&mut self, txid: Option<Txid>, amount: Money, sender: Sender, at: OffsetDateTime) {
        let end_to_end_id = self.draw.end_to_end_id(at);
        if let Some(charge) = txid.as_ref().and_then(|txid| self.charges.get_mut(txid)) {
            charge.status = ChargeStatus::Paid;
            charge.paid_by.push(end_to_end_id.clone());
        }
        self.write(at, amount, Movement::Received(end_to_end_id.clone()));
        let pix = ReceivedPix {
            end_to_end_id,
            txid,
            is_to_another_key: false,
            amount,
            received_at: at,
            sender,
            refunds: Vec::new(),
        };
        self.tell_of_pix(&pix, at);
        self.received.push(pix);
    }

    /// What of a payment has not been given back.
    pub(super) fn refundable(pix: &ReceivedPix) -> Money {
        let out = pix
            .refunds
            .iter()
            .filter(|refund| refund.status != RefundStatus::Failed);
        total(pix.amount, out.map(|refund| negative(refund.amount)))
    }

    pub(super) fn begin_refund(
        &mut self,
        pix: &EndToEndId,
        id: &RefundId,
        amount: Money,
        nature: RefundNature,
        now: OffsetDateTime,
    ) -> Result<PixRefund, ProviderError> {
        let return_id = self.draw.return_id(now);
        let received = self
            .received
            .iter_mut()
            .find(|received| received.end_to_end_id == *pix)
            .ok_or_else(absent)?;
        if let Some(known) = received.refunds.iter().find(|refund| refund.id == *id) {
            return if known.amount == amount {
                Ok(known.clone())
            } else {
                Err(ProviderError::refused(
                    "id_reused",
                    "Another refund has this id.",
                ))
            };
        }
        if positive(amount)? > Self::refundable(received) {
            return Err(ProviderError::refused(
                "too_much",
                "More than is left of the payment.",
            ));
        }
        let refund = PixRefund {
            id: id.clone(),
            return_id: Some(return_id),
            amount,
            status: RefundStatus::Processing,
            nature,
        };
        received.refunds.push(refund.clone());
        self.write(
            now,
            negative(amount),
            Movement::Refunded(pix.clone(), id.clone()),
        );
        self.plan(now, 0, Event::FinishRefund(pix.clone(), id.clone()));
        Ok(refund)
    }

    fn take_back(
        &mut self,
        pix: &EndToEndId,
        amount: Money,
        now: OffsetDateTime,
    ) -> Result<(), ProviderError> {
        let count = self
            .received
            .iter()
            .map(|received| received.refunds.len())
            .sum::<usize>();
        let id = RefundId::parse(&format!("MED{count}")).expect("letters and digits");
        self.begin_refund(pix, &id, amount, RefundNature::Fraud, now)
            .map(|_| ())
    }

    fn finish_refund(&mut self, pix: &EndToEndId, id: &RefundId, at: OffsetDateTime) {
        let Some(received) = self
            .received
            .iter_mut()
            .find(|received| received.end_to_end_id == *pix)
        else {
            return;
        };
        let Some(refund) = received.refunds.iter_mut().find(|refund| refund.id == *id) else {
            return;
        };
        refund.status = RefundStatus::Returned;
        // A contest has no event: it is found by listing.
        if refund.nature == RefundNature::Ordinary {
            let pix = received.clone();
            self.tell_of_pix(&pix, at);
        }
    }
}

pub(super) fn absent() -> ProviderError {
    ProviderError::refused("not_found", "There is no such thing here.")
}

pub(super) fn positive(amount: Money) -> Result<Money, ProviderError> {
    if amount.is_positive() {
        Ok(amount)
    } else {
        Err(ProviderError::refused(
            "amount",
            "An amount is more than nothing.",
        ))
    }
}
