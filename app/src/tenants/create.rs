//! The form that makes a club. One page, seven fields, a club a moment later.

use super::{
    names::{PLANS, options},
    server_fns,
    words::words,
};
use crate::{
    form::{self, Form},
    ui::{Crumb, Field, LinkButton, PageHead, Select, Submit, loaded_part},
    words::plain,
};
use leptos::{html::Input, prelude::*};
use serde::{Deserialize, Serialize};

/// What was typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewTenantForm {
    pub(crate) name: String,
    pub(crate) slug: String,
    pub(crate) document: String,
    pub(crate) phone: String,
    pub(crate) email: String,
    pub(crate) plan: String,
    pub(crate) admin_password: String,
}

/// The page.
#[component]
pub(crate) fn CreatePage() -> impl IntoView {
    let t = words();
    let password = Resource::new(|| (), |()| server_fns::draw_password());
    view! {
        <PageHead title=t.new_title note=t.new_text above=Crumb { href: "/super/tenants", label: t.title }/>
        {loaded_part(password, |password| view! { <Fields password/> })}
    }
}

#[component]
fn Fields(password: String) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::CreateTenant>();
    let (name, slug) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let slug_input = NodeRef::<Input>::new();
    suggest_slugs(name, slug, slug_input);
    view! {
        <div class="surface max-w-2xl p-6">
            <Form action name="create" class="grid gap-5 sm:grid-cols-2">
                <div class="sm:col-span-2"><Field name="new[name]" label=t.name typed=name autofocus=true autocomplete="organization"/></div>
                <Field name="new[slug]" label=t.slug help=t.slug_help typed=slug reference=slug_input autocomplete="off"/>
                <Select name="new[plan]" label=t.plan options=options(&PLANS) value="BASIC"/>
                <Field name="new[document]" label=t.document help=t.document_help autocomplete="off"/>
                <Field name="new[phone]" label=t.phone kind="tel" help=t.phone_help autocomplete="off"/>
                <Field name="new[email]" label=t.email kind="email" help=t.email_help autocomplete="off"/>
                <Field name="new[adminPassword]" label=t.admin_password value=password help=t.password_help autocomplete="off"/>
                <div class="flex flex-wrap gap-3 pt-2 sm:col-span-2">
                    <Submit>{t.create}</Submit>
                    <LinkButton href="/super/tenants" main=false>{t.cancel}</LinkButton>
                </div>
            </Form>
        </div>
    }
}

/// While nobody has typed an address, it follows the name.
fn suggest_slugs(name: RwSignal<String>, slug: RwSignal<String>, input: NodeRef<Input>) {
    Effect::new(move || {
        let suggestion = suggestion(&name.get());
        if let Some(input) = input
            .get_untracked()
            .filter(|_| slug.with_untracked(String::is_empty) && !suggestion.is_empty())
        {
            input.set_value(&suggestion);
        }
    });
}

/// `Clube São João` becomes `clube-sao-joao`.
fn suggestion(name: &str) -> String {
    let words: String = plain(name)
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                ' '
            }
        })
        .collect();
    let slug = words.split_whitespace().collect::<Vec<_>>().join("-");
    slug.chars()
        .take(40)
        .collect::<String>()
        .trim_end_matches('-')
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::suggestion;
    use kernel::Slug;

    #[test]
    fn a_name_suggests_an_address() {
        for (name, slug) in [
            ("Clube São João", "clube-sao-joao"),
            ("  Açaí & Cia. Ltda ", "acai-cia-ltda"),
            ("!!!", ""),
        ] {
            assert_eq!(suggestion(name), slug);
        }
        assert!(Slug::parse(&suggestion(&"Associação ".repeat(9))).is_ok());
    }
}
