//! The ledger: every movement of money is one transaction whose legs sum to zero, written in the same database
//! transaction as the thing it pays for.
//!
//! A posting is one round trip to a function of the database, which keeps the rules: legs that sum to zero, floors, ids
//! that post once, rows that never change. The migration `0002_ledger.sql` says how. Most accounts hold their exact
//! balance; those of the club itself are deferred, so that nobody waits for them: [`fold`] brings their statements up to
//! date, [`balance`] is exact without it.
//!
//! Whoever moves money makes a [`Posting`] and calls [`post`] once in its transaction, with everything in it: two
//! postings in one transaction could wait in a circle with somebody else's two. What cannot be refused (releases of
//! cashback) goes by [`post_batch`], many in a round trip. What is computed from balances goes through `Attempts`, by
//! which the transaction is taken again when they moved. Never retry with a new id.
//!
//! One more kind of account or of transaction: see [`Account`] and [`TransactionKind`].

mod account;
#[cfg(feature = "ssr")]
mod attempt;
#[cfg(feature = "ssr")]
mod operations;
mod posting;
mod statement;
#[cfg(all(test, feature = "ssr"))]
mod tests;

use kernel::Money;
use serde::{Deserialize, Serialize};

pub use account::Account;
#[cfg(feature = "ssr")]
pub(crate) use attempt::{Attempt, Attempts};
#[cfg(feature = "ssr")]
pub use operations::{
    audit, balance, fold, has_unfolded, legs, post, post_batch, set_credit, statement, wallet,
};
pub use posting::{Leg, Legs, Posting, TransactionKind};
pub use statement::{StatementEntry, StatementFilter, StatementPage, StatementRequest};

/// What came of a posting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posted {
    /// It was written now.
    Now,
    /// It was written before, under the same id and with the same content; nothing moved.
    Before,
}

/// What a user has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WalletBalances {
    /// Can be spent or withdrawn. Below zero when a merchant uses its credit.
    pub available: Money,
    /// Cashback that is not yet released.
    pub pending: Money,
    /// Held back by the club, by order of a court for example: it can be neither spent nor withdrawn until it is freed.
    pub blocked: Money,
    /// What the user owes the club, zero or more; future cashback pays it first.
    pub debt: Money,
}

/// Something that cannot be in a sound ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Stable name of what is wrong: `unbalanced_transaction`, `balance_is_not_last_entry`, `broken_running_balance`,
    /// `money_created`, …
    pub finding: String,
    /// Where: the id of the transaction or of the account, `account:version` of an entry, or the centavos created.
    pub subject: String,
}
