//! Which provider holds the club's money, and how everybody reaches it.
//!
//! The choice stands in the tenant's `money_settings`: a name, how the account is reached, and its secrets, sealed. What
//! is chosen is built once in a process and built again when the settings change. Without a choice it is the sandbox,
//! whose book is in the tenant's own database, so that every node sees one bank and a restart finds it again. Where clubs
//! live, the sandbox is no institution: it makes no charge and sends nothing, and the console asks for a choice.
//!
//! Choosing it also tells it where to call (`register_webhook`). A club leaves an account only while nothing is open there,
//! so that whatever was begun can be asked for; and the sandbox, or for the sandbox, only while it holds nothing besides:
//! played and real money never meet.
//!
//! One more institution: a variant of [`ProviderName`] and of `ProviderChoice`, an arm where it is built, and its name in
//! the table's check.

#[cfg(feature = "ssr")]
mod account;
#[cfg(feature = "ssr")]
mod choose;
#[cfg(feature = "ssr")]
mod kept;
#[cfg(feature = "ssr")]
mod key;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod webhook;

#[cfg(feature = "ssr")]
pub(crate) use choose::hold;
#[cfg(feature = "ssr")]
pub use choose::{ProviderChoice, choose_provider};

#[cfg(feature = "ssr")]
pub(crate) use kept::Rewound;
#[cfg(feature = "ssr")]
pub use kept::{book, deliveries, play};
#[cfg(feature = "ssr")]
pub use key::settle_key;
#[cfg(feature = "ssr")]
pub(crate) use operations::is_missing;
#[cfg(feature = "ssr")]
pub use operations::{provider, provider_settings, reseal};
#[cfg(feature = "ssr")]
pub use webhook::register_webhook;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// Who holds a club's money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum ProviderName {
    /// Nobody: an institution that is played inside the program.
    #[default]
    Sandbox,
    /// An institution that speaks the central bank's API Pix and nothing else: it cannot send.
    Bcb,
    /// Efí.
    Efi,
}

impl ProviderName {
    /// The name in settings and in the address of its webhook.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Bcb => "bcb",
            Self::Efi => "efi",
        }
    }
}

/// The provider that a club has, as its administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProviderSettings {
    /// Who.
    pub provider: ProviderName,
    /// How the account is reached: addresses, client id, the club's key. Secrets are never shown again.
    pub account: BTreeMap<String, String>,
    /// Whether nothing comes in or goes out until an institution is chosen: where clubs live, the sandbox is none.
    pub is_missing: bool,
    /// Whether secrets are kept for it.
    pub has_credentials: bool,
    /// When it was told where to call; absent while it was not, and everything is found by asking.
    #[serde(with = "time::serde::rfc3339::option")]
    pub webhook_registered_at: Option<OffsetDateTime>,
}
