//! Where the link of the "new password" e-mail leads: a member of the club, in any browser, sets a new password.
//!
//! The link is good once and for an hour. Whether it still is shows when the form is sent, so that whoever only looks at
//! links (mail filters, previews) spends nothing.

pub(crate) mod server_fns;
mod words;

use self::words::words;
use crate::{
    console::{Missing, Realm},
    form::{self, Form},
    frame::frame,
    sign_in::Frame,
    ui::{Alert, Field, Submit, Tone},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The form's name, by which the page finds what came of it.
const FORM: &str = "new-password";

/// The page's address, as in the e-mail.
#[cfg(feature = "ssr")]
const PATH: &str = "/reset-password";

/// The page.
#[component]
pub(crate) fn PasswordResetPage() -> impl IntoView {
    if frame().club().is_none() {
        return view! { <Missing/> }.into_any();
    }
    let t = words();
    let token = use_query_map().with_untracked(|query| query.get("token").unwrap_or_default());
    let left = form::left_for(FORM);
    let is_done = left.as_ref().is_some_and(|flash| flash.is_done);
    let is_spent = left.is_some_and(|flash| flash.fields.contains_key("token"));
    let body = if is_done {
        view! { <p class="text-sm">{t.next}</p> }.into_any()
    } else if is_spent || token.is_empty() {
        view! {
            <Alert tone=Tone::Error>{t.expired}</Alert>
            <p class="mt-5 text-sm">{t.again}</p>
        }
        .into_any()
    } else {
        let action = form::to::<server_fns::ResetPassword>();
        view! {
            <Form action name=FORM>
                <input type="hidden" name="token" value=token/>
                <Field name="password" label=t.password kind="password" autocomplete="new-password" help=t.help autofocus=true/>
                <Submit>{t.submit}</Submit>
            </Form>
        }
        .into_any()
    };
    view! { <Frame realm=Realm::Club note=t.note title=t.title>{body}</Frame> }.into_any()
}
