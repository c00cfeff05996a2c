//! The sandbox's own book: what a bank statement would say, to compare with the club's ledger.

use super::{draw::Draw, play::Planned, post::Letter, script::Orders};
use crate::pix::{
    Charge, EndToEndId, KeyOwner, PayoutId, PayoutStatus, PixKey, ReceivedPix, RefundId,
    RefundStatus, Txid,
};
use kernel::{Document, Money};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use time::OffsetDateTime;

/// Everything that the sandbox remembers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    pub(super) opening: Money,
    pub(super) charges: BTreeMap<Txid, Charge>,
    pub(super) received: Vec<ReceivedPix>,
    pub(super) payouts: BTreeMap<PayoutId, Payout>,
    pub(super) statement: Vec<Line>,
    pub(super) owners: BTreeMap<String, KeyOwner>,
    pub(super) orders: Orders,
    pub(super) agenda: Vec<Planned>,
    pub(super) post: Vec<Letter>,
    pub(super) draw: Draw,
}

/// A payout as the sandbox has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    /// The club's id.
    pub id: PayoutId,
    /// Where it went.
    pub key: PixKey,
    /// How much.
    pub amount: Money,
    /// Who had to own the key.
    pub owner: Document,
    /// Its id from end to end.
    pub end_to_end_id: EndToEndId,
    /// What became of it.
    pub status: PayoutStatus,
    /// When it was sent.
    #[serde(with = "time::serde::rfc3339")]
    pub sent_at: OffsetDateTime,
}

/// A movement of the club's money at the sandbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// How much came in; negative when it went out.
    pub amount: Money,
    /// What for.
    pub what: Movement,
}

/// What moved money.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Movement {
    /// A payment came in.
    Received(EndToEndId),
    /// A refund of it went out.
    Refunded(EndToEndId, RefundId),
    /// A payout went out.
    Sent(PayoutId),
    /// It was rejected and the money put back.
    PutBack(PayoutId),
    /// The recipient's institution returned money of it.
    Returned(PayoutId),
}

impl Book {
    pub(super) fn new(opening: Money, seed: u64) -> Self {
        Self {
            opening,
            charges: BTreeMap::new(),
            received: Vec::new(),
            payouts: BTreeMap::new(),
            statement: Vec::new(),
            owners: BTreeMap::new(),
            orders: Orders::default(),
            agenda: Vec::new(),
            post: Vec::new(),
            draw: Draw::new(seed),
        }
    }

    /// How much the club has here.
    pub fn balance(&self) -> Money {
        total(self.opening, self.statement.iter().map(|line| line.amount))
    }

    /// Every movement, oldest first.
    pub fn statement(&self) -> &[Line] {
        &self.statement
    }

    /// Every payment that came in, oldest first.
    pub fn received(&self) -> &[ReceivedPix] {
        &self.received
    }

    /// A payment that came in.
    pub fn pix(&self, id: &EndToEndId) -> Option<&ReceivedPix> {
        self.received.iter().find(|pix| pix.end_to_end_id == *id)
    }

    /// Every payout that was ever asked for, by id.
    pub fn payouts(&self) -> impl Iterator<Item = &Payout> {
        self.payouts.values()
    }

    /// A payout.
    pub fn payout(&self, id: &PayoutId) -> Option<&Payout> {
        self.payouts.get(id)
    }

    /// A charge.
    pub fn charge(&self, txid: &Txid) -> Option<&Charge> {
        self.charges.get(txid)
    }

    /// How often money went out for a payout, less how often it was put back: 1 when it was paid, 0 when it was not.
    pub fn times_paid(&self, id: &PayoutId) -> usize {
        let count = |what: &Movement| self.statement.iter().filter(|l| l.what == *what).count();
        count(&Movement::Sent(id.clone())).saturating_sub(count(&Movement::PutBack(id.clone())))
    }

    /// Says what does not tie out: the statement against the payments and payouts, and everything that may happen once
    /// against having happened twice.
    pub fn check(&self) -> Result<(), String> {
        let mut seen = BTreeSet::new();
        for line in &self.statement {
            let repeats = matches!(line.what, Movement::Returned(_));
            if !repeats && !seen.insert(&line.what) {
                return Err(format!("it happened twice: {:?}", line.what));
            }
        }
        let mut expected = self.opening;
        for pix in &self.received {
            let out = pix
                .refunds
                .iter()
                .filter(|refund| refund.status != RefundStatus::Failed)
                .map(|refund| negative(refund.amount));
            let left = total(pix.amount, out);
            if left.is_negative() {
                return Err(format!(
                    "more was given back than came in: {}",
                    pix.end_to_end_id
                ));
            }
            expected = total(expected, [left]);
        }
        for payout in self.payouts.values() {
            let cost = payout.cost();
            if cost.is_negative() || cost > payout.amount {
                return Err(format!("payout {} cost {cost}", payout.id));
            }
            let paid = usize::from(!matches!(payout.status, PayoutStatus::Rejected(_)));
            if self.times_paid(&payout.id) != paid {
                return Err(format!("payout {} is {:?}", payout.id, payout.status));
            }
            expected = total(expected, [negative(cost)]);
        }
        if expected == self.balance() {
            Ok(())
        } else {
            Err(format!("{expected} expected, {} there", self.balance()))
        }
    }

    pub(super) fn write(&mut self, at: OffsetDateTime, amount: Money, what: Movement) {
        self.statement.push(Line { at, amount, what });
    }
}

impl Payout {
    /// What the club is poorer by.
    fn cost(&self) -> Money {
        match &self.status {
            PayoutStatus::Rejected(_) => Money::ZERO,
            PayoutStatus::Returned { amount, .. } => total(self.amount, [negative(*amount)]),
            _ => self.amount,
        }
    }
}

/// The sandbox's amounts are those of tests and demonstrations.
pub(super) fn total(start: Money, amounts: impl IntoIterator<Item = Money>) -> Money {
    amounts.into_iter().fold(start, |sum, amount| {
        sum.checked_add(amount)
            .expect("a sandbox stays below the world's money")
    })
}

pub(super) fn negative(amount: Money) -> Money {
    total(Money::ZERO, Money::ZERO.checked_sub(amount))
}
