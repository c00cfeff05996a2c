//! Modules: the parts of the product that a tenant can switch off (section 6).
//!
//! Two levels decide. Off for the tenant is off for everybody. On for the tenant, a user's own setting decides if there
//! is one, else the tenant's default for its users. The user's level lives in the tenant's database (`club::modules`).
//! One more module is one more variant here and a value in the `check` of `tenant_modules.module_key`.

#[cfg(feature = "ssr")]
mod operations;

#[cfg(feature = "ssr")]
pub use operations::set_module;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// A part of the product that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum Module {
    /// Products of the club's merchants.
    Marketplace,
    /// Who brought whom, and the referrers' shares.
    Referrals,
    /// The cashback pool of a purchase.
    Cashback,
    /// Messages to many users.
    Campaigns,
}

impl Module {
    /// The modules that a new tenant gets, in the order of its menu.
    pub const INITIAL: [Self; 3] = [Self::Marketplace, Self::Referrals, Self::Cashback];

    /// The stable key, as in `tenant_modules.module_key` and in JSON.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Marketplace => "marketplace",
            Self::Referrals => "referrals",
            Self::Cashback => "cashback",
            Self::Campaigns => "campaigns",
        }
    }

    /// The module of a key.
    pub fn of_key(key: &str) -> Option<Self> {
        [
            Self::Marketplace,
            Self::Referrals,
            Self::Cashback,
            Self::Campaigns,
        ]
        .into_iter()
        .find(|module| module.key() == key)
    }

    /// The name that a new tenant's module has until the tenant renames it.
    pub const fn initial_name(self) -> &'static str {
        match self {
            Self::Marketplace => "Marketplace",
            Self::Referrals => "Indicações",
            Self::Cashback => "Cashback",
            Self::Campaigns => "Campanhas",
        }
    }
}

/// A tenant's setting of one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TenantModule {
    /// Which module.
    pub module_key: Module,
    /// Off here is off for everybody.
    pub is_enabled: bool,
    /// What holds for a user without an own setting.
    pub is_enabled_by_default: bool,
    /// What the tenant calls it.
    pub display_name: String,
    /// Place in the menu, from 0.
    pub sort_order: i16,
    /// Who set it.
    pub set_by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub set_at: OffsetDateTime,
    /// Why, when it was said.
    pub reason: Option<String>,
}
