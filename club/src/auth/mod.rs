//! How a user of a tenant signs in, stays signed in, signs out, and finds back after forgetting the password (section 5).
//!
//! Two tokens. The access token is a JWT of 15 minutes that the tenant's own key signs; the layer [`require_user`] reads
//! it and asks the database with one indexed query whether the user may still act, so blocking somebody or changing a
//! password ends it at once. The refresh token is opaque, stored hashed and good once: each use gives its successor.
//! A family of refresh tokens is one sign-in; a token used twice ends its family.
//!
//! A user's row is the lock of their sessions: whoever opens, renews or ends one locks it first, so a session can never
//! slip in behind a change of password.

#[cfg(feature = "ssr")]
mod access;
#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod forgot;
#[cfg(feature = "ssr")]
mod layer;
#[cfg(feature = "ssr")]
mod refresh;
#[cfg(feature = "ssr")]
mod sign_in;

#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub use forgot::{forgot_password, reset_password};
#[cfg(feature = "ssr")]
pub use layer::{limit_requests, limit_webhooks, require_user};
#[cfg(feature = "ssr")]
pub(crate) use refresh::end_sessions;
#[cfg(feature = "ssr")]
pub use refresh::{forget_expired, logout, refresh};
#[cfg(feature = "ssr")]
pub(crate) use sign_in::{confirm_password, open_session};
#[cfg(feature = "ssr")]
pub use sign_in::{login, register};

#[cfg(feature = "ssr")]
use crate::users::User;
#[cfg(feature = "ssr")]
use secrecy::SecretString;
#[cfg(feature = "ssr")]
use serde::{Deserialize, Serialize};

/// What a sign-in needs.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    /// The account's e-mail.
    #[schema(format = "email", example = "ana@example.com")]
    pub email: String,
    /// Its password.
    #[schema(value_type = String, format = "password")]
    pub password: SecretString,
}

/// Somebody who is signed in, and the tokens that show it.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// The tokens.
    #[serde(flatten)]
    pub tokens: Tokens,
}

/// A pair of tokens.
#[cfg(feature = "ssr")]
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Tokens {
    /// Send it as `Authorization: Bearer …`.
    #[schema(value_type = String)]
    #[serde(serialize_with = "expose")]
    pub access_token: SecretString,
    /// Exchange it for a new pair at `/api/auth/refresh`; good once.
    #[schema(value_type = String)]
    #[serde(serialize_with = "expose")]
    pub refresh_token: SecretString,
    /// Always `Bearer`.
    pub token_type: TokenType,
    /// Seconds until the access token ends.
    pub expires_in: u32,
}

/// How the access token is sent.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy, Debug, Serialize, utoipa::ToSchema)]
pub enum TokenType {
    /// In the header `Authorization`.
    Bearer,
}

/// Tokens leave by JSON and by nothing else.
#[cfg(feature = "ssr")]
fn expose<S: serde::Serializer>(token: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    use secrecy::ExposeSecret;
    serializer.serialize_str(token.expose_secret())
}
