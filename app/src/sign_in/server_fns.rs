//! In, the second factor, and out.

use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{edge, form, link::with_query, session, visit::Visit};
#[cfg(feature = "ssr")]
use tenancy::administrators;

/// Opens a session; a second factor may still be owed.
#[server(endpoint = "sign-in")]
pub(crate) async fn sign_in(email: String, password: String, next: String) -> Result<(), Refusal> {
    let visit = Visit::current()?;
    let opened =
        administrators::sign_in(&visit.platform(), visit.realm(), &email, password.into()).await;
    let opened = form::settle("sign-in", &[("email", &email)], opened)?;
    edge::append_cookie(session::opened(&opened.token, visit.is_https()));
    let code = with_query(
        &format!("{}/sign-in/code", visit.home()),
        &[("next", &next)],
    );
    form::done(
        "sign-in",
        "",
        Some(if opened.awaits_totp {
            &code
        } else {
            visit.onwards(&next)
        }),
    );
    Ok(())
}

/// Gives the second factor.
#[server(endpoint = "sign-in/code")]
pub(crate) async fn confirm_code(code: String, next: String) -> Result<(), Refusal> {
    let visit = Visit::current()?;
    let token = visit.token().unwrap_or_default();
    let confirmed =
        administrators::confirm_totp(&visit.platform(), visit.realm(), &token, &code).await;
    form::settle("code", &[], confirmed)?;
    form::done("code", "", Some(visit.onwards(&next)));
    Ok(())
}

/// Ends the session, on the server and in the browser.
#[server(endpoint = "sign-out")]
pub(crate) async fn sign_out() -> Result<(), Refusal> {
    let visit = Visit::current()?;
    if let Some(token) = visit.token() {
        form::settle(
            "sign-out",
            &[],
            administrators::sign_out(&visit.platform(), &token).await,
        )?;
    }
    edge::append_cookie(session::closed(visit.is_https()));
    form::done(
        "sign-out",
        "signed_out",
        Some(&format!("{}/sign-in", visit.home())),
    );
    Ok(())
}
