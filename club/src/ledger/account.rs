//! The chart of accounts.

use kernel::UserId;

/// An account of the ledger: its kind and, for a user's account, its owner.
///
/// The order is the one in which every posting locks accounts. To add a kind, give it a number here and in
/// `ledger_account_kinds` by a migration; a test compares the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Account {
    /// The money at the payment provider, with the sign turned: its balance is minus what is held there.
    Clearing,
    /// The club's shares.
    Club,
    /// Withdrawal fees.
    Fees,
    /// Withdrawals on their way out.
    Payout,
    /// Money that came in and belongs to nobody we know.
    Suspense,
    /// Sales paid outside: cash, card.
    External,
    /// A user's cashback that is not yet released.
    Pending(UserId),
    /// A user's money that is held back by order of somebody entitled to.
    Blocked(UserId),
    /// What a user owes the club after a refund, as a negative balance.
    Debt(UserId),
    /// What a user can spend or withdraw. A merchant's may go below zero, down to its credit.
    Wallet(UserId),
}

impl Account {
    /// The number of the kind in the database.
    #[cfg_attr(
        not(feature = "ssr"),
        expect(dead_code, reason = "only the server speaks to the database")
    )]
    pub(crate) const fn kind(self) -> i16 {
        match self {
            Self::Clearing => 1,
            Self::Club => 2,
            Self::Fees => 3,
            Self::Payout => 4,
            Self::Suspense => 5,
            Self::External => 6,
            Self::Pending(_) => 10,
            Self::Blocked(_) => 11,
            Self::Debt(_) => 12,
            Self::Wallet(_) => 13,
        }
    }

    /// Whose account this is; `None` for the club's own.
    pub const fn owner(self) -> Option<UserId> {
        match self {
            Self::Pending(user) | Self::Blocked(user) | Self::Debt(user) | Self::Wallet(user) => {
                Some(user)
            }
            Self::Clearing
            | Self::Club
            | Self::Fees
            | Self::Payout
            | Self::Suspense
            | Self::External => None,
        }
    }

    /// The account of this number and owner; `None` when there is no such thing.
    #[cfg_attr(
        not(feature = "ssr"),
        expect(dead_code, reason = "only the server speaks to the database")
    )]
    pub(crate) const fn of(kind: i16, owner: Option<UserId>) -> Option<Self> {
        Some(match (kind, owner) {
            (1, None) => Self::Clearing,
            (2, None) => Self::Club,
            (3, None) => Self::Fees,
            (4, None) => Self::Payout,
            (5, None) => Self::Suspense,
            (6, None) => Self::External,
            (10, Some(user)) => Self::Pending(user),
            (11, Some(user)) => Self::Blocked(user),
            (12, Some(user)) => Self::Debt(user),
            (13, Some(user)) => Self::Wallet(user),
            _ => return None,
        })
    }
}
