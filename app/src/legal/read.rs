//! One kind of text: the version in force or an earlier one, and all that there were.

use super::{
    HERE, LegalView, Published, digits, key, kind_word, person, prose::Texts, server_fns,
    version_word, words::words,
};
use crate::{
    frame::frame,
    link::with_query,
    ui::{Badge, Card, Crumb, EmptyState, LinkButton, PageHead, Tone, loaded},
    when,
    words::{count, fill},
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use tenancy::administrators::Permission;

/// The page.
#[component]
pub(crate) fn LegalPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let kind = params.with(|params| params.get("kind").unwrap_or_default());
        let version = query.with(|query| query.get("version").unwrap_or_default());
        (kind, version)
    });
    let text = Resource::new(
        move || asked.get(),
        |(kind, version)| server_fns::read_legal(kind, version),
    );
    loaded(text, |view| view! { <Loaded view/> })
}

#[component]
fn Loaded(view: LegalView) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let LegalView {
        standing,
        shown,
        draft,
    } = view;
    let (kind, versions) = (standing.kind, standing.versions);
    let above = Crumb {
        href: HERE,
        label: t.title,
    };
    let version = shown.as_ref().and_then(|shown| shown.version);
    let one = versions.iter().find(|one| Some(one.version) == version);
    let note = one.map_or_else(String::new, |one| {
        fill(
            t.published,
            &[
                ("version", &version_word(one.version)),
                ("when", &when::minute(locale, one.at)),
                (
                    "accepted",
                    &count(locale, one.acceptances, t.accepted_one, t.accepted_many),
                ),
            ],
        )
    });
    let here = format!("{HERE}/{}", key(kind));
    let (path, word) = if draft.is_some() {
        ("review", t.review)
    } else {
        ("draft", t.write)
    };
    let may_write = frame().allows(Permission::ManageSettings);
    let action =
        may_write.then(|| view! { <LinkButton href=format!("{here}/{path}")>{word}</LinkButton> });
    view! {
        <PageHead title=kind_word(kind) note above>{action}</PageHead>
        <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
            {match shown {
                Some(shown) => view! { <Texts texts=shown.texts/> }.into_any(),
                None => view! { <EmptyState title=t.empty text=t.empty_text/> }.into_any(),
            }}
            {(!versions.is_empty()).then(|| view! { <Versions here versions shown=version/> })}
        </div>
    }
}

/// All that were published, each a link.
#[component]
fn Versions(here: String, versions: Vec<Published>, shown: Option<i32>) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let newest = versions.first().map(|one| one.version);
    let rows = versions.into_iter().map(move |one| {
        let Published { version, at, by, acceptances } = one;
        let href = with_query(&here, &[("version", &version.to_string())]);
        let is_here = (Some(version) == shown).then_some("page");
        let in_force = (Some(version) == newest).then(|| view! { <Badge tone=Tone::Success text=t.in_force/> });
        view! {
            <li class="grid gap-0.5 py-2.5">
                <span class="flex flex-wrap items-center justify-between gap-2">
                    <a class="font-medium text-ink underline-offset-4 hover:underline" href=href aria-current=is_here>{version_word(version)}</a>
                    {in_force}
                </span>
                <span class="text-sm text-muted">{when::minute(locale, at)}" · "{person(&by)}</span>
                <span class="text-sm text-muted">{fill(t.accepted_n, &[("n", &digits(acceptances))])}</span>
            </li>
        }
    });
    view! { <Card title=t.versions text=t.versions_text><ul class="divide-y divide-line">{rows.collect_view()}</ul></Card> }
}
