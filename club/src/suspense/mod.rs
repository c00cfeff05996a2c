//! Money that came in and belongs to nobody we know: an administrator finds its owner or gives it back.
//!
//! It is on the ledger's suspense account from the moment it came in, so it is never lost and never anybody's by mistake.
//! A refund is written under our own id before the provider is asked, and asked for under it until there is an answer.

#[cfg(feature = "ssr")]
mod operations;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub use operations::{assign, by_id, finish_returns, list, return_to_payer, waiting};

use crate::pix::{EndToEndId, Txid};
use kernel::{Money, ReceivedPixId, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What became of a payment that came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum ReceivedStatus {
    /// It paid a deposit and is in its user's wallet.
    Credited,
    /// Nobody knows whose it is.
    Suspense,
    /// An administrator found whose it is: it is in that user's wallet.
    Assigned,
    /// The payer has it back.
    Returned,
}

/// What waits for somebody to find its owner or to give it back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// How many payments.
    pub payments: i64,
    /// How much they are together.
    pub amount: Money,
}

/// A payment that belonged to nobody when it came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnmatchedPix {
    /// Its id.
    pub id: ReceivedPixId,
    /// Its id from end to end, which the payer's bank knows too.
    pub end_to_end_id: EndToEndId,
    /// The charge or static code that it named.
    pub txid: Option<Txid>,
    /// How much came in.
    pub amount: Money,
    /// What of it went back.
    pub returned: Money,
    /// What became of it.
    pub status: ReceivedStatus,
    /// Whether it is on its way back to the payer.
    pub is_returning: bool,
    /// When it came in.
    #[serde(with = "time::serde::rfc3339")]
    pub received_at: OffsetDateTime,
    /// Whose it turned out to be.
    pub user_id: Option<UserId>,
    /// Who decided that.
    pub resolved_by: Option<String>,
    /// When.
    #[serde(with = "time::serde::rfc3339::option")]
    pub resolved_at: Option<OffsetDateTime>,
    /// Why.
    pub reason: Option<String>,
}
