//! Blocks: a part of a member's wallet that is held back by order, a court's for example, or while a Pix is contested or
//! fraud is suspected. It can be neither spent nor withdrawn until somebody lifts the block, whole or in parts.
//!
//! The money moves to the user's account `blocked` of the ledger and back, so nobody who spends has to know of blocks. Only
//! what is there can be blocked: a merchant's credit is not, and what comes in later is another block. What is freed pays
//! what the user owes first.

#[cfg(feature = "ssr")]
mod operations;
#[cfg(feature = "ssr")]
mod read;
#[cfg(feature = "ssr")]
mod seed;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub use operations::{block, lift};
#[cfg(feature = "ssr")]
pub(crate) use read::forget;
#[cfg(feature = "ssr")]
pub use read::{of_user, one};
#[cfg(feature = "ssr")]
pub(crate) use seed::seed;

use kernel::{Money, UserId, WalletBlockId, WalletLiftId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What is to be blocked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWalletBlock {
    /// Chosen by whoever asks: asked for again under the same id, it is the same block.
    pub id: WalletBlockId,
    /// Whose wallet.
    pub user_id: UserId,
    /// How much of what is available.
    pub amount: Money,
    /// Why, for the audit log and whoever looks into it later; the member is not told.
    pub reason: String,
}

/// What is to be freed of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWalletLift {
    /// Chosen by whoever asks, as for a block.
    pub id: WalletLiftId,
    /// Of which block.
    pub block_id: WalletBlockId,
    /// How much of what it still holds.
    pub amount: Money,
    /// Why.
    pub reason: String,
}

/// A part of a wallet that was blocked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WalletBlock {
    /// Which one.
    pub id: WalletBlockId,
    /// Whose wallet.
    pub user_id: UserId,
    /// What was blocked.
    pub amount: Money,
    /// What of it is still blocked.
    pub left: Money,
    /// Why.
    pub reason: String,
    /// Who had it blocked: `admin:` and their e-mail address, for example.
    pub blocked_by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub blocked_at: OffsetDateTime,
    /// What was freed of it, the oldest first.
    pub lifts: Vec<WalletLift>,
}

/// A part of a block that was freed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WalletLift {
    /// Which one.
    pub id: WalletLiftId,
    /// How much.
    pub amount: Money,
    /// Why.
    pub reason: String,
    /// Who freed it.
    pub lifted_by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub lifted_at: OffsetDateTime,
}
