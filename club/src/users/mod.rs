//! Users: the consumers and merchants of a tenant (section 3.2).
//!
//! A user is made by [`register`] and by nothing else, with an Ed25519 key pair (receipts are signed with it) and a
//! referral code. The tax numbers, the e-mail and the phone are unique in the tenant; the database's constraints are the
//! rule. How a user signs in is `auth`, what they may change of themselves is `profile`.

mod rules;

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod block;
#[cfg(feature = "ssr")]
mod keys;
#[cfg(feature = "ssr")]
mod new_user;
#[cfg(feature = "ssr")]
mod numbers;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(feature = "ssr")]
mod seed;
#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use rules::{check_name, known_as, normalise_referral_id};

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub use block::{block, unblock};
#[cfg(feature = "ssr")]
pub use keys::reseal;
#[cfg(feature = "ssr")]
pub(crate) use keys::sign;
#[cfg(feature = "ssr")]
pub use new_user::NewUser;
#[cfg(feature = "ssr")]
pub(crate) use new_user::{Form, allow_cnpj};
#[cfg(feature = "ssr")]
pub use numbers::{NumbersPatch, correct_numbers};
#[cfg(feature = "ssr")]
pub use operations::{by_id, count, list, me, register};
#[cfg(feature = "ssr")]
pub(crate) use operations::{insert, lock, prepare, read, require_here, taken};
#[cfg(feature = "ssr")]
pub use seed::seed;

use kernel::{Cnpj, Cpf, Email, Locale, Phone, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What a user is in the club.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum UserType {
    /// Buys and receives cashback.
    Consumer,
    /// Sells and gives cashback.
    Merchant,
}

/// Whether a user may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// May.
    Active,
    /// May not, until the club unblocks.
    Blocked,
    /// Left for good; only what the books need is kept.
    Deleted,
}

/// A user, as they see themselves and as the club's administrators see them. Holds no secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Where we write to, and what they sign in with.
    pub email: Email,
    /// Where we call.
    pub phone: Option<Phone>,
    /// Tax number of a person.
    pub cpf: Option<Cpf>,
    /// Tax number of a company.
    pub cnpj: Option<Cnpj>,
    /// What they are in the club.
    pub user_type: UserType,
    /// Whether they may sign in.
    pub status: UserStatus,
    /// How far we know them: 0 by their word, 1 and 2 by documents.
    pub kyc_level: i16,
    /// Ed25519, base64url without padding; proves the receipts that they signed.
    pub public_key: String,
    /// Their code to bring others into the club.
    pub referral_id: String,
    /// The `referralId` of who brought them.
    pub referred_by: Option<String>,
    /// The language that the club writes to them in.
    pub locale: Locale,
    /// When they registered.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

impl User {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// Which users a list shows; absent fields do not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UserFilter {
    /// Part of the name, e-mail, phone, tax number or referral code; with or without accents and capitals.
    pub search: Option<String>,
    /// Only consumers or only merchants.
    pub user_type: Option<UserType>,
    /// Only with this status; without it everybody but the deleted.
    pub status: Option<UserStatus>,
    /// Only those who registered then or later.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub joined_since: Option<OffsetDateTime>,
}
