//! Writing the draft of a text. It begins with the version in force; what was refused is here again, as it was typed.

use super::{HERE, LegalView, key, kind_word, of_draft, server_fns, words::words};
use crate::{
    form::{Form, left_for},
    frame::frame,
    ui::{Card, Crumb, Field, LinkButton, PageHead, Problem, Submit, TextArea, loaded},
};
use club::legal_documents::{DocumentKind, DocumentVersion, LegalText, LegalTexts};
use kernel::Error;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use tenancy::administrators::Permission;

/// The page.
#[component]
pub(crate) fn DraftPage() -> impl IntoView {
    if !frame().allows(Permission::ManageSettings) {
        return view! { <Problem refusal=Error::forbidden().into() is_page=true/> }.into_any();
    }
    let params = use_params_map();
    let kind = move || params.with(|params| params.get("kind").unwrap_or_default());
    let text = Resource::new(kind, |kind| server_fns::read_legal(kind, String::new()));
    loaded(text, |view| view! { <Write view/> }).into_any()
}

/// Where the form is sent: to its own page, which answers with what was typed if it cannot be kept.
const fn own_page(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Terms => "/admin/legal/terms/draft",
        DocumentKind::Privacy => "/admin/legal/privacy/draft",
        DocumentKind::CashbackRules => "/admin/legal/cashback_rules/draft",
        DocumentKind::Fees => "/admin/legal/fees/draft",
    }
}

/// Which draft its writer saw, exactly; empty when there was none.
pub(super) fn seen(draft: Option<&DocumentVersion>) -> String {
    draft.map_or_else(String::new, |draft| {
        draft.drafted_at.unix_timestamp_nanos().to_string()
    })
}

#[component]
fn Write(view: LegalView) -> impl IntoView {
    let t = words();
    let kind = view.standing.kind;
    let above = Crumb {
        href: HERE,
        label: t.title,
    };
    // What was refused for another reason was still written over the draft that its writer saw.
    let kept = left_for(of_draft::WRITE).and_then(|flash| flash.kept.get("seen").cloned());
    let seen = kept.unwrap_or_else(|| seen(view.draft.as_ref()));
    let back = if view.draft.is_some() { "/review" } else { "" };
    let empty = || LegalText {
        title: String::new(),
        body: String::new(),
    };
    let (portuguese, english) = view.draft.or(view.shown).map_or_else(
        || (empty(), None),
        |DocumentVersion {
             texts: LegalTexts { pt_br, en },
             ..
         }| (pt_br, en),
    );
    let english = english.unwrap_or_else(empty);
    view! {
        <PageHead title=kind_word(kind) note=t.draft_note above/>
        <Form action=own_page(kind) name=of_draft::WRITE class="grid max-w-4xl gap-6">
            <input type="hidden" name="seen" value=seen/>
            <Card title=t.portuguese text=t.portuguese_text>
                <div class="grid gap-5">
                    <Field name="title" label=t.heading value=portuguese.title autocomplete="off"/>
                    <TextArea name="body" label=t.body help=t.body_help value=portuguese.body rows=16/>
                </div>
            </Card>
            <Card title=t.english text=t.english_text>
                <div class="grid gap-5">
                    <Field name="en.title" label=t.heading value=english.title required=false autocomplete="off"/>
                    <TextArea name="en.body" label=t.body value=english.body rows=10 required=false/>
                </div>
            </Card>
            <div class="flex flex-wrap gap-3">
                <Submit>{t.save}</Submit>
                <LinkButton href=format!("{HERE}/{}{back}", key(kind)) main=false>{t.cancel}</LinkButton>
            </div>
        </Form>
    }
}
