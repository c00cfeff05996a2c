//! Forms: plain HTML forms that post to a server function and come back to a page. One way, with and without the
//! browser's program.
//!
//! The server function calls its operation and settles the outcome here: on success the reader is sent on, with a
//! sentence if one is due; on refusal back to the form, which shows the reasons at its fields and what was typed.

mod once;
#[cfg(feature = "ssr")]
mod settle;

pub use once::send_forms_once;

#[cfg(feature = "ssr")]
pub(crate) use settle::{done, done_with, settle};

use crate::{
    frame::{Flash, frame},
    refusal::sentences,
    ui::{Alert, Tone},
};
use leptos::{context::Provider, prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_location;

/// What fields know of the form around them.
#[derive(Clone)]
pub(crate) struct Inside {
    /// The form's name, by which it finds what was left for it.
    pub(crate) form: &'static str,
    /// What was left for it.
    pub(crate) flash: Option<Flash>,
}

impl Inside {
    /// The reason why this field was refused. `new[slug]` is the field `slug` of a form with a struct.
    pub(crate) fn reason(&self, field: &str) -> Option<&str> {
        let field = field
            .strip_prefix("new[")
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(field);
        self.flash.as_ref()?.fields.get(field).map(String::as_str)
    }

    /// Whether the form came back with fields to mend.
    pub(crate) fn is_refused(&self) -> bool {
        self.flash
            .as_ref()
            .is_some_and(|flash| !flash.fields.is_empty())
    }

    /// What was typed into it before.
    pub(crate) fn kept(&self, field: &str) -> Option<&str> {
        self.flash.as_ref()?.kept.get(field).map(String::as_str)
    }
}

/// The address of a server function, for `<Form action>`.
pub(crate) fn to<F: ServerFn>() -> &'static str {
    F::url()
}

/// What the last form left, if it was for this form and we still are on the page it led to.
pub(crate) fn left_for(form: &str) -> Option<Flash> {
    let frame = frame();
    let asked = frame.path.split('?').next().unwrap_or_default();
    let here = use_location().pathname.get_untracked();
    frame.flash_for(form).filter(|_| asked == here).cloned()
}

/// A form that works without the browser's program.
#[component]
pub(crate) fn Form(
    /// Where it posts: [`to`] a server function.
    action: &'static str,
    /// The name that the server function settles it under.
    name: &'static str,
    /// Its layout.
    #[prop(default = "grid gap-5")]
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let flash = left_for(name);
    let message = flash.clone().filter(|flash| !flash.is_done).map(|flash| {
        let text = sentences::of_code(frame().locale, &flash.code, flash.retry_after);
        view! { <div class="col-span-full"><Alert tone=Tone::Error>{text}</Alert></div> }
    });
    view! {
        <form method="post" action=action class=class novalidate=true>
            {message}
            <Provider value=Inside { form: name, flash }>{children()}</Provider>
        </form>
    }
}

/// What the form before this page achieved, or that it could not be read.
#[component]
pub(crate) fn Outcome() -> impl IntoView {
    let frame = frame();
    let asked = frame.path.split('?').next().unwrap_or_default().to_owned();
    let here = use_location().pathname.get_untracked();
    let flash = frame
        .flash
        .clone()
        .filter(|flash| asked == here && (flash.is_done || flash.form.is_empty()));
    flash.map(|flash| {
        let done = sentences::of_outcome(frame.locale, &flash.code).filter(|_| flash.is_done);
        if let Some(text) = done {
            return view! { <Alert tone=Tone::Success>{text}</Alert> }.into_any();
        }
        let text = sentences::of_code(frame.locale, &flash.code, flash.retry_after);
        view! { <Alert tone=Tone::Error>{text}</Alert> }.into_any()
    })
}
