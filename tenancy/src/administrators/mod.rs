//! Administrators: tenant admins and super admins, their roles, sessions and second factor (section 11).
//!
//! One kind of person in two realms: a tenant's console, or the platform's (no tenant).

use kernel::{AdminId, Error, Locale, Result, SessionId, TenantId};
use serde::{Deserialize, Serialize};

/// What an administrator is there for; each has the permissions below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees.
    Viewer,
    /// Does the daily work.
    Operator,
    /// Changes settings (tenants only).
    Manager,
    /// Everything, administrators included.
    Owner,
}

/// What an operation asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// See the tenant's console.
    ViewConsole,
    /// See members and what belongs to them.
    ViewMembers,
    /// Block members, set their overrides.
    ManageMembers,
    /// Change modules, percentages, branding, withdrawal rules.
    ManageSettings,
    /// Invite administrators and change their roles.
    ManageAdministrators,
    /// See the platform's console and all tenants.
    ViewPlatform,
    /// Create tenants and change their status and plan.
    ManageTenants,
}

impl Role {
    /// Whether the role may do what the permission names.
    pub const fn allows(self, permission: Permission) -> bool {
        let least = match permission {
            Permission::ViewConsole | Permission::ViewMembers | Permission::ViewPlatform => {
                Self::Viewer
            }
            Permission::ManageMembers | Permission::ManageTenants => Self::Operator,
            Permission::ManageSettings => Self::Manager,
            Permission::ManageAdministrators => Self::Owner,
        };
        self as u8 >= least as u8
    }
}

/// A signed-in administrator. Holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdminSession {
    /// The session.
    pub id: SessionId,
    /// Who.
    pub administrator_id: AdminId,
    /// The tenant whose console it is; `None` for the platform's.
    pub tenant_id: Option<TenantId>,
    /// Name on the screen.
    pub name: String,
    /// E-mail of the account.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Language of their screens.
    pub locale: Locale,
    /// Whether a second factor is set up.
    pub has_totp: bool,
}

impl AdminSession {
    /// 403 unless the role has the permission.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.role.allows(permission) {
            Ok(())
        } else {
            Err(Error::forbidden())
        }
    }
}
