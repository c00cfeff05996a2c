//! What the ledger should be, in memory: one posting after another, no database.

use super::*;
pub(super) use crate::testing::Dice;
use std::collections::{BTreeMap, HashMap};

/// Why a posting can be refused.
const REFUSALS: [&str; 4] = [
    "insufficient_balance",
    "debt_overpaid",
    "transaction_reused",
    "already_reversed",
];

/// The ledger in memory.
#[derive(Clone, Default)]
pub(super) struct Model {
    balances: BTreeMap<Account, i64>,
    entries: BTreeMap<Account, i64>,
    credits: HashMap<UserId, i64>,
    pub(super) posted: Vec<Posting>,
}

impl Model {
    pub(super) fn balance(&self, account: Account) -> i64 {
        self.balances.get(&account).copied().unwrap_or_default()
    }

    pub(super) fn entries(&self, account: Account) -> i64 {
        self.entries.get(&account).copied().unwrap_or_default()
    }

    fn refuses(&self, account: Account, balance: i64) -> Option<&'static str> {
        match account {
            Account::Wallet(user) => {
                let credit = self.credits.get(&user).copied().unwrap_or_default();
                (balance < -credit).then_some("insufficient_balance")
            }
            Account::Pending(_) | Account::Blocked(_) => {
                (balance < 0).then_some("insufficient_balance")
            }
            Account::Debt(_) => (balance > 0).then_some("debt_overpaid"),
            _ => None,
        }
    }

    /// What posting this gives; the model changes only when it is posted now.
    pub(super) fn post(&mut self, posting: &Posting) -> Result<Posted, Vec<&'static str>> {
        let legs = posting.balanced_legs().expect("balanced");
        if let Some(before) = self.posted.iter().find(|before| before.id == posting.id) {
            let same = before.kind == posting.kind
                && before.subject_id == posting.subject_id
                && before.reverses == posting.reverses
                && before.balanced_legs().expect("balanced") == legs;
            return if same {
                Ok(Posted::Before)
            } else {
                Err(vec!["transaction_reused"])
            };
        }
        if posting.reverses.is_some()
            && self
                .posted
                .iter()
                .any(|other| other.reverses == posting.reverses)
        {
            return Err(vec!["already_reversed"]);
        }
        let mut after = self.balances.clone();
        let mut refusals = Vec::new();
        for ((account, _), amount) in legs {
            let balance = after.entry(account).or_default();
            *balance += amount.centavos();
            refusals.extend(self.refuses(account, *balance));
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        self.write(posting);
        Ok(Posted::Now)
    }

    /// Writes a posting that was found good.
    pub(super) fn write(&mut self, posting: &Posting) {
        for ((account, _), amount) in posting.balanced_legs().expect("balanced") {
            *self.balances.entry(account).or_default() += amount.centavos();
            *self.entries.entry(account).or_default() += 1;
        }
        self.posted.push(posting.clone());
    }

    /// The accounts that are below their floor or above their ceiling.
    pub(super) fn beyond_limits(&self) -> Vec<Account> {
        let beyond =
            |&(&account, &balance): &(&Account, &i64)| self.refuses(account, balance).is_some();
        self.balances
            .iter()
            .filter(beyond)
            .map(|(&account, _)| account)
            .collect()
    }

    /// What a batch gives: all of it, in order, or nothing. After the first refusal the others may be anything.
    pub(super) fn post_batch(
        &mut self,
        postings: &[Posting],
    ) -> Result<Vec<TransactionId>, Vec<&'static str>> {
        let mut after = self.clone();
        let mut now = Vec::new();
        for posting in postings {
            match after.post(posting) {
                Ok(Posted::Now) => now.push(posting.id),
                Ok(Posted::Before) => {}
                Err(_) => return Err(REFUSALS.to_vec()),
            }
        }
        *self = after;
        now.sort_unstable();
        Ok(now)
    }

    pub(super) fn set_credit(
        &mut self,
        user: UserId,
        credit: i64,
    ) -> Result<(), Vec<&'static str>> {
        if self.balance(Account::Wallet(user)) < -credit {
            return Err(vec!["credit_in_use"]);
        }
        self.credits.insert(user, credit);
        Ok(())
    }

    pub(super) fn accounts(&self) -> impl Iterator<Item = Account> + '_ {
        self.balances.keys().copied()
    }
}
