//! What a member owes the club, and the form that forgives it.

use super::{server_fns, words::words};
use crate::{
    form::{self, Form},
    frame::frame,
    pix::limits::typed,
    ui::{Card, Field, Submit},
    words::fill,
};
use kernel::{Money, UserId};
use leptos::prelude::*;

/// The form.
pub(super) const FORGIVE: &str = "member-forgive";

/// Forgives the whole unless less is typed; `once` names it, so that the same form sent again does nothing more.
#[component]
pub(super) fn Forgive(user: UserId, debt: Money, once: String) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let action = form::to::<server_fns::ForgiveDebt>();
    let help = fill(t.owed, &[("debt", &debt.format(locale))]);
    view! {
        <Card title=t.forgive_title text=t.forgive_text>
            <Form action name=FORGIVE>
                <input type="hidden" name="id" value=user.to_string()/>
                <input type="hidden" name="once" value=once/>
                <div class="max-w-xs"><Field name="amount" label=t.amount value=typed(locale, debt) help inputmode="decimal" autocomplete="off"/></div>
                <Field name="reason" label=t.reason help=t.reason_help autocomplete="off"/>
                <div><Submit main=false danger=true>{t.forgive}</Submit></div>
            </Form>
        </Card>
    }
}
