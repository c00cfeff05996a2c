//! What is posted: one transaction and its legs.

use super::Account;
use kernel::{Error, Money, Result, TransactionId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// What a transaction is about.
///
/// To add one, give it a number here and in `ledger_transaction_kinds` by a migration, and widen the check
/// `ledger_transactions_kind` and the two of `line_kind`; a test compares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type, utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
#[repr(i16)]
pub enum TransactionKind {
    /// Money came in by Pix.
    Deposit = 1,
    /// A sale that is paid from the wallet, its cashback on lines of their own.
    Purchase = 2,
    /// Pending cashback becomes available.
    Release = 3,
    /// A purchase is taken back, whole or in part.
    Refund = 4,
    /// A withdrawal was requested: the money leaves the wallet.
    Withdrawal = 5,
    /// A withdrawal was paid: the money leaves the club.
    WithdrawalPaid = 6,
    /// A withdrawal failed or was rejected: the money is back in the wallet.
    WithdrawalReturned = 7,
    /// Money came in that belongs to nobody we know, or found its owner.
    Suspense = 8,
    /// A debt was paid: by cashback, or from the wallet of whoever leaves the club.
    DebtPaid = 9,
    /// Money was held back by order.
    Block = 10,
    /// Money held back was freed.
    Unblock = 11,
    /// An administrator put something right.
    Adjustment = 12,
    /// The cashback of a purchase: a line beside the price, or a transaction when the sale was paid outside.
    Cashback = 13,
    /// Money that came in by Pix went back to its payer: a contest, or a refund by us.
    DepositReturned = 14,
    /// Whoever left the club gave the rest of the wallet up to it: less than can be withdrawn.
    GivenUp = 15,
}

impl TransactionKind {
    /// Every kind, by number.
    pub const ALL: [Self; 15] = [
        Self::Deposit,
        Self::Purchase,
        Self::Release,
        Self::Refund,
        Self::Withdrawal,
        Self::WithdrawalPaid,
        Self::WithdrawalReturned,
        Self::Suspense,
        Self::DebtPaid,
        Self::Block,
        Self::Unblock,
        Self::Adjustment,
        Self::Cashback,
        Self::DepositReturned,
        Self::GivenUp,
    ];
}

/// What one account gains by a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Whose balance moves.
    pub account: Account,
    /// What this leg is about, when that is not what its transaction is about: the cashback of a purchase. It is a line
    /// of its own on the account's statement.
    pub line_kind: Option<TransactionKind>,
    /// What it gains, or loses when negative.
    pub amount: Money,
}

/// What each account gains and what it is about, in the order of locking.
pub type Legs = BTreeMap<(Account, Option<TransactionKind>), Money>;

/// One movement of money: legs that sum to zero.
///
/// ```
/// # use club::ledger::{Account, Posting, TransactionKind};
/// # use kernel::{Money, TransactionId, UserId};
/// # use time::OffsetDateTime;
/// # use uuid::Uuid;
/// # let (id, deposit, ana) = (TransactionId(Uuid::max()), Uuid::max(), UserId(Uuid::max()));
/// let hundred = Money::from_centavos(10_000);
/// let posting = Posting::new(id, TransactionKind::Deposit, deposit, OffsetDateTime::UNIX_EPOCH)
///     .debit(Account::Clearing, hundred)
///     .credit(Account::Wallet(ana), hundred);
/// assert!(posting.balanced_legs().is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// The same id never posts twice: derive it from what may be repeated, or keep it with the request.
    pub id: TransactionId,
    /// What it is about.
    pub kind: TransactionKind,
    /// What it pays for: the purchase, the deposit, the withdrawal.
    pub subject_id: Uuid,
    /// The transaction whose every leg this one takes back. A refund that takes back only a part, or from other
    /// accounts, is no reversal: it names its purchase as its subject.
    pub reverses: Option<TransactionId>,
    /// When it happened, by the context's clock; when it is written, the database notes itself.
    pub happened_at: OffsetDateTime,
    /// Its movements. Legs of one account that are about the same are added up.
    pub legs: Vec<Leg>,
}

impl Posting {
    /// A posting without legs.
    pub const fn new(
        id: TransactionId,
        kind: TransactionKind,
        subject_id: Uuid,
        happened_at: OffsetDateTime,
    ) -> Self {
        Self {
            id,
            kind,
            subject_id,
            reverses: None,
            happened_at,
            legs: Vec::new(),
        }
    }

    /// The account gains this amount.
    #[must_use]
    pub fn credit(self, account: Account, amount: Money) -> Self {
        self.leg(account, None, amount)
    }

    /// The account gains this amount, on a line of its own that is about something else than the transaction.
    #[must_use]
    pub fn credit_as(self, line: TransactionKind, account: Account, amount: Money) -> Self {
        let line = Some(line).filter(|&line| line != self.kind);
        self.leg(account, line, amount)
    }

    fn leg(mut self, account: Account, line_kind: Option<TransactionKind>, amount: Money) -> Self {
        self.legs.push(Leg {
            account,
            line_kind,
            amount,
        });
        self
    }

    /// The account loses this amount.
    #[must_use]
    pub fn debit(self, account: Account, amount: Money) -> Self {
        self.credit(account, loss(amount))
    }

    /// Takes back this transaction, whose legs were these (see `legs`), line by line.
    #[must_use]
    pub fn reversing(mut self, of: TransactionId, legs: &[Leg]) -> Self {
        self.reverses = Some(of);
        legs.iter().fold(self, |posting, leg| {
            posting.leg(leg.account, leg.line_kind, loss(leg.amount))
        })
    }

    /// Whether no account would gain or lose anything, so that there is nothing to post.
    pub fn moves_nothing(&self) -> bool {
        self.totals().is_some_and(|totals| totals.is_empty())
    }

    /// Its legs added up, without those that move nothing.
    ///
    /// # Errors
    /// A failure inside when the legs do not sum to zero or move nothing: whoever made the posting is wrong, not whoever
    /// asked for it. `amount: out_of_range` when a sum is beyond what can be represented.
    pub fn balanced_legs(&self) -> Result<Legs> {
        let totals = self
            .totals()
            .ok_or_else(|| Error::invalid("amount", "out_of_range"))?;
        let sum: i128 = totals
            .values()
            .map(|amount| i128::from(amount.centavos()))
            .sum();
        if sum != 0 || totals.is_empty() {
            return Err(Error::internal(format_args!(
                "transaction {}: {} legs sum to {sum} centavos",
                self.id,
                totals.len()
            )));
        }
        Ok(totals)
    }

    fn totals(&self) -> Option<Legs> {
        let mut totals = Legs::new();
        for leg in &self.legs {
            let total = totals.entry((leg.account, leg.line_kind)).or_default();
            *total = total.checked_add(leg.amount)?;
        }
        totals.retain(|_, amount| !amount.is_zero());
        Some(totals)
    }
}

/// The one amount that has no opposite is refused with the whole posting: no other leg can balance it.
fn loss(amount: Money) -> Money {
    amount.checked_neg().unwrap_or(amount)
}
