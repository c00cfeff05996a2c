//! The new password of a member who forgot the old one.

use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{form, visit};

/// Sets the password with the token of an e-mail. Public: the token is the permission.
#[server(endpoint = "reset-password")]
pub(crate) async fn reset_password(token: String, password: String) -> Result<(), Refusal> {
    let ctx = visit::tenant()?;
    let reset = club::auth::reset_password(&ctx, &token.into(), password.into()).await;
    form::settle(super::FORM, &[], reset)?;
    form::done(super::FORM, "password_reset", Some(super::PATH));
    Ok(())
}
