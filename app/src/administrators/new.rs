//! The form that makes an administrator.

use super::{CREATE, here, roles, server_fns, words::words};
use crate::{
    form::{self, Form},
    frame::frame,
    ui::{Crumb, Field, LinkButton, PageHead, Problem, Select, Submit},
};
use kernel::Error;
use leptos::prelude::*;
use tenancy::administrators::{Permission, Role};

/// The page.
#[component]
pub(crate) fn NewAdministratorPage() -> impl IntoView {
    let t = words();
    if !frame().allows(Permission::ManageAdministrators) {
        return view! { <Problem refusal=Error::forbidden().into() is_page=true/> }.into_any();
    }
    let action = form::to::<server_fns::CreateAdministrator>();
    let above = Crumb {
        href: here(),
        label: t.title,
    };
    view! {
        <PageHead title=t.add note=t.add_text above/>
        <div class="surface max-w-2xl p-6">
            <Form action name=CREATE class="grid gap-5 sm:grid-cols-2">
                <Field name="name" label=t.name autofocus=true autocomplete="off"/>
                <Field name="email" label=t.email kind="email" help=t.email_help autocomplete="off"/>
                <div class="sm:col-span-2"><Select name="role" label=t.role options=roles() value=Role::Viewer.key()/></div>
                <div class="flex flex-wrap gap-3 pt-2 sm:col-span-2">
                    <Submit>{t.add}</Submit>
                    <LinkButton href=here() main=false>{t.cancel}</LinkButton>
                </div>
            </Form>
        </div>
    }
    .into_any()
}
