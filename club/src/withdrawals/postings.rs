//! The movements of money of a withdrawal. Each has an id of its own, so a step moves money once.

use crate::{
    idempotency::transaction_id,
    ledger::{Account, Posting, TransactionKind},
};
use kernel::{Money, UserId, WithdrawalId};
use time::OffsetDateTime;

/// A withdrawal as far as its money is concerned.
#[derive(Clone, Copy, Debug)]
pub(super) struct MoneyOf {
    pub(super) id: WithdrawalId,
    pub(super) user: UserId,
    /// Gross.
    pub(super) amount: Money,
    pub(super) fee: Money,
}

impl MoneyOf {
    /// What is sent.
    pub(super) fn net(&self) -> Money {
        self.amount.checked_sub(self.fee).unwrap_or_default()
    }

    /// It was asked for: the money is on its way, the fee is the club's.
    pub(super) fn request(&self, at: OffsetDateTime) -> Posting {
        self.posting(TransactionKind::Withdrawal, "request", at)
            .debit(Account::Wallet(self.user), self.amount)
            .credit(Account::Payout, self.net())
            .credit(Account::Fees, self.fee)
    }

    /// It was rejected or failed: as if it had never been asked for. One id for both, so it cannot happen twice.
    pub(super) fn back(&self, at: OffsetDateTime) -> Posting {
        self.posting(TransactionKind::WithdrawalReturned, "back", at)
            .reversing(transaction_id(self.id.0, "request"), &self.request(at).legs)
    }

    /// It arrived: the money has left the provider.
    pub(super) fn paid(&self, at: OffsetDateTime) -> Posting {
        self.posting(TransactionKind::WithdrawalPaid, "paid", at)
            .debit(Account::Payout, self.net())
            .credit(Account::Clearing, self.net())
    }

    /// So much of it came back until now, so much of that before; the rest is for `to`.
    pub(super) fn returned(
        &self,
        until_now: Money,
        before: Money,
        to: Account,
        at: OffsetDateTime,
    ) -> Posting {
        let step = format!("returned {}", until_now.centavos());
        let more = until_now.checked_sub(before).unwrap_or_default();
        self.posting(TransactionKind::WithdrawalReturned, &step, at)
            .debit(Account::Clearing, more)
            .credit(to, more)
    }

    fn posting(&self, kind: TransactionKind, step: &str, at: OffsetDateTime) -> Posting {
        Posting::new(transaction_id(self.id.0, step), kind, self.id.0, at)
    }
}
