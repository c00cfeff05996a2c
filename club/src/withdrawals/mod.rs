//! Withdrawals: users take their money out by Pix, to a key that is theirs (section 9).
//!
//! A withdrawal goes `requested → approved | rejected`, `approved → processing → paid | failed`, and nowhere else but from
//! `approved` to `rejected` while nothing was sent, back to `approved` from a payout that was not taken on, or back to
//! `requested` when its user gets another tax number. The money leaves the wallet when it is asked for; rejected or failed, it
//! is back. Each movement is posted in the transaction of its step, under an id derived from the withdrawal.
//!
//! A payout is sent once. It is written down as sent (`processing`, with its id at the provider) and committed before the
//! provider is called, and nothing calls `send` for a withdrawal that is `processing`. So whatever happens in between (an
//! answer that gets lost, a node that dies before or after the call) leaves one question, "what became of it?", and
//! [`look_at_due`] asks it until there is an answer: at first after seconds, later once an hour. That the provider does
//! not know the payout, or answers nothing that could be used, proves nothing for a day; after that a person has to look at
//! it ([`Attention`]), who can ask the institution by other ways and then says what became of it ([`decide`]). It stays
//! `processing` until somebody knows, is asked for all the while, and is not sent again by anybody. A provider that refuses this very payout (its key, its
//! amount) has failed the withdrawal, and the money is back.
//!
//! A provider that takes nothing on at all (it cannot be reached, it is asked too often, it refuses the club's credentials)
//! has failed nothing: what was just taken up is `approved` as before, and is sent again later under the same id, so that
//! the provider itself would refuse a second one. Only its own word leads back, and it is written down with the step. Then
//! the round stops, the provider is asked ever less often, and the console says why ([`Halt`]).
//!
//! Unless the club sets an automatic limit, every withdrawal is approved by hand: that is the default, because money that
//! left by mistake does not come back.
//!
//! What a user's KYC level lets out on one day is asked when a withdrawal is asked for, and not again. A level that falls
//! stops the next one; what was asked for before has left the wallet in the name of somebody who was known then, and goes on:
//! a doubt about it is the club's to settle, by rejecting it while it is not sent.
//!
//! A member who is blocked is sent nothing: `approved` stays `approved`, nothing more is approved, and who lets them in again
//! lets it go on. What was sent before is asked for like any other, and what comes back is in their wallet.
//!
//! Locks are taken in one order everywhere: the user, their withdrawals, their Pix key, the ledger. Whoever leaves the club
//! takes all of them, so what comes back either is in the wallet before, and keeps them, or finds them gone: then it is in
//! suspense, and a person has to look at it.
//!
//! One more reason to refuse is a variant of [`Refusal`]; one more answer of providers is an arm in `steps.rs`.

mod history;
pub mod rules;

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod halt;
#[cfg(feature = "ssr")]
mod look;
#[cfg(feature = "ssr")]
mod owner;
#[cfg(feature = "ssr")]
mod postings;
#[cfg(feature = "ssr")]
mod read;
#[cfg(feature = "ssr")]
mod request;
#[cfg(feature = "ssr")]
mod review;
#[cfg(feature = "ssr")]
mod seed;
#[cfg(feature = "ssr")]
mod send;
#[cfg(feature = "ssr")]
mod settle;
#[cfg(feature = "ssr")]
mod standing;
#[cfg(feature = "ssr")]
mod steps;
#[cfg(all(test, feature = "ssr"))]
pub(crate) mod tests;

#[cfg(feature = "ssr")]
pub use history::history;
pub use history::{Happening, What};
pub use rules::Refusal;

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub use halt::halt;
#[cfg(feature = "ssr")]
pub use look::{is_due, look_at_due, refresh};
#[cfg(feature = "ssr")]
pub(crate) use owner::reconsider;
#[cfg(feature = "ssr")]
pub use read::{by_id, list, waiting};
#[cfg(feature = "ssr")]
pub(crate) use read::{forget, has_open, lock_all, of_user};
#[cfg(feature = "ssr")]
pub use request::{quote, request};
#[cfg(feature = "ssr")]
pub use review::{acknowledge, approve, change_settings, decide, reject, settings};
#[cfg(feature = "ssr")]
pub(crate) use seed::{seed, seed_short};
#[cfg(feature = "ssr")]
pub(crate) use send::try_again;
#[cfg(feature = "ssr")]
pub use send::{held_for_payouts, is_waiting, send_approved};

use crate::pix::{EndToEndId, PayoutId, PixKeyKind};
use kernel::{Money, Percent, UserId, WithdrawalId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Where a withdrawal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawalStatus {
    /// Waits for the club's approval; the money has left the wallet.
    Requested,
    /// Will be sent.
    Approved,
    /// The club said no; the money is back.
    Rejected,
    /// Was sent; nobody knows yet what became of it.
    Processing,
    /// Has arrived.
    Paid,
    /// Did not arrive; the money is back.
    Failed,
}

impl WithdrawalStatus {
    /// Every status, in the order of a withdrawal's life.
    pub const ALL: [Self; 6] = [
        Self::Requested,
        Self::Approved,
        Self::Rejected,
        Self::Processing,
        Self::Paid,
        Self::Failed,
    ];

    /// Whether money is still on its way out.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Requested | Self::Approved | Self::Processing)
    }
}

/// Why a person has to look at a withdrawal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// A day after it was sent, the provider says that it does not know it.
    UnknownToProvider,
    /// A day after it was sent, the provider's answers do not say what became of it, or cannot be used.
    Unclear,
    /// It was sent through a provider that is no longer the club's.
    ProviderChanged,
    /// The provider says something else than before: paid what had failed, or the other way round.
    Contradiction,
    /// Money came back whose owner has left the club; it is in suspense.
    OwnerLeft,
}

/// A Pix key as everybody but its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MaskedKey {
    /// What kind of key.
    #[serde(rename = "type")]
    pub kind: PixKeyKind,
    /// Enough of it to recognise it.
    #[cfg_attr(feature = "ssr", schema(example = "a***@example.com"))]
    pub key: String,
}

/// A withdrawal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(utoipa::ToSchema),
    schema(example = json!({
        "id": "019b5f3c-7a10-7d0e-9b57-3c1f6d2a9e44", "userId": "019b5e00-1111-7abc-8def-000000000001",
        "userName": "Ana Souza", "status": "paid", "amount": "100.00", "fee": "2.50", "netAmount": "97.50",
        "pixKey": { "type": "email", "key": "a***@example.com" }, "reason": null,
        "endToEndId": "E12345678202606011203abcdef12345", "returnedAmount": "0.00",
        "requestedAt": "2026-06-01T12:00:00Z", "decidedAt": "2026-06-01T12:02:00Z",
        "finishedAt": "2026-06-01T12:03:00Z",
    }))
)]
#[serde(rename_all = "camelCase")]
pub struct Withdrawal {
    /// Its id.
    pub id: WithdrawalId,
    /// Whose.
    pub user_id: UserId,
    /// Their name.
    #[cfg_attr(feature = "ssr", schema(example = "Ana Souza"))]
    pub user_name: String,
    /// Where it stands.
    pub status: WithdrawalStatus,
    /// What left the wallet.
    pub amount: Money,
    /// The club's fee, a part of the amount.
    pub fee: Money,
    /// What is sent: the amount less the fee.
    pub net_amount: Money,
    /// Where to: the user's key when it was asked for.
    pub pix_key: MaskedKey,
    /// Why it was rejected, or the provider's code of why it failed.
    pub reason: Option<String>,
    /// What arrived has this id from end to end.
    pub end_to_end_id: Option<EndToEndId>,
    /// How much of what had arrived the recipient's institution gave back; it is in the wallet again.
    pub returned_amount: Money,
    /// When it was asked for.
    #[serde(with = "time::serde::rfc3339")]
    pub requested_at: OffsetDateTime,
    /// When it was approved or rejected.
    #[serde(with = "time::serde::rfc3339::option")]
    pub decided_at: Option<OffsetDateTime>,
    /// When it was rejected, paid or failed.
    #[serde(with = "time::serde::rfc3339::option")]
    pub finished_at: Option<OffsetDateTime>,
    /// How it is handled; for the club's administrators only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handling: Option<Handling>,
}

/// What only the club's administrators see of a withdrawal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Handling {
    /// Who approved or rejected it: `admin:rita@example.com`, `automatic`.
    pub decided_by: Option<String>,
    /// Through which provider it was sent: `sandbox`, `bcb`, `efi`.
    pub provider: Option<String>,
    /// Its id there.
    pub payout_id: Option<PayoutId>,
    /// When it was sent.
    #[serde(with = "time::serde::rfc3339::option")]
    pub sent_at: Option<OffsetDateTime>,
    /// How often the provider was asked since.
    pub looks: i32,
    /// When it is asked next; of one that is not sent yet, whether it holds enough for it.
    #[serde(with = "time::serde::rfc3339::option")]
    pub look_at: Option<OffsetDateTime>,
    /// Why a person has to look at it.
    pub attention: Option<Attention>,
    /// Why the provider did not take it on the last time, in its words; it is sent again.
    pub not_taken: Option<String>,
    /// When that was.
    #[serde(with = "time::serde::rfc3339::option")]
    pub not_taken_at: Option<OffsetDateTime>,
    /// Whether its member is blocked: nothing is sent to them meanwhile.
    pub is_member_blocked: bool,
}

/// A withdrawal to ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewWithdrawal {
    /// How much leaves the wallet, the fee included.
    #[cfg_attr(feature = "ssr", schema(example = "100.00"))]
    pub amount: Money,
    /// What the user was shown to arrive. Given, it is refused when the fee has changed since.
    #[cfg_attr(feature = "ssr", schema(example = "97.50"))]
    pub net_amount: Option<Money>,
}

/// What a withdrawal of an amount would be, now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Quote {
    /// What would leave the wallet.
    pub amount: Money,
    /// The fee, as a percentage of the amount.
    pub fee_percent: Percent,
    /// The fee, rounded down.
    pub fee: Money,
    /// What would arrive.
    pub net_amount: Money,
    /// What is in the wallet and can be withdrawn.
    pub available: Money,
    /// The least amount.
    pub min_amount: Money,
    /// What can still be withdrawn today; absent when no limit holds.
    pub left_today: Option<Money>,
    /// Where it would go; absent while the user has no key.
    pub pix_key: Option<MaskedKey>,
    /// Whether it would be sent without waiting for the club's approval.
    pub is_automatic: bool,
    /// Why it would be refused; empty when it would not.
    pub refusals: Vec<Refusal>,
}

/// Which withdrawals a list shows; absent fields do not filter. Users see their own, whatever is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WithdrawalFilter {
    /// Of this user.
    pub user_id: Option<UserId>,
    /// With this status.
    pub status: Option<WithdrawalStatus>,
    /// Only those that a person has to look at, or only the others.
    pub needs_attention: Option<bool>,
    /// Asked for at this moment or later.
    pub from: Option<OffsetDateTime>,
    /// Asked for before this moment.
    pub to: Option<OffsetDateTime>,
}

/// What waits for the club's administrators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Waiting {
    /// How many withdrawals wait for approval.
    pub requested: i64,
    /// How much they are together, gross.
    pub requested_amount: Money,
    /// How many are approved and not sent yet; without those of members who are blocked.
    pub approved: i64,
    /// How much these take together from what the provider holds.
    pub approved_amount: Money,
    /// How many a person has to look at.
    pub attention: i64,
}

/// That the club's provider takes no payouts on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Halt {
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// Why, in its words.
    pub reason: String,
}

/// What became of a payout of which the provider does not say it, by the word of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Verdict {
    /// It arrived, under this id from end to end.
    Paid {
        /// As it stands on the institution's statement.
        end_to_end_id: EndToEndId,
    },
    /// It never left; the money goes back.
    NotPaid,
}
