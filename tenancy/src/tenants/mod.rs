//! Tenants: the clubs that this installation serves.
//!
//! [`Tenant`] is what everybody may know of one: screens, JSON and the browser. [`LiveTenant`] is the same as the server
//! holds it in its cache, with the secrets that open its database and sign its tokens.

#[cfg(feature = "ssr")]
pub mod api;
#[cfg(feature = "ssr")]
mod live;
#[cfg(feature = "ssr")]
pub(crate) mod operations;
#[cfg(feature = "ssr")]
pub(crate) mod row;
#[cfg(feature = "ssr")]
mod settings;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub use live::{DatabaseAddress, LiveTenant, TenantName};
#[cfg(feature = "ssr")]
pub use operations::{by_slug, change, list};
#[cfg(feature = "ssr")]
pub use settings::{set_cashback, set_withdrawal};

use crate::{
    branding::Branding,
    modules::{Module, TenantModule},
};
use kernel::{
    CashbackSplit, Document, Email, Error, Kind, Money, Percent, Phone, Result, Slug, TenantId,
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Whether a tenant is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum TenantStatus {
    /// Served until `trialEndsAt`.
    Trial,
    /// Served.
    Active,
    /// Stopped for a while by the platform.
    Suspended,
    /// Ended by the tenant.
    Cancelled,
    /// Ended because its time ran out.
    Expired,
}

/// What the tenant subscribes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SubscriptionPlan {
    /// The smallest.
    Basic,
    /// The usual one.
    Pro,
    /// By agreement.
    Enterprise,
}

/// How the tenant stands with its payments to the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "SCREAMING_SNAKE_CASE")
)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SubscriptionStatus {
    /// Pays nothing yet.
    Trial,
    /// Paid.
    Active,
    /// Late; still served, with a banner for the tenant admin.
    PastDue,
    /// So late that it is not served (402).
    Suspended,
    /// Ended.
    Cancelled,
}

/// How far a tenant's creation has come; see `provisioning`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum Provisioning {
    /// Registered: slug, names and passwords are fixed.
    Requested,
    /// Its database role exists.
    RoleReady,
    /// Its database exists and only its role may connect.
    DatabaseReady,
    /// Its schema is the code's.
    SchemaReady,
    /// Its settings and its administrator exist; it resolves.
    Active,
}

/// The rules for withdrawals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct WithdrawalConfig {
    /// Taken from the gross amount, rounded down.
    pub fee_percent: Percent,
    /// The least gross amount.
    pub min_amount: Money,
    /// The most a user may withdraw on one day; none when absent.
    pub daily_limit: Option<Money>,
    /// Up to this gross amount nobody has to approve; zero is always by hand.
    pub automatic_approval_limit: Money,
}

impl Default for WithdrawalConfig {
    fn default() -> Self {
        Self {
            fee_percent: Percent::from_ten_thousandths(25_000).expect("2.5 is a percentage"),
            min_amount: Money::from_centavos(50_00),
            daily_limit: None,
            automatic_approval_limit: Money::from_centavos(0),
        }
    }
}

/// A club: everything that a screen or a JSON answer may show of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// Its id.
    pub id: TenantId,
    /// Its name in addresses.
    pub slug: Slug,
    /// The company behind the club.
    pub company_name: String,
    /// The company's CNPJ or its owner's CPF.
    pub document: Document,
    /// Where the platform writes to.
    pub email: Email,
    /// Where the platform calls.
    pub phone: Phone,
    /// Whether it is served.
    pub status: TenantStatus,
    /// What it subscribes to.
    pub subscription_plan: SubscriptionPlan,
    /// How it stands with its payments.
    pub subscription_status: SubscriptionStatus,
    /// What it pays a month.
    pub monthly_fee: Money,
    /// When the trial ends; counts only while the status is `trial`.
    #[serde(with = "time::serde::rfc3339::option")]
    pub trial_ends_at: Option<OffsetDateTime>,
    /// IANA time zone of its screens.
    pub time_zone: String,
    /// How it looks.
    pub branding: Branding,
    /// Its modules, in the order of its menu.
    pub modules: Vec<TenantModule>,
    /// Its default percentages.
    pub cashback: CashbackSplit,
    /// Its rules for withdrawals.
    pub withdrawal: WithdrawalConfig,
    /// The PostgreSQL server of its database.
    pub database_host: String,
    /// The name of its database.
    pub database_name: String,
    /// The role of its database.
    pub database_user: String,
    /// How far its creation has come.
    pub provisioning: Provisioning,
    /// The schema version last seen in its database.
    pub schema_version: Option<i64>,
    /// When it was created.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

impl Tenant {
    /// Whether the tenant is served now; the refusals are the table of section 4, checked in its order.
    pub fn admit(&self, now: OffsetDateTime) -> Result<()> {
        let refusal = |kind, code, title| Err(Error::new(kind, code, "").titled(title).bare());
        match self.status {
            TenantStatus::Suspended => {
                return refusal(Kind::Forbidden, "tenant_suspended", "Tenant suspended");
            }
            TenantStatus::Cancelled | TenantStatus::Expired => {
                return refusal(Kind::Forbidden, "tenant_inactive", "Tenant inactive");
            }
            TenantStatus::Trial if self.trial_ends_at.is_some_and(|end| end <= now) => {
                return refusal(Kind::Forbidden, "trial_expired", "Trial expired");
            }
            TenantStatus::Trial | TenantStatus::Active => {}
        }
        if self.subscription_status == SubscriptionStatus::Suspended {
            return refusal(
                Kind::PaymentRequired,
                "payment_required",
                "Payment required",
            );
        }
        Ok(())
    }

    /// The tenant's setting of a module; `None` when it has no row, which counts as off.
    pub fn module(&self, module: Module) -> Option<&TenantModule> {
        self.modules
            .iter()
            .find(|setting| setting.module_key == module)
    }
}

/// What a super admin may change of a tenant; absent fields stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TenantPatch {
    /// Whether it is served.
    pub status: Option<TenantStatus>,
    /// What it subscribes to.
    pub subscription_plan: Option<SubscriptionPlan>,
    /// How it stands with its payments.
    pub subscription_status: Option<SubscriptionStatus>,
    /// When the trial ends.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub trial_ends_at: Option<OffsetDateTime>,
    /// By whose clocks its days begin and its times are shown: an IANA name, for example `America/Manaus`.
    pub time_zone: Option<String>,
}
