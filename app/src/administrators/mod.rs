//! Who may sign in to a console, and as what: the same pages for a club and for the platform.
//!
//! A new password is drawn by the server and shown once, on the page after the form, to be handed over. Everybody may
//! change their own name here; role and block of one's own account are somebody else's to change.

mod detail;
mod new;
pub(crate) mod server_fns;
mod words;

pub(crate) use detail::AdministratorPage;
pub(crate) use new::NewAdministratorPage;

use self::words::words;
use crate::{
    account::role_word,
    console::Realm,
    form::left_for,
    frame::frame,
    ui::{
        Badge, Card, Copy, Fact, Facts, Icon, IconName, LinkButton, PageHead, Table, Tone, loaded,
    },
    when,
    words::count,
};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use tenancy::administrators::{Administrator, Permission, Role};

/// The form that makes one.
const CREATE: &str = "administrator-create";
/// What is handed over once.
const HANDED: &str = "administrator-handed";

/// The forms of one administrator's page.
mod of_change {
    pub(super) const DETAILS: &str = "administrator-details";
    pub(super) const BLOCK: &str = "administrator-block";
    pub(super) const PASSWORD: &str = "administrator-password";
}

/// One of them, as their page has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Opened {
    one: Administrator,
    /// The key of the form that gives them a new password: sent twice, it gives the same one.
    once: String,
}

/// The list's own address on this site.
fn here() -> &'static str {
    match realm() {
        Realm::Club => "/admin/administrators",
        Realm::Platform => "/super/administrators",
    }
}

fn realm() -> Realm {
    if frame().club().is_some() {
        Realm::Club
    } else {
        Realm::Platform
    }
}

/// The roles of this console with what each may do, for a select.
fn roles() -> Vec<(&'static str, String)> {
    let t = words();
    let is_club = realm() == Realm::Club;
    let does = |role| match (role, is_club) {
        (Role::Viewer, _) => t.viewer_does,
        (Role::Operator, true) => t.operator_does,
        (Role::Operator, false) => t.platform_operator_does,
        (Role::Manager, _) => t.manager_does,
        (Role::Owner, _) => t.owner_does,
    };
    Role::of_realm(is_club)
        .iter()
        .map(|&role| (role.key(), format!("{}: {}", role_word(role), does(role))))
        .collect()
}

fn state_badge(one: &Administrator) -> impl IntoView + use<> {
    let t = words();
    let (tone, word) = if one.is_blocked {
        (Tone::Error, t.blocked)
    } else {
        (Tone::Success, t.active)
    };
    view! { <Badge tone=tone text=word/> }
}

fn last_sign_in(one: &Administrator) -> String {
    one.last_sign_in_at.map_or_else(
        || words().never.to_owned(),
        |at| when::minute(frame().locale, at),
    )
}

/// Everybody who may sign in, or could.
#[component]
pub(crate) fn AdministratorsPage() -> impl IntoView {
    let rows = Resource::new(|| (), |()| server_fns::list_administrators());
    loaded(rows, |rows| view! { <Loaded rows/> })
}

#[component]
fn Loaded(rows: Vec<Administrator>) -> impl IntoView {
    let t = words();
    let frame = frame();
    let may_add = frame.allows(Permission::ManageAdministrators);
    view! {
        <PageHead title=t.title note=count(frame.locale, rows.len(), t.one, t.many)>
            {may_add.then(|| view! { <LinkButton href=format!("{}/new", here())><Icon name=IconName::Plus/>{t.add}</LinkButton> })}
        </PageHead>
        <HandedOver/>
        <Table label=t.title columns=vec![t.name, t.email, t.role, t.state, t.two_step, t.last_sign_in]>
            {rows.into_iter().map(|row| view! { <Row row/> }).collect_view()}
        </Table>
    }
}

#[component]
fn Row(row: Administrator) -> impl IntoView {
    let t = words();
    let href = format!("{}/{}", here(), row.id);
    view! {
        <tr>
            <td><a href=href>{row.name.clone()}</a></td>
            <td data-label=t.email class="wide-only">{row.email.clone()}</td>
            <td data-label=t.role>{role_word(row.role)}</td>
            <td data-label=t.state>{state_badge(&row)}</td>
            <td data-label=t.two_step class="wide-only">{if row.has_totp { t.yes } else { t.no }}</td>
            <td data-label=t.last_sign_in>{last_sign_in(&row)}</td>
        </tr>
    }
}

/// A password just drawn, once.
#[component]
fn HandedOver() -> impl IntoView {
    let t = words();
    let left = left_for(HANDED).filter(|flash| flash.is_done)?;
    let (email, password) = (
        left.kept.get("email")?.clone(),
        left.kept.get("password")?.clone(),
    );
    Some(view! {
        <div class="mb-6 max-w-2xl">
            <Card title=t.hand_over text=t.hand_over_text>
                <Facts>
                    <Fact label=t.email>{email}</Fact>
                    <Fact label=t.password><Copy value=password/></Fact>
                </Facts>
            </Card>
        </div>
    })
}
