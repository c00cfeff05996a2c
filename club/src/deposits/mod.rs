//! Deposits: a user asks for a charge, pays it by Pix, and what came in is in the wallet.
//!
//! A deposit is written before the provider is asked, under an id that is also the charge's: whatever answer gets lost,
//! asking again makes the same charge. What is credited is what came in, once for each `endToEndId`, by a ledger
//! transaction whose id is derived from it ([`credit`]). How we hear of it does not matter: a webhook ([`webhook`]) and
//! the jobs ([`jobs`], [`catch_up()`]) only say where to look. Money that belongs to no deposit goes to [`suspense`](crate::suspense);
//! money that the payer's institution takes back goes out again ([`take_back`]).
//!
//! One more state of a deposit is a variant of [`DepositStatus`] and a value in the table's check.

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod catch_up;
#[cfg(feature = "ssr")]
mod create;
#[cfg(feature = "ssr")]
pub(crate) mod credit;
#[cfg(feature = "ssr")]
mod jobs;
#[cfg(feature = "ssr")]
mod limits;
#[cfg(feature = "ssr")]
mod look;
#[cfg(feature = "ssr")]
mod read;
#[cfg(feature = "ssr")]
mod seed;
#[cfg(feature = "ssr")]
pub(crate) mod take_back;
#[cfg(all(test, feature = "ssr"))]
pub(crate) mod tests;
#[cfg(feature = "ssr")]
mod webhook;

#[cfg(feature = "ssr")]
pub(crate) use api::{router, webhooks};
#[cfg(feature = "ssr")]
pub use catch_up::catch_up;
#[cfg(feature = "ssr")]
pub(crate) use catch_up::every;
#[cfg(feature = "ssr")]
pub use create::create;
#[cfg(feature = "ssr")]
pub use jobs::{carry_sandbox_webhooks, is_waiting, poll};
#[cfg(feature = "ssr")]
pub use limits::{change_limits, limits};
#[cfg(feature = "ssr")]
pub(crate) use read::of_user;
#[cfg(feature = "ssr")]
pub use read::{by_id, list, qr};
#[cfg(feature = "ssr")]
pub(crate) use seed::seed;
#[cfg(feature = "ssr")]
pub use webhook::receive_webhook;

use kernel::{DepositId, Money, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Where a deposit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum DepositStatus {
    /// It can be paid until it expires.
    Waiting,
    /// Money came in for it.
    Paid,
    /// Nobody paid it in time. What comes in later all the same is credited, and it is paid.
    Expired,
    /// The provider refused it or took it back.
    Cancelled,
}

/// A charge that a user pays to put money into the wallet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Deposit {
    /// Its id.
    pub id: DepositId,
    /// Whose wallet it is for.
    pub user_id: UserId,
    /// Where it stands.
    pub status: DepositStatus,
    /// How much was asked for.
    pub amount: Money,
    /// The text that a bank's app pays ("copia e cola"). Absent while the provider has not answered: send the same
    /// request with the same `Idempotency-Key` again.
    #[cfg_attr(
        feature = "ssr",
        schema(example = "00020101021226600014br.gov.bcb.pix2538sandbox.invalid/qr/v2/0190…")
    )]
    pub br_code: Option<String>,
    /// How much came in for it: this is in the wallet, whatever was asked for.
    pub paid_amount: Money,
    /// What of that went back to the payers.
    pub returned_amount: Money,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// From when on it can no longer be paid.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// When money first came in for it.
    #[serde(with = "time::serde::rfc3339::option")]
    pub paid_at: Option<OffsetDateTime>,
}

/// What a user asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewDeposit {
    /// How much, within the club's limits.
    #[cfg_attr(feature = "ssr", schema(example = "150.00"))]
    pub amount: Money,
}

/// What users may ask for; for the club's administrators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DepositLimits {
    /// The least amount of a deposit.
    pub minimum: Money,
    /// The most.
    pub maximum: Money,
    /// How many charges of one user may wait at once. With none, nobody begins a deposit.
    pub most_waiting: i16,
}

impl DepositLimits {
    /// The most that a charge can be made out for, in reais and centavos of twelve digits: the central bank's contract has
    /// no more.
    pub const HIGHEST: Money = Money::from_centavos(9_999_999_999_99);

    /// Names what cannot hold: `minimum` `must_be_positive`, `maximum` `below_minimum` or `out_of_range`, `mostWaiting`
    /// `out_of_range` (0 to 100).
    pub fn check(&self) -> kernel::Result<()> {
        kernel::Error::check([
            ("minimum", self.minimum.is_positive(), "must_be_positive"),
            ("maximum", self.maximum >= self.minimum, "below_minimum"),
            ("maximum", self.maximum <= Self::HIGHEST, "out_of_range"),
            (
                "mostWaiting",
                (0..=100).contains(&self.most_waiting),
                "out_of_range",
            ),
        ])
    }
}

/// Which deposits. A user sees their own, whatever `user_id` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DepositFilter {
    /// Of this user.
    pub user_id: Option<UserId>,
    /// With this status.
    pub status: Option<DepositStatus>,
    /// Made at this moment or later.
    pub from: Option<OffsetDateTime>,
    /// Made before this moment.
    pub to: Option<OffsetDateTime>,
}
