//! The movements of money of purchases and refunds.

use super::{
    Payment,
    rules::{minus, plus},
};
use crate::{
    idempotency::transaction_id,
    ledger::{self, Account, Posting, TransactionKind},
};
use kernel::{Money, PurchaseId, Result, Shares, TransactionId, UserId};
use sqlx::PgConnection;
use std::collections::HashMap;
use time::OffsetDateTime;

/// A purchase as far as its money is concerned.
#[derive(Clone, Copy, Debug)]
pub(super) struct MoneyOf {
    pub(super) id: PurchaseId,
    pub(super) payment: Payment,
    pub(super) consumer: UserId,
    pub(super) merchant: UserId,
    pub(super) consumer_referrer: Option<UserId>,
    pub(super) merchant_referrer: Option<UserId>,
    pub(super) price: Money,
    pub(super) shares: Shares,
}

impl MoneyOf {
    /// The shares of users, each with whose it is; empty ones too.
    pub(super) fn users_shares(&self, shares: Shares) -> [(UserId, Money); 3] {
        // A share without a referrer is empty, so it matters to nobody whose it is.
        [
            (self.consumer, shares.consumer),
            (
                self.consumer_referrer.unwrap_or(self.consumer),
                shares.consumer_referrer,
            ),
            (
                self.merchant_referrer.unwrap_or(self.merchant),
                shares.merchant_referrer,
            ),
        ]
    }

    fn posting(&self, kind: TransactionKind, step: &str, at: OffsetDateTime) -> Posting {
        Posting::new(transaction_id(self.id.0, step), kind, self.id.0, at)
    }

    /// The price, when a wallet pays it, and the cashback from the merchant to everybody: at once, or pending. The
    /// merchant receives the price without the cashback, in one line; a buyer sees the two apart. Nothing when a sale paid
    /// outside gives no cashback. Its id is the purchase's own, which is of its time: indexes grow at their end.
    pub(super) fn sale(&self, at: OffsetDateTime, pending: bool) -> Option<Posting> {
        const CASHBACK: TransactionKind = TransactionKind::Cashback;
        let seller = Account::Wallet(self.merchant);
        let sale = |kind| Posting::new(TransactionId(self.id.0), kind, self.id.0, at);
        let sale = match self.payment {
            Payment::Wallet => sale(TransactionKind::Purchase)
                .debit(Account::Wallet(self.consumer), self.price)
                .credit(seller, self.price),
            Payment::External => sale(CASHBACK),
        };
        let sale = sale
            .debit(seller, super::rules::total(self.shares))
            .credit_as(CASHBACK, Account::Club, self.shares.club);
        let sale = self
            .users_shares(self.shares)
            .into_iter()
            .fold(sale, |sale, (user, share)| {
                let account = if pending {
                    Account::Pending(user)
                } else {
                    Account::Wallet(user)
                };
                sale.credit_as(CASHBACK, account, share)
            });
        (!sale.moves_nothing()).then_some(sale)
    }

    /// Pending cashback becomes available.
    pub(super) fn release(&self, remaining: Shares, at: OffsetDateTime) -> Posting {
        self.users_shares(remaining).into_iter().fold(
            self.posting(TransactionKind::Release, "release", at),
            |posting, (user, share)| {
                posting
                    .debit(Account::Pending(user), share)
                    .credit(Account::Wallet(user), share)
            },
        )
    }
}

/// What users have in their wallets and what they owe.
#[derive(Debug, Default)]
pub(super) struct Balances {
    wallets: HashMap<UserId, Money>,
    floors: HashMap<UserId, Money>,
    debts: HashMap<UserId, Money>,
}

impl Balances {
    /// As they stand; they may move until the posting.
    pub(super) async fn read(conn: &mut PgConnection, users: &[UserId]) -> Result<Self> {
        let ids: Vec<_> = users.iter().map(|user| user.0).collect();
        let mut balances = Self::default();
        let rows = sqlx::query!(
            r#"select owner_id as "owner: UserId", kind, balance as "balance: Money", coalesce(floor, 0) as "floor!: Money"
               from ledger_accounts where owner_id = any ($1) and kind in (12, 13)"#,
            &ids,
        )
        .fetch_all(conn)
        .await?;
        for row in rows {
            let Some(owner) = row.owner else { continue };
            if Account::of(row.kind, row.owner) == Some(Account::Debt(owner)) {
                balances
                    .debts
                    .insert(owner, minus(Money::ZERO, row.balance));
            } else {
                balances.wallets.insert(owner, row.balance);
                balances.floors.insert(owner, row.floor);
            }
        }
        Ok(balances)
    }

    /// A wallet gains this, or loses it when negative.
    pub(super) fn move_wallet(&mut self, user: UserId, amount: Money) {
        let balance = self.wallets.entry(user).or_default();
        *balance = plus(*balance, amount);
    }

    /// Whether a wallet is below what it may be.
    pub(super) fn is_short(&self, user: UserId) -> bool {
        let of = |map: &HashMap<UserId, Money>| map.get(&user).copied().unwrap_or_default();
        of(&self.wallets) < of(&self.floors)
    }

    /// Takes this from a wallet as far as there is something in it, and returns what could not be taken.
    pub(super) fn take(&mut self, user: UserId, amount: Money) -> Money {
        let balance = self.wallets.entry(user).or_default();
        let there = (*balance).max(Money::ZERO).min(amount);
        *balance = minus(*balance, there);
        minus(amount, there)
    }

    /// Pays debts out of these shares of a purchase, which reach wallets by this posting, if there are any.
    pub(super) fn pay_debts(
        &mut self,
        by: &Posting,
        shares: [(UserId, Money); 3],
    ) -> Option<Posting> {
        let id = transaction_id(by.id.0, "debt");
        let kind = TransactionKind::DebtPaid;
        let paid = Posting::new(id, kind, by.subject_id, by.happened_at);
        let paid = shares.into_iter().fold(paid, |posting, (user, share)| {
            let Some(debt) = self.debts.get_mut(&user) else {
                return posting;
            };
            let pays = (*debt).min(share).max(Money::ZERO);
            *debt = minus(*debt, pays);
            posting
                .debit(Account::Wallet(user), pays)
                .credit(Account::Debt(user), pays)
        });
        (!paid.moves_nothing()).then_some(paid)
    }
}

/// Posts these, in one round trip.
pub(super) async fn post(conn: &mut PgConnection, postings: &[Posting]) -> Result<()> {
    match postings {
        [] => Ok(()),
        [one] => ledger::post(conn, one).await.map(drop),
        many => ledger::post_batch(conn, many).await.map(drop),
    }
}
