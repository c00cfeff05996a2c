//! Cashback: by which percentages a purchase's pool is split, who set them and why (section 7).
//!
//! The tenant's own percentages live in the master database; here are the overrides of single users, the percent that a
//! merchant gives on a sale without products, and the tenant's other rules about money ([`MoneySettings`]). One more
//! rule about money is a column of `money_settings`.

mod rules;

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod credit;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(feature = "ssr")]
mod settings;
#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use rules::decide;

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub(crate) use credit::{credit, keep_credit};
#[cfg(feature = "ssr")]
pub(crate) use operations::forget;
#[cfg(feature = "ssr")]
pub use operations::{
    clear_for_user, mine, of_user, set_for_user, set_merchant_percent, set_my_percent,
};
#[cfg(feature = "ssr")]
pub(crate) use settings::read_settings;
#[cfg(feature = "ssr")]
pub use settings::{change_settings, settings};

use kernel::{CashbackSplit, Money, Percent};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Whose percentages decide about a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum SplitRule {
    /// The consumer's own.
    ConsumerOverride,
    /// The merchant's own, when the consumer has none.
    MerchantOverride,
    /// The club's, when neither has any.
    TenantDefault,
}

/// A user's own percentages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CashbackOverride {
    /// All four.
    #[serde(flatten)]
    pub percentages: CashbackSplit,
    /// Who set them.
    pub set_by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub set_at: OffsetDateTime,
    /// Why.
    pub reason: String,
}

/// One set of percentages that a purchase could have been split by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// Whose it is.
    pub rule: SplitRule,
    /// The percentages.
    pub percentages: CashbackSplit,
    /// Who set an override; for the club's administrators and its owner only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_by: Option<String>,
    /// When.
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub set_at: Option<OffsetDateTime>,
    /// Why; for the club's administrators and its owner only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// By which percentages a user's purchases, or a merchant's sales, are split, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CashbackConfig {
    /// The percentages and the rule that decides. A merchant's hold for consumers without an override.
    #[serde(flatten)]
    pub decided: Candidate,
    /// What a merchant gives back on a sale without products; absent for consumers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cashback_percent: Option<Percent>,
}

/// A tenant's rules about money that are not percentages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MoneySettings {
    /// After how many days cashback can be spent, 0 to 365.
    pub release_days: i16,
    /// How far below zero a merchant's wallet may go to pay cashback.
    pub merchant_credit_limit: Money,
    /// From which KYC level on a merchant has that credit, 0 to 2.
    pub merchant_credit_level: i16,
}

/// A change of [`MoneySettings`]; absent fields stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct MoneySettingsPatch {
    /// After how many days cashback can be spent, 0 to 365. Purchases made before keep their day.
    pub release_days: Option<i16>,
    /// How far below zero a merchant's wallet may go; it holds from each merchant's next sale on.
    pub merchant_credit_limit: Option<Money>,
    /// From which KYC level on a merchant has that credit, 0 to 2; the same holds.
    pub merchant_credit_level: Option<i16>,
}
