//! One's own account, the same in both consoles: password, second factor, sessions.

pub(crate) mod server_fns;
mod sessions;
mod two_step;
mod words;

pub(crate) use two_step::TwoStepPage;

use self::{sessions::Sessions, two_step::TwoStep, words::words};
use crate::{
    form::{self, Form},
    frame::frame,
    ui::{Card, Fact, Facts, Field, PageHead, Submit},
};
use leptos::prelude::*;
use tenancy::administrators::Role;

/// The account's page.
#[component]
pub(crate) fn AccountPage() -> impl IntoView {
    let t = words();
    let session = frame().session.as_deref().cloned();
    let action = form::to::<server_fns::ChangePassword>();
    view! {
        <PageHead title=t.title/>
        <div class="grid items-start gap-6 xl:grid-cols-2">
            <div class="grid gap-6">
            {session.map(|session| view! {
                <Card title=t.you>
                    <Facts>
                        <Fact label=t.name>{session.name}</Fact>
                        <Fact label=t.email>{session.email}</Fact>
                        <Fact label=t.role>{role_word(session.role)}</Fact>
                    </Facts>
                </Card>
            })}
            <TwoStep/>
            </div>
            <Card title=t.password text=t.password_text>
                <Form action name="password">
                    <Field name="currentPassword" label=t.current kind="password" autocomplete="current-password"/>
                    <Field name="newPassword" label=t.new kind="password" autocomplete="new-password" help=t.new_help/>
                    <div><Submit main=false>{t.change}</Submit></div>
                </Form>
            </Card>
            <div class="xl:col-span-2"><Sessions/></div>
        </div>
    }
}

/// A role as people call it.
pub(crate) fn role_word(role: Role) -> &'static str {
    let t = words();
    match role {
        Role::Viewer => t.role_viewer,
        Role::Operator => t.role_operator,
        Role::Manager => t.role_manager,
        Role::Owner => t.role_owner,
    }
}
