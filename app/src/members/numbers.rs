//! Correcting a member's telephone and tax numbers, below what their page says of them.

use super::{server_fns, words::words};
use crate::{
    form::{self, Form, left_for},
    ui::{Field, Submit},
};
use club::users::{User, UserType};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The form.
pub(super) const NUMBERS: &str = "member-numbers";

/// A member's numbers as they stand in the form; an empty one is none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Numbers {
    pub(crate) phone: String,
    pub(crate) cpf: String,
    /// Consumers have no field for it.
    #[serde(default)]
    pub(crate) cnpj: String,
}

impl Numbers {
    fn of(user: &User) -> Self {
        let phone = user.phone.as_ref().map(kernel::Phone::formatted);
        let cpf = user.cpf.as_ref().map(kernel::Cpf::formatted);
        let cnpj = user.cnpj.as_ref().map(kernel::Cnpj::formatted);
        Self {
            phone: phone.unwrap_or_default(),
            cpf: cpf.unwrap_or_default(),
            cnpj: cnpj.unwrap_or_default(),
        }
    }
}

/// The numbers to be corrected, folded away. What the page showed goes along, so that only what was changed here is.
#[component]
pub(super) fn Correct(user: User) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::CorrectNumbers>();
    let was_refused = left_for(NUMBERS).is_some_and(|flash| !flash.is_done);
    let numbers = Numbers::of(&user);
    let cnpj = (user.user_type == UserType::Merchant).then(|| {
        view! {
            <input type="hidden" name="seen[cnpj]" value=numbers.cnpj.clone()/>
            <Field name="new[cnpj]" label=t.cnpj value=numbers.cnpj.clone() required=false autocomplete="off"/>
        }
    });
    view! {
        <details class="mt-4" open=was_refused>
            <summary class="btn btn-sm">{t.correct}</summary>
            <p class="mt-4 text-sm text-muted">{t.correct_text}</p>
            <div class="mt-4">
                <Form action name=NUMBERS>
                    <input type="hidden" name="id" value=user.id.to_string()/>
                    <input type="hidden" name="seen[phone]" value=numbers.phone.clone()/>
                    <input type="hidden" name="seen[cpf]" value=numbers.cpf.clone()/>
                    <Field name="new[phone]" label=t.phone kind="tel" value=numbers.phone required=false autocomplete="off"/>
                    <Field name="new[cpf]" label=t.cpf value=numbers.cpf inputmode="numeric" required=false autocomplete="off"/>
                    {cnpj}
                    <Field name="reason" label=t.reason help=t.reason_help autocomplete="off"/>
                    <div><Submit main=false>{t.correct_it}</Submit></div>
                </Form>
            </div>
        </details>
    }
}
