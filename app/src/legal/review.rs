//! The draft as members will read it, and what happens when it is published. What is published is what stands here.

use super::{
    HERE, LegalView, draft::seen, key, kind_word, of_draft, person, prose::Texts, server_fns,
    version_word, words::words,
};
use crate::{
    form::{self, Form, left_for},
    frame::frame,
    refusal::sentences,
    ui::{Alert, Card, Crumb, EmptyState, LinkButton, PageHead, Submit, Tone, loaded},
    when,
    words::{count, fill, small},
};
use club::legal_documents::{DocumentKind, DocumentVersion};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use tenancy::administrators::Permission;

/// The page.
#[component]
pub(crate) fn ReviewDraftPage() -> impl IntoView {
    let params = use_params_map();
    let kind = move || params.with(|params| params.get("kind").unwrap_or_default());
    let text = Resource::new(kind, |kind| server_fns::read_legal(kind, String::new()));
    loaded(text, |view| view! { <Loaded view/> })
}

#[component]
fn Loaded(view: LegalView) -> impl IntoView {
    let t = words();
    let kind = view.standing.kind;
    let above = Crumb {
        href: HERE,
        label: t.title,
    };
    let newest = view.standing.versions.into_iter().next();
    let (version, accepted) = newest.map_or((0, 0), |one| (one.version, one.acceptances));
    let Some(draft) = view.draft else {
        return view! {
            <PageHead title=kind_word(kind) above/>
            <Unheard/>
            <EmptyState title=t.no_draft text=t.no_draft_text><LinkButton href=format!("{HERE}/{}", key(kind)) main=false>{t.back}</LinkButton></EmptyState>
        }
        .into_any();
    };
    let note = fill(
        t.drafted,
        &[
            ("when", &when::minute(frame().locale, draft.drafted_at)),
            ("who", &person(&draft.drafted_by)),
        ],
    );
    let may_write = frame().allows(Permission::ManageSettings);
    let texts = draft.texts.clone();
    view! {
        <PageHead title=kind_word(kind) note above/>
        <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
            <Texts texts/>
            {may_write.then(|| view! { <Decide kind draft next=version + 1 accepted/> })}
        </div>
    }
    .into_any()
}

/// What a form was told whose draft is gone meanwhile.
#[component]
fn Unheard() -> impl IntoView {
    let flash = [of_draft::PUBLISH, of_draft::DISCARD]
        .into_iter()
        .find_map(|name| left_for(name).filter(|flash| !flash.is_done))?;
    let text = sentences::of_code(frame().locale, &flash.code, flash.retry_after);
    Some(view! { <div class="mb-6"><Alert tone=Tone::Error>{text}</Alert></div> })
}

#[component]
fn Decide(kind: DocumentKind, draft: DocumentVersion, next: i32, accepted: i64) -> impl IntoView {
    let t = words();
    let (publish, discard) = (
        form::to::<server_fns::PublishLegal>(),
        form::to::<server_fns::DiscardLegal>(),
    );
    let seen = seen(Some(&draft));
    let id = draft.id;
    let again = (accepted > 0).then(|| count(frame().locale, accepted, t.again_one, t.again_many));
    view! {
        <div class="grid gap-6">
            <Card title=t.publish text=t.publish_text>
                {again.map(|again| view! { <p class="mb-4 text-sm">{again}</p> })}
                <Form action=publish name=of_draft::PUBLISH>
                    <input type="hidden" name="kind" value=key(kind)/>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <input type="hidden" name="seen" value=seen/>
                    <div class="flex flex-wrap gap-3">
                        <Submit>{fill(t.publish_n, &[("version", &small(&version_word(next)))])}</Submit>
                        <LinkButton href=format!("{HERE}/{}/draft", key(kind)) main=false>{t.go_on}</LinkButton>
                    </div>
                </Form>
            </Card>
            <Card title=t.discard text=t.discard_text>
                <Form action=discard name=of_draft::DISCARD>
                    <input type="hidden" name="kind" value=key(kind)/>
                    <input type="hidden" name="id" value=id.to_string()/>
                    <div><Submit danger=true>{t.discard}</Submit></div>
                </Form>
            </Card>
        </div>
    }
}
