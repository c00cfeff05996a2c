//! The wallet: what a user has (available, pending, blocked, owed) and how it came to be.
//!
//! What moved is read from the ledger; whoever moves money is elsewhere. What a movement was for, the ledger does not know:
//! `known` finds it, for a whole page at once.

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod csv;
#[cfg(feature = "ssr")]
mod known;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub(crate) use known::{Known, known};
#[cfg(feature = "ssr")]
pub use operations::{of_user, read, statement, statement_csv, statement_of_user};

use crate::ledger::{Account, StatementEntry, WalletBalances};
use kernel::{Money, UserId};
use serde::{Deserialize, Serialize};

/// A user's wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Wallet {
    /// What is in it.
    #[serde(flatten)]
    pub balances: WalletBalances,
    /// How far below zero `available` may go to pay the cashback of a merchant's sales that are paid outside; zero for
    /// consumers, and for merchants whose documents the club has not approved as far as it asks. It is not for withdrawing.
    pub credit: Money,
}

/// One of the four parts of a wallet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WalletAccount {
    /// What can be spent or withdrawn.
    #[default]
    Available,
    /// Cashback that waits for its day.
    Pending,
    /// What is held back by order.
    Blocked,
    /// What is owed, as a negative balance.
    Debt,
}

impl WalletAccount {
    /// The ledger's account of this part of a user's wallet.
    pub const fn of(self, user: UserId) -> Account {
        match self {
            Self::Available => Account::Wallet(user),
            Self::Pending => Account::Pending(user),
            Self::Blocked => Account::Blocked(user),
            Self::Debt => Account::Debt(user),
        }
    }
}

/// One movement of a part of a wallet, with what its owner may know of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatementLine {
    /// What moved.
    #[serde(flatten)]
    pub entry: StatementEntry,
    /// The other side: first name and the initial of the last, or a masked Pix key; absent where there is none, where they
    /// have left the club, and of a purchase that only brought cashback by somebody.
    #[cfg_attr(feature = "ssr", schema(example = "Loja S."))]
    pub counterparty: Option<String>,
    /// By what the other side knows it: the merchant's receipt number, or a Pix's `endToEndId`.
    #[cfg_attr(feature = "ssr", schema(example = "NF-1234"))]
    pub reference: Option<String>,
}

/// One page of a part of a wallet, the newest movement first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WalletStatement {
    /// The movements.
    pub data: Vec<StatementLine>,
    /// Ask for the next page with this; absent on the last. With a filter a page can be short, even empty, and still
    /// have a next one.
    pub next_cursor: Option<i64>,
}
