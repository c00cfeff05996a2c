//! The wallet: what a user has (available, pending, blocked, owed) and how it came to be.
//!
//! Everything is read from the ledger; whoever moves money is elsewhere.

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod csv;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub use operations::{balances, of_user, statement, statement_csv, statement_of_user};

use crate::ledger::Account;
use kernel::UserId;
use serde::{Deserialize, Serialize};

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
