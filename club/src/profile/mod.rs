//! What signed-in users do to their own account: read it, change it, take a copy of all we hold about them, leave
//! (LGPD, articles 18 and 16).
//!
//! Leaving anonymises the row and keeps it: the books must stay whole, the person must not be in them.

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod deletion;
#[cfg(feature = "ssr")]
mod export;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub use deletion::delete;
#[cfg(feature = "ssr")]
pub use export::{Export, export};
#[cfg(feature = "ssr")]
pub use operations::{change, change_password};

use serde::{Deserialize, Deserializer, Serialize};

/// What users may change of themselves; absent fields stay. A tax number can be given once and is then changed only by
/// the club, because money is paid out by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfilePatch {
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Phone; `null` takes it away.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>, example = "+5511912345678"))]
    pub phone: Option<Option<String>>,
    /// Tax number of a person, while there is none.
    pub cpf: Option<String>,
    /// Tax number of a company, while there is none; merchants only.
    pub cnpj: Option<String>,
}

/// Tells a field that is `null` from one that is absent.
#[expect(
    clippy::option_option,
    reason = "absent, null and given are three things in a patch"
)]
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
