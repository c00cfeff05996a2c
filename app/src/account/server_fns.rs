//! What one may change of one's own account, in either console.

use crate::Refusal;
use leptos::prelude::*;
use tenancy::administrators::{SessionRow, TotpEnrolment};

#[cfg(feature = "ssr")]
use crate::{form, visit::Visit};
#[cfg(feature = "ssr")]
use kernel::{Error, SessionId};
#[cfg(feature = "ssr")]
use tenancy::administrators;

/// Where the account is open.
#[server(endpoint = "account/sessions")]
pub(crate) async fn sessions() -> Result<Vec<SessionRow>, Refusal> {
    Ok(administrators::sessions(&Visit::current()?.platform()).await?)
}

/// Ends one of the account's sessions.
#[server(endpoint = "account/sessions/revoke")]
pub(crate) async fn revoke_session(id: String) -> Result<(), Refusal> {
    let visit = Visit::current()?;
    let id = id
        .parse()
        .map(SessionId)
        .map_err(|_| Error::not_found("session"));
    form::settle(
        "session",
        &[],
        administrators::revoke_session(&visit.platform(), form::settle("session", &[], id)?).await,
    )?;
    form::done("session", "session_revoked", None);
    Ok(())
}

/// Changes the password.
#[server(endpoint = "account/password")]
pub(crate) async fn change_password(
    #[server(rename = "currentPassword")] current_password: String,
    #[server(rename = "newPassword")] new_password: String,
) -> Result<(), Refusal> {
    let visit = Visit::current()?;
    let changed = administrators::change_password(
        &visit.platform(),
        current_password.into(),
        new_password.into(),
    )
    .await;
    form::settle("password", &[], changed)?;
    form::done("password", "password_changed", None);
    Ok(())
}

/// The seed of a second factor that is being set up.
#[server(endpoint = "account/totp")]
pub(crate) async fn begin_totp() -> Result<TotpEnrolment, Refusal> {
    Ok(administrators::begin_totp(&Visit::current()?.platform()).await?)
}

/// Takes the second factor into use and shows the recovery codes, once.
#[server(endpoint = "account/totp/enable")]
pub(crate) async fn enable_totp(code: String) -> Result<(), Refusal> {
    let visit = Visit::current()?;
    let codes = form::settle(
        "totp",
        &[],
        administrators::enable_totp(&visit.platform(), &code).await,
    )?;
    form::done_with(
        "totp",
        "totp_enabled",
        &[("codes", &codes.join(" "))],
        Some(&format!("{}/account", visit.home())),
    );
    Ok(())
}

/// Gives the second factor up.
#[server(endpoint = "account/totp/disable")]
pub(crate) async fn disable_totp(password: String) -> Result<(), Refusal> {
    let visit = Visit::current()?;
    form::settle(
        "totp-off",
        &[],
        administrators::disable_totp(&visit.platform(), password.into()).await,
    )?;
    form::done("totp-off", "totp_disabled", None);
    Ok(())
}
