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
#[cfg(feature = "ssr")]
mod pix_key;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub use deletion::delete;
#[cfg(feature = "ssr")]
pub use export::{Export, export};
#[cfg(feature = "ssr")]
pub use operations::{change, change_password, read};
#[cfg(feature = "ssr")]
pub(crate) use pix_key::{OwnedKey, key_of_document, key_was_paid, owned_key};
#[cfg(feature = "ssr")]
pub use pix_key::{remove_pix_key, set_pix_key};

use crate::{pix::PixKeyKind, users::User};
use kernel::Locale;
use serde::{Deserialize, Deserializer, Serialize};
use time::OffsetDateTime;

/// A user's own account, with where they are paid to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The account.
    #[serde(flatten)]
    pub user: User,
    /// Where withdrawals go; absent until the user sets it.
    pub pix_key: Option<UserPixKey>,
}

/// How it is known that a Pix key is its user's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum PixKeyCheck {
    /// It is the user's own CPF or CNPJ.
    Document,
    /// The directory of keys named an owner who is the user.
    Lookup,
    /// The provider checks it with each payout.
    Payout,
}

/// The Pix key that a user is paid to, as they see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct UserPixKey {
    /// What kind of key.
    #[serde(rename = "type")]
    pub kind: PixKeyKind,
    /// The key as the directory has it.
    #[cfg_attr(feature = "ssr", schema(example = "ana@example.com"))]
    pub key: String,
    /// How it is known to be theirs.
    pub verified_by: PixKeyCheck,
    /// Since when it is; absent until the first payout to it arrived when only payouts tell.
    #[serde(with = "time::serde::rfc3339::option")]
    pub verified_at: Option<OffsetDateTime>,
    /// When they set it.
    #[serde(with = "time::serde::rfc3339")]
    pub set_at: OffsetDateTime,
}

/// A Pix key to be paid to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPixKey {
    /// What kind of key: eleven digits may be a CPF or a phone, so it is always asked for.
    #[serde(rename = "type")]
    pub kind: PixKeyKind,
    /// The key, punctuated or not.
    #[cfg_attr(feature = "ssr", schema(example = "ana@example.com"))]
    pub key: String,
}

/// What users may change of themselves; absent fields stay. A tax number can be given once and is then changed only by
/// the club (`users::correct_numbers`), because money is paid out by it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfilePatch {
    /// First name. Documents were approved for the name that the account had: with another one they have to be sent again.
    pub first_name: Option<String>,
    /// Last name; the same holds.
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
    /// The language that the club writes to them in: notifications, receipts.
    pub locale: Option<Locale>,
}

/// Tells a field that is `null` from one that is absent.
#[expect(
    clippy::option_option,
    reason = "absent, null and given are three things in a patch"
)]
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
