//! What the administrators' pages ask and change, in the realm of the host that is visited.

use super::Opened;
use crate::Refusal;
use leptos::prelude::*;
use tenancy::administrators::Administrator;

#[cfg(feature = "ssr")]
use super::{CREATE, HANDED, of_change};
#[cfg(feature = "ssr")]
use crate::{form, visit::Visit};
#[cfg(feature = "ssr")]
use kernel::{AdminId, Email, Error, Result as Outcome};
#[cfg(feature = "ssr")]
use secrecy::{ExposeSecret, SecretString};
#[cfg(feature = "ssr")]
use tenancy::{
    administrators::{self, AdministratorPatch, NewAdministrator, Permission, Role},
    passwords, secrets,
};

/// Everybody who may sign in to this console, or could.
#[server(endpoint = "administrators")]
pub(crate) async fn list_administrators() -> Result<Vec<Administrator>, Refusal> {
    let visit = Visit::current()?;
    Ok(administrators::list(&visit.platform(), visit.realm()).await?)
}

/// One of them, to be changed.
#[server(endpoint = "administrators/one")]
pub(crate) async fn read_administrator(id: String) -> Result<Opened, Refusal> {
    let visit = Visit::current()?;
    Ok(Opened {
        one: administrators::by_id(&visit.platform(), visit.realm(), parsed(&id)?).await?,
        once: secrets::random_token().expose_secret().to_owned(),
    })
}

/// Makes one, with a password that is shown once. It is drawn for what was typed, so that the same form sent again shows
/// the same: a browser shows only the answer to the last click.
#[server(endpoint = "administrators/create")]
pub(crate) async fn create_administrator(
    name: String,
    email: String,
    role: String,
) -> Result<(), Refusal> {
    let visit = Visit::current()?;
    let kept = [
        ("name", name.as_str()),
        ("email", email.as_str()),
        ("role", role.as_str()),
    ];
    let token = visit.token().ok_or_else(Error::unauthenticated)?;
    let purpose = format!("administrator {role} {email} {name}");
    let password = passwords::drawn(token.as_bytes(), &purpose);
    let new = Email::parse(&email)
        .map_err(|reason| Error::invalid("email", reason))
        .and_then(|email| {
            Ok(NewAdministrator {
                realm: visit.realm(),
                email,
                name: name.clone(),
                role: role_of(&role)?,
                password: password.clone(),
            })
        });
    let new = form::settle(CREATE, &kept, new)?;
    let address = new.email.key();
    let added = administrators::add(&visit.platform(), new).await;
    form::settle(CREATE, &kept, added)?;
    let path = format!("{}/administrators", visit.home());
    hand_over(
        "administrator_created",
        &address,
        password.expose_secret(),
        &path,
    );
    Ok(())
}

/// Changes name and, unless it is one's own account, role.
#[server(endpoint = "administrators/change")]
pub(crate) async fn change_administrator(
    id: String,
    name: String,
    role: Option<String>,
) -> Result<(), Refusal> {
    let role = role.as_deref().map(role_of).transpose();
    let patch = role.map(|role| AdministratorPatch {
        name: Some(name.clone()),
        role,
        is_blocked: None,
    });
    let patch = form::settle(of_change::DETAILS, &[("name", &name)], patch)?;
    let kept = [("name", name.as_str())];
    form::settle(of_change::DETAILS, &kept, change(&id, patch).await)?;
    form::done(of_change::DETAILS, "administrator_changed", None);
    Ok(())
}

/// Takes the way in away, or gives it back.
#[server(endpoint = "administrators/block")]
pub(crate) async fn block_administrator(id: String, state: String) -> Result<(), Refusal> {
    let is_blocked = state == "blocked";
    let patch = AdministratorPatch {
        is_blocked: Some(is_blocked),
        ..AdministratorPatch::default()
    };
    form::settle(of_change::BLOCK, &[], change(&id, patch).await)?;
    let code = if is_blocked {
        "administrator_blocked"
    } else {
        "administrator_unblocked"
    };
    form::done(of_change::BLOCK, code, None);
    Ok(())
}

/// Gives one a new password, which is shown once. The same form sent again gives the same: a browser shows only the answer
/// to the last click.
#[server(endpoint = "administrators/password")]
pub(crate) async fn renew_password(id: String, once: String) -> Result<(), Refusal> {
    let renewed = renew(&id, &once).await;
    let (email, password) = form::settle(of_change::PASSWORD, &[], renewed)?;
    let path = format!("{}/administrators/{id}", Visit::current()?.home());
    hand_over(
        "administrator_password",
        &email,
        password.expose_secret(),
        &path,
    );
    Ok(())
}

#[cfg(feature = "ssr")]
async fn change(id: &str, patch: AdministratorPatch) -> Outcome<Administrator> {
    let visit = Visit::current()?;
    administrators::change(&visit.platform(), visit.realm(), parsed(id)?, patch).await
}

#[cfg(feature = "ssr")]
async fn renew(id: &str, once: &str) -> Outcome<(String, SecretString)> {
    let visit = Visit::current()?;
    let token = visit.token().ok_or_else(Error::unauthenticated)?;
    let password = passwords::drawn(token.as_bytes(), &format!("{id} {once}"));
    let (ctx, realm) = (visit.platform(), visit.realm());
    administrators::require(&ctx, realm, Permission::ManageAdministrators)?;
    let email = administrators::by_id(&ctx, realm, parsed(id)?).await?.email;
    let address = Email::parse(&email).map_err(Error::internal)?;
    administrators::reset_password(&ctx, realm, &address, password.clone()).await?;
    Ok((email, password))
}

/// The new password goes to the next page and nowhere else.
#[cfg(feature = "ssr")]
fn hand_over(code: &str, email: &str, password: &str, path: &str) {
    let shown = [("email", email), ("password", password)];
    form::done_with(HANDED, code, &shown, Some(path));
}

#[cfg(feature = "ssr")]
fn parsed(id: &str) -> Outcome<AdminId> {
    id.parse().map_err(|_| Error::not_found("administrator"))
}

#[cfg(feature = "ssr")]
fn role_of(key: &str) -> Outcome<Role> {
    Role::of_key(key).ok_or_else(|| Error::invalid("role", "invalid"))
}
