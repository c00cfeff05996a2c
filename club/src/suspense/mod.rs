//! Money that belongs to nobody we know: an administrator finds its owner or gives it back.
//!
//! It came in without a deposit, or it came back from a withdrawal when its owner had left the club. It is on the ledger's
//! suspense account from that moment, so it is never lost and never anybody's by mistake, and what is listed here adds up to
//! that account's balance. A refund is written under our own id before the provider is asked, and asked for under it until
//! there is an answer.
//!
//! Who paid is kept for as long as somebody may have to find the owner: it is shown to those who may decide, is in the copy
//! of the user whose money it turned out to be, and is cleared when that user leaves or the payer has the money back.
//!
//! One more way for money to have no owner is one more part of the view `unmatched_money`.

#[cfg(feature = "ssr")]
mod decide;
#[cfg(feature = "ssr")]
mod read;
#[cfg(feature = "ssr")]
mod refund;
#[cfg(feature = "ssr")]
mod take_in;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub use decide::assign;
#[cfg(feature = "ssr")]
pub use read::{by_id, list, waiting};
#[cfg(feature = "ssr")]
pub(crate) use read::{forget, of_user};
#[cfg(feature = "ssr")]
pub use refund::{finish_returns, return_to_payer};
#[cfg(feature = "ssr")]
pub(crate) use take_in::take_in;

use crate::pix::{EndToEndId, Sender, Txid};
use kernel::{Money, ReceivedPixId, UserId, WithdrawalId};
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

/// What has no owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// How many payments wait for somebody to find their owner or to give them back.
    pub payments: i64,
    /// How much these are together.
    pub amount: Money,
    /// All that is on the suspense account: these, and what is on its way back to its payer.
    pub held: Money,
}

/// Money that belonged to nobody when it came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnmatchedPix {
    /// Its id.
    pub id: ReceivedPixId,
    /// Its id from end to end, which the payer's bank knows too.
    pub end_to_end_id: EndToEndId,
    /// The charge or static code that it named.
    pub txid: Option<Txid>,
    /// The withdrawal that it came back from, when it was not paid in; the id from end to end is the payout's then.
    pub withdrawal_id: Option<WithdrawalId>,
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
    /// What is known of who paid; only for those who may decide whose it is.
    pub sender: Option<Sender>,
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

/// Money without an owner that turned out to be a user's, as it is in their copy of what we hold.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClaimedPix {
    /// Its id from end to end.
    pub end_to_end_id: EndToEndId,
    /// How much came in.
    pub amount: Money,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub received_at: OffsetDateTime,
    /// What was known of who paid.
    pub sender: Sender,
    /// When it was found to be theirs.
    #[serde(with = "time::serde::rfc3339::option")]
    pub assigned_at: Option<OffsetDateTime>,
    /// How that was known.
    pub reason: Option<String>,
}
