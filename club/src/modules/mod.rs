//! Modules at the user's level, and the answer to "may this user use that module, and why" (section 6).
//!
//! The tenant's level lives in the master database (`tenancy::modules`). To put a group of routes under a module, add
//! the layer `require_module` to it inside of the JWT layer.

mod rules;

#[cfg(feature = "ssr")]
mod guard;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use rules::decide;

#[cfg(feature = "ssr")]
pub use guard::{ModuleGuard, require_module, require_module_of};
#[cfg(feature = "ssr")]
pub use operations::{clear_for_user, effective, mine, set_for_user};

use serde::{Deserialize, Serialize};
use tenancy::modules::Module;
use time::OffsetDateTime;

/// Which level decided about a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Off for the tenant, so off for everybody.
    Tenant,
    /// The user's own setting.
    User,
    /// The tenant's default for its users.
    Default,
}

/// Whether a user may use a module, with the explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// Whether they may.
    pub is_enabled: bool,
    /// Which level decided.
    pub level: Level,
    /// Who set it; absent when nobody ever did.
    pub set_by: Option<String>,
    /// When.
    #[serde(with = "time::serde::rfc3339::option")]
    pub set_at: Option<OffsetDateTime>,
    /// Why, when it was said.
    pub reason: Option<String>,
}

/// A user's own setting of a module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserModule {
    /// Which module.
    pub module_key: Module,
    /// What holds for this user while the tenant has it on.
    pub is_enabled: bool,
    /// Who set it.
    pub set_by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub set_at: OffsetDateTime,
    /// Why.
    pub reason: String,
}

/// A module of the club as one user has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ModuleAccess {
    /// Which module.
    pub module_key: Module,
    /// What the club calls it.
    pub display_name: String,
    /// Whether the user may use it, and why.
    #[serde(flatten)]
    pub decision: Decision,
}
