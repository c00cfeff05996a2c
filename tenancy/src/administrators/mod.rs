//! Administrators: tenant admins and super admins, their roles, sessions and second factor (section 11).
//!
//! One kind of person in two realms: a tenant's console, or the platform's (no tenant). A realm's sessions are good in
//! that realm only. Everything that asks for a password or a code is throttled, and answers the same, after the same
//! work, whether the account is unknown, blocked or the password is wrong.
//!
//! One more permission is a variant of [`Permission`] and its least role in [`Role::allows`].

#[cfg(feature = "ssr")]
mod manage;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(feature = "ssr")]
mod sessions;
#[cfg(feature = "ssr")]
mod sign_in;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod totp;

#[cfg(feature = "ssr")]
pub use manage::{add, by_id, change};
#[cfg(feature = "ssr")]
pub use operations::{
    CreatedAdministrator, NewAdministrator, change_password, create, create_super_admin, list,
    require, reset_password,
};
#[cfg(feature = "ssr")]
pub use sessions::{awaiting_totp, revoke_session, session, sessions, sign_out};
#[cfg(feature = "ssr")]
pub use sign_in::{SignedIn, confirm_totp, sign_in};
#[cfg(feature = "ssr")]
pub use totp::{begin_totp, disable_totp, enable_totp};

use kernel::{AdminId, Error, Locale, Result, SessionId, TenantId};
use serde::{Deserialize, Serialize};
use std::fmt;
use time::OffsetDateTime;

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
    /// The roles that a realm has, from the least: the platform has no settings to manage.
    pub const fn of_realm(is_tenant: bool) -> &'static [Self] {
        if is_tenant {
            &[Self::Viewer, Self::Operator, Self::Manager, Self::Owner]
        } else {
            &[Self::Viewer, Self::Operator, Self::Owner]
        }
    }

    /// As it is stored and sent.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Manager => "manager",
            Self::Owner => "owner",
        }
    }

    /// Reads [`Role::key`].
    pub fn of_key(key: &str) -> Option<Self> {
        Self::of_realm(true)
            .iter()
            .copied()
            .find(|role| role.key() == key)
    }

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

/// An administrator in the list of a realm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Administrator {
    /// Who.
    pub id: AdminId,
    /// The tenant; `None` for a super admin.
    pub tenant_id: Option<TenantId>,
    /// Signs in with it; lower case.
    pub email: String,
    /// Name on the screen.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they may not sign in.
    pub is_blocked: bool,
    /// Whether a second factor is set up.
    pub has_totp: bool,
    /// When they last signed in, if ever.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_sign_in_at: Option<OffsetDateTime>,
    /// Since when there is the account.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// What to change of an administrator; absent fields stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdministratorPatch {
    /// Name on the screen.
    pub name: Option<String>,
    /// What they may do; a super admin is never `manager`.
    pub role: Option<Role>,
    /// Whether they may not sign in; blocking ends their sessions.
    pub is_blocked: Option<bool>,
}

/// One of an administrator's signed-in browsers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionRow {
    /// The session.
    pub id: SessionId,
    /// When it was opened.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it was last used, to the minute.
    #[serde(with = "time::serde::rfc3339")]
    pub last_seen_at: OffsetDateTime,
    /// The address it was opened from; empty when unknown.
    pub ip: String,
    /// The browser, as it names itself.
    pub user_agent: String,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

/// What an authenticator app needs to be set up. Shown once, to its owner only.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TotpEnrolment {
    /// To type in by hand.
    pub secret_base32: String,
    /// To open in an app on the same machine.
    pub otpauth_url: String,
    /// To scan: an `<svg>` element.
    pub qr_svg: String,
}

/// Every field is the secret in another form.
impl fmt::Debug for TotpEnrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TotpEnrolment").finish_non_exhaustive()
    }
}
