//! The second factor: off, being set up, on; and the recovery codes, shown once.

use super::{server_fns, words::words};
use crate::{
    form::{self, Form, left_for},
    frame::frame,
    ui::{Alert, Card, Copy, Crumb, Field, LinkButton, PageHead, Submit, Tone, loaded_part},
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use tenancy::administrators::TotpEnrolment;

/// How the second factor stands, with the way to change it.
#[component]
pub(super) fn TwoStep() -> impl IntoView {
    let t = words();
    let is_on = frame()
        .session
        .as_ref()
        .is_some_and(|session| session.has_totp);
    let codes = left_for("totp")
        .filter(|flash| flash.is_done)
        .and_then(|flash| flash.kept.get("codes").cloned());
    let set_up = format!("{}/two-step", use_location().pathname.get_untracked());
    let action = form::to::<server_fns::DisableTotp>();
    let text = if is_on {
        t.two_step_on_text
    } else {
        t.two_step_off_text
    };
    view! {
        <Card title=t.two_step text=text>
            {codes.map(|codes| view! { <RecoveryCodes codes/> })}
            {if is_on {
                view! {
                    <details class="mt-1">
                        <summary class="btn">{t.turn_off}</summary>
                        <div class="mt-4">
                            <Form action name="totp-off">
                                <Field name="password" label=t.confirm_password kind="password" autocomplete="current-password"/>
                                <div><Submit danger=true>{t.turn_off}</Submit></div>
                            </Form>
                        </div>
                    </details>
                }.into_any()
            } else {
                view! { <LinkButton href=set_up main=false>{t.set_up}</LinkButton> }.into_any()
            }}
        </Card>
    }
}

#[component]
fn RecoveryCodes(codes: String) -> impl IntoView {
    let t = words();
    let list = codes
        .split(' ')
        .map(|code| view! { <li class="py-0.5 font-mono text-sm">{code.to_owned()}</li> })
        .collect_view();
    view! {
        <section class="mb-5 rounded-lg border border-line p-4" aria-labelledby="recovery">
            <h3 id="recovery" class="font-semibold">{t.recovery}</h3>
            <div class="mt-2 mb-3"><Alert tone=Tone::Warning>{t.recovery_text}</Alert></div>
            <ul class="grid grid-cols-2 gap-x-6 select-all">{list}</ul>
            <div class="mt-3"><Copy value=codes shown=false/></div>
        </section>
    }
}

/// Setting it up: scan, type the code, done.
#[component]
pub(crate) fn TwoStepPage() -> impl IntoView {
    let t = words();
    let enrolment = Resource::new(|| (), |()| server_fns::begin_totp());
    let account = if frame().club().is_some() {
        "/admin/account"
    } else {
        "/super/account"
    };
    view! {
        <PageHead title=t.two_step above=Crumb { href: account, label: t.back }/>
        {loaded_part(enrolment, |enrolment| view! { <Enrol enrolment/> })}
    }
}

#[component]
fn Enrol(enrolment: TotpEnrolment) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::EnableTotp>();
    view! {
        <div class="surface grid max-w-2xl gap-6 p-6">
            <div>
                <h2 class="font-semibold">{t.scan}</h2>
                <div role="img" aria-label=t.qr_label class="qr mt-4 size-48 rounded-lg bg-white p-3" inner_html=enrolment.qr_svg></div>
                <p class="mt-4 mb-2 text-sm text-muted">{t.or_type}</p>
                <Copy value=enrolment.secret_base32/>
            </div>
            <div>
                <h2 class="mb-4 font-semibold">{t.enter}</h2>
                <Form action name="totp" class="grid max-w-xs gap-5">
                    <Field name="code" label=t.code autocomplete="one-time-code" inputmode="numeric"/>
                    <div><Submit>{t.enable}</Submit></div>
                </Form>
            </div>
        </div>
    }
}
