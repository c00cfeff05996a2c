//! What becomes of payouts at the sandbox.

use super::{
    book::{Book, Movement, Payout, total},
    play::Event,
    script::Manner,
};
use crate::pix::{PayoutId, PayoutStatus};
use kernel::Money;
use time::OffsetDateTime;

/// Efí's table: up to here payouts are settled and charges pay themselves, …
const EFI_SETTLED: Money = Money::from_centavos(10_00);
/// … and up to here rejected later.
const EFI_REJECTED_LATER: Money = Money::from_centavos(20_00);

impl Book {
    /// Plans what becomes of an accepted payout; `Err` with the provider's code when it is rejected at once.
    pub(super) fn fate(
        &mut self,
        id: &PayoutId,
        amount: Money,
        now: OffsetDateTime,
    ) -> Result<(), &'static str> {
        let reject = Event::Reject(id.clone(), "AC03".to_owned());
        match self.orders.manner {
            Manner::Hold => {}
            Manner::Settle => self.plan(now, 0, Event::Settle(id.clone())),
            Manner::Reject => self.plan(now, 0, reject),
            Manner::Efi if amount > EFI_REJECTED_LATER => return Err("pagamento_negado"),
            Manner::Efi if amount > EFI_SETTLED => self.plan(now, 0, reject),
            Manner::Efi => {
                self.plan(now, 0, Event::Settle(id.clone()));
                let parts: &[i64] = match amount.centavos() {
                    4_00 => &[2_00, 2_00],
                    5_00 => &[5_00],
                    _ => &[],
                };
                for part in parts {
                    self.plan(
                        now,
                        1,
                        Event::Return(id.clone(), Money::from_centavos(*part)),
                    );
                }
            }
        }
        Ok(())
    }

    /// After how many seconds a new charge pays itself.
    pub(super) fn pays_itself(&self, amount: Money) -> Option<u32> {
        let by_table = self.orders.manner == Manner::Efi && amount <= EFI_SETTLED;
        self.orders.pay_charges.or(by_table.then_some(0))
    }

    pub(super) fn settle(&mut self, id: &PayoutId, at: OffsetDateTime) {
        self.change(id, at, |payout| {
            (payout.status == PayoutStatus::Accepted)
                .then(|| PayoutStatus::Settled(payout.end_to_end_id.clone()))
        });
    }

    pub(super) fn reject(&mut self, id: &PayoutId, code: String, at: OffsetDateTime) {
        let amount = self.change(id, at, |payout| {
            (payout.status == PayoutStatus::Accepted).then_some(PayoutStatus::Rejected(code))
        });
        if let Some(amount) = amount {
            self.write(at, amount, Movement::PutBack(id.clone()));
        }
    }

    pub(super) fn take_return(&mut self, id: &PayoutId, part: Money, at: OffsetDateTime) {
        let done = self.change(id, at, |payout| {
            let before = match &payout.status {
                PayoutStatus::Settled(_) => Money::ZERO,
                PayoutStatus::Returned { amount, .. } => *amount,
                _ => return None,
            };
            let amount = total(before, [part]);
            let end_to_end_id = payout.end_to_end_id.clone();
            (amount <= payout.amount).then_some(PayoutStatus::Returned {
                end_to_end_id,
                amount,
            })
        });
        if done.is_some() {
            self.write(at, part, Movement::Returned(id.clone()));
        }
    }

    /// Gives a payout its next status and tells of it; the payout's amount when there was a change.
    fn change(
        &mut self,
        id: &PayoutId,
        at: OffsetDateTime,
        next: impl FnOnce(&Payout) -> Option<PayoutStatus>,
    ) -> Option<Money> {
        let payout = self.payouts.get_mut(id)?;
        payout.status = next(payout)?;
        let payout = payout.clone();
        self.tell_of_payout(&payout, at);
        Some(payout.amount)
    }
}
