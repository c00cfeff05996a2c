//! What somebody can take out, and when.

use crate::ledger::{Account, Posting};
use kernel::{Money, UserId};
use std::iter;
use time::{Duration, OffsetDateTime};

/// What is in a wallet over time: what was there before, and every change, the oldest first.
pub(crate) struct Purse {
    before: Money,
    changes: Vec<(OffsetDateTime, Money)>,
}

impl Purse {
    /// A user's: what is there, and what is to be posted.
    pub(crate) fn of(user: UserId, before: Money, postings: &[Posting]) -> Self {
        let wallet = Account::Wallet(user);
        let mut changes: Vec<_> = postings
            .iter()
            .flat_map(|posting| {
                let of_wallet = posting.legs.iter().filter(|leg| leg.account == wallet);
                of_wallet.map(|leg| (posting.happened_at, leg.amount))
            })
            .collect();
        changes.sort_by_key(|(when, _)| *when);
        Self { before, changes }
    }

    /// What can be taken out at this moment so that everything later still goes as it does.
    pub(crate) fn free(&self, at: OffsetDateTime) -> Money {
        let (mut balance, mut least) = (self.before, None);
        for &(when, change) in &self.changes {
            if when > at {
                least = Some(least.map_or(balance, |least: Money| least.min(balance)));
            }
            balance = balance.checked_add(change).unwrap_or_default();
        }
        least.map_or(balance, |least| least.min(balance))
    }

    /// The first moment from this one on at which so much can be taken out.
    pub(crate) fn free_from(&self, from: OffsetDateTime, amount: Money) -> Option<OffsetDateTime> {
        let later = self
            .changes
            .iter()
            .map(|(when, _)| *when + Duration::MINUTE);
        iter::once(from)
            .chain(later.filter(|at| *at > from))
            .find(|at| self.free(*at) >= amount)
    }

    /// So much is taken out at this moment.
    pub(crate) fn take(&mut self, at: OffsetDateTime, amount: Money) {
        let place = self.changes.partition_point(|(when, _)| *when <= at);
        let change = amount.checked_neg().unwrap_or_default();
        self.changes.insert(place, (at, change));
    }
}
