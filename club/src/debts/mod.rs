//! What a member owes the club, forgiven by its administrators: whole or in part, with the reason that explains it later.
//!
//! A debt comes from a refund or a contested deposit of what was spent already. Cashback pays it, and the wallet of whoever
//! leaves the club; what is left then keeps them here, so the club can let them go. What it forgives, it loses.

#[cfg(feature = "ssr")]
mod operations;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub use operations::forgive;

use kernel::{ForgivenessId, Money, UserId};

/// What is to be forgiven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewForgiveness {
    /// Chosen by whoever asks: asked for again under the same id, it is the same.
    pub id: ForgivenessId,
    /// Whose debt.
    pub user_id: UserId,
    /// How much of it.
    pub amount: Money,
    /// Why, for the audit log; the member is not told.
    pub reason: String,
}
