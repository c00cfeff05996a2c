//! Purchases: a consumer pays a merchant from the wallet, or a merchant registers a sale that was paid outside; the
//! cashback that comes of it is split among four parties, and refunds take it back (section 7).
//!
//! What decided about the cashback (percentages, whose they were, who had brought whom, modules) is written with the
//! purchase and never changes; [`explain`] reads it back. The money moves in the same transaction, by postings whose ids
//! are derived from the purchase. Cashback that waits for its day is released by [`release_due`], a job.
//!
//! One more way to pay is a variant of [`Payment`], a value in the check of `purchases.payment`, and its postings in
//! `postings.rs`.

pub mod rules;

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod decided;
#[cfg(feature = "ssr")]
mod explain;
#[cfg(feature = "ssr")]
mod new_purchase;
#[cfg(feature = "ssr")]
mod parties;
#[cfg(feature = "ssr")]
mod postings;
#[cfg(feature = "ssr")]
mod read;
#[cfg(feature = "ssr")]
mod record;
#[cfg(feature = "ssr")]
mod refund;
#[cfg(feature = "ssr")]
mod release;
#[cfg(feature = "ssr")]
mod seed;
#[cfg(all(test, feature = "ssr"))]
pub(crate) mod tests;

#[cfg(feature = "ssr")]
pub use new_purchase::{NewItem, NewPurchase, NewRefund, SoughtConsumer};

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub use explain::explain;
#[cfg(feature = "ssr")]
pub(crate) use read::scope;
#[cfg(feature = "ssr")]
pub use read::{by_id, list, refunds};
#[cfg(feature = "ssr")]
pub use record::record;
#[cfg(feature = "ssr")]
pub use refund::refund;
#[cfg(feature = "ssr")]
pub use release::release_due;
#[cfg(feature = "ssr")]
pub(crate) use seed::{open_market, seed};

use crate::cashback::{Candidate, SplitRule};
use kernel::{CashbackSplit, Money, Percent, ProductId, PurchaseId, RefundId, Shares, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// How the price was paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum Payment {
    /// From the consumer's wallet, by the consumer.
    Wallet,
    /// Outside of the club (cash, card); the merchant registers the sale and its wallet pays the cashback.
    External,
}

/// How much of a purchase still stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum PurchaseStatus {
    /// All of it.
    Completed,
    /// A part was given back.
    PartiallyRefunded,
    /// All of it was given back.
    Refunded,
}

/// Whether there was cashback, or which level had the module off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum CashbackRule {
    /// On for everybody concerned.
    ModuleOn,
    /// Off for the whole club: an empty pool.
    OffForClub,
    /// Off for this consumer: an empty pool.
    OffForConsumer,
    /// Off for this merchant: an empty pool.
    OffForMerchant,
}

/// Where a referrer's share went, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum ReferrerRule {
    /// To the referrer.
    Referrer,
    /// To the club: nobody had brought this person.
    NoReferrer,
    /// To the club: who had brought this person has left.
    ReferrerLeft,
    /// To the club: the module `referrals` is off for the club or for the referrer.
    ReferralsOff,
}

/// A person of a purchase, as the others may know them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// Their id.
    pub id: UserId,
    /// First name and the initial of the last, a merchant's whole name; absent when they left.
    #[cfg_attr(feature = "ssr", schema(example = "Ana S."))]
    pub name: Option<String>,
}

/// One line of a purchase, as it was then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// The product; absent in a sale without products.
    pub product_id: Option<ProductId>,
    /// What it was called.
    pub name: Option<String>,
    /// How many.
    pub quantity: i32,
    /// What one cost.
    pub unit_price: Money,
    /// How much of the price is cashback.
    pub cashback_percent: Percent,
    /// What the line adds to the pool.
    pub cashback: Money,
}

/// A purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Purchase {
    /// Its id.
    pub id: PurchaseId,
    /// How it was paid.
    pub payment: Payment,
    /// How much of it still stands.
    pub status: PurchaseStatus,
    /// Who bought.
    pub consumer: Party,
    /// Who sold.
    pub merchant: Party,
    /// What it cost.
    pub price: Money,
    /// The part of the price that was shared.
    pub pool: Money,
    /// The four shares of the pool, before refunds.
    pub shares: Shares,
    /// How much of the price was given back.
    pub refunded: Money,
    /// The merchant's receipt.
    pub receipt_number: Option<String>,
    /// Its lines; a sale without products has one.
    pub items: Vec<Item>,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub purchased_at: OffsetDateTime,
    /// When its cashback can be spent.
    #[serde(with = "time::serde::rfc3339")]
    pub release_at: OffsetDateTime,
    /// Since when it can be; absent while it is pending.
    #[serde(with = "time::serde::rfc3339::option")]
    pub released_at: Option<OffsetDateTime>,
}

/// Which purchases a list shows; absent fields do not filter. Users see their own, whatever is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PurchaseFilter {
    /// Bought or sold by this user.
    pub user_id: Option<UserId>,
    /// Paid like this.
    pub payment: Option<Payment>,
    /// With this status.
    pub status: Option<PurchaseStatus>,
    /// Made at this moment or later.
    pub from: Option<OffsetDateTime>,
    /// Made before this moment.
    pub to: Option<OffsetDateTime>,
}

/// A part of a purchase that was given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Refund {
    /// Its id.
    pub id: RefundId,
    /// Of which purchase.
    pub purchase_id: PurchaseId,
    /// Counts the refunds of the purchase, from 1.
    pub number: i32,
    /// How much of the price.
    pub amount: Money,
    /// Why.
    pub reason: Option<String>,
    /// What was taken back of each share. The club's is what rounding leaves, so it may be a centavo the other way.
    pub taken_back: Shares,
    /// The part of it that was spent already and is owed now; nobody owes for the club.
    pub debts: Shares,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub refunded_at: OffsetDateTime,
}

/// Who gets a share of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Beneficiary {
    /// Who bought.
    Consumer,
    /// The club.
    Club,
    /// Who had brought the consumer.
    ConsumerReferrer,
    /// Who had brought the merchant.
    MerchantReferrer,
}

/// The rule that decided a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ShareRule {
    /// Its percentage of the pool, by largest remainder.
    Percentage,
    /// The club's percentage, and the shares of referrers that there are not.
    PercentageAndMissingReferrers,
    /// Nothing: nobody had brought this person.
    NoReferrer,
    /// Nothing: who had brought this person has left.
    ReferrerLeft,
    /// Nothing: the module `referrals` is off.
    ReferralsOff,
}

/// One share of a pool, explained.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ExplainedShare {
    /// Whose.
    pub beneficiary: Beneficiary,
    /// Who that is; referrers are named to themselves and to the club's administrators only.
    pub user_id: Option<UserId>,
    /// Of the pool.
    pub percent: Percent,
    /// What that is, to the centavo.
    pub by_percentage: Money,
    /// What it became.
    pub amount: Money,
    /// What was taken back by refunds since.
    pub taken_back: Money,
    /// Why.
    pub rule: ShareRule,
}

/// Why a purchase's cashback is what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// Of which purchase.
    pub purchase_id: PurchaseId,
    /// What it cost.
    pub price: Money,
    /// The part of the price that was shared: the sum of what the items add.
    pub pool: Money,
    /// Each line with the percentage that made its part of the pool.
    pub items: Vec<Item>,
    /// Whether there was cashback, or which level had the module off.
    pub cashback_rule: CashbackRule,
    /// Whose percentages held.
    pub split_rule: SplitRule,
    /// The percentages that held.
    pub percentages: CashbackSplit,
    /// All that there were to choose from, the one that held first.
    pub override_chain: Vec<Candidate>,
    /// The four shares; their amounts sum to the pool.
    pub shares: Vec<ExplainedShare>,
}
