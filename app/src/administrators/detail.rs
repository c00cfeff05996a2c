//! One administrator: who, what they may do, and how they get in.

use super::{
    HandedOver, Opened, here, last_sign_in, of_change, roles, server_fns, state_badge, words::words,
};
use crate::{
    account::role_word,
    console::Realm,
    form::{self, Form},
    frame::frame,
    ui::{Card, Crumb, Fact, Facts, Field, LinkButton, PageHead, Select, Submit, loaded},
    when,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use tenancy::administrators::{Administrator, Permission};

/// The page.
#[component]
pub(crate) fn AdministratorPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let one = Resource::new(id, server_fns::read_administrator);
    loaded(one, |opened| view! { <Loaded opened/> })
}

#[component]
fn Loaded(opened: Opened) -> impl IntoView {
    let t = words();
    let Opened { one, once } = opened;
    let frame = frame();
    let is_own = frame
        .session
        .as_ref()
        .is_some_and(|session| session.administrator_id == one.id);
    let above = Crumb {
        href: here(),
        label: t.title,
    };
    let may_change = frame.allows(Permission::ManageAdministrators);
    let (badge, last) = (state_badge(&one), last_sign_in(&one));
    let totp = if one.has_totp { t.yes } else { t.no };
    let since = one.created_at;
    view! {
        <PageHead title=one.name.clone() note=one.email.clone() above>{badge}</PageHead>
        <HandedOver/>
        <div class="grid items-start gap-6 xl:grid-cols-2">
            <div class="grid gap-6">
                <Card title=t.account>
                    <Facts>
                        <Fact label=t.role>{role_word(one.role)}</Fact>
                        <Fact label=t.two_step>{totp}</Fact>
                        <Fact label=t.last_sign_in>{last}</Fact>
                        <Fact label=t.since><time datetime=when::machine(since)>{when::minute(frame.locale, since)}</time></Fact>
                    </Facts>
                </Card>
                {may_change.then(|| view! { <Details one=one.clone() is_own/> })}
            </div>
            {may_change.then(|| if is_own {
                view! { <Own/> }.into_any()
            } else {
                view! { <div class="grid gap-6"><Password one=one.clone() once/><Block one/></div> }.into_any()
            })}
        </div>
    }
}

#[component]
fn Details(one: Administrator, is_own: bool) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::ChangeAdministrator>();
    view! {
        <Card title=t.details text=t.details_text>
            <Form action name=of_change::DETAILS>
                <input type="hidden" name="id" value=one.id.to_string()/>
                <Field name="name" label=t.name value=one.name autocomplete="off"/>
                {(!is_own).then(|| view! { <Select name="role" label=t.role options=roles() value=one.role.key()/> })}
                <div><Submit>{t.save}</Submit></div>
            </Form>
        </Card>
    }
}

#[component]
fn Password(one: Administrator, once: String) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::RenewPassword>();
    view! {
        <Card title=t.password text=t.password_text>
            <Form action name=of_change::PASSWORD>
                <input type="hidden" name="id" value=one.id.to_string()/>
                <input type="hidden" name="once" value=once/>
                <div><Submit main=false>{t.renew}</Submit></div>
            </Form>
        </Card>
    }
}

#[component]
fn Block(one: Administrator) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::BlockAdministrator>();
    let (title, text, state) = if one.is_blocked {
        (t.unblock, t.unblock_text, "active")
    } else {
        (t.block, t.block_text, "blocked")
    };
    view! {
        <Card title=title text=text>
            <Form action name=of_change::BLOCK>
                <input type="hidden" name="id" value=one.id.to_string()/>
                <input type="hidden" name="state" value=state/>
                <div><Submit main=false danger=!one.is_blocked>{title}</Submit></div>
            </Form>
        </Card>
    }
}

/// What one changes of oneself is on another page, or somebody else's.
#[component]
fn Own() -> impl IntoView {
    let t = words();
    let href = match super::realm() {
        Realm::Club => "/admin/account",
        Realm::Platform => "/super/account",
    };
    view! { <Card title=t.own text=t.own_text><LinkButton href main=false>{t.own_account}</LinkButton></Card> }
}
