//! How a page begins: its title in the browser's tab, where it is, what it counts and its one main action.

use crate::{edge, frame::frame};
use leptos::prelude::*;
use leptos_meta::Title;

/// The tab's title, with the site's name behind it. The only door to `<Title>`, which the server writes unescaped.
#[component]
pub(crate) fn PageTitle(#[prop(into)] text: String) -> impl IntoView {
    let frame = frame();
    let site = frame.site_name();
    let text = if text.is_empty() {
        site.to_owned()
    } else {
        format!("{text} · {site}")
    };
    view! { <Title text=edge::title_text(text)/> }
}

/// One page above this one.
#[derive(Clone, Debug)]
pub(crate) struct Crumb {
    /// Where.
    pub(crate) href: &'static str,
    /// Its name.
    pub(crate) label: &'static str,
}

/// The head of a console page.
#[component]
pub(crate) fn PageHead(
    #[prop(into)] title: String,
    /// What the page counts, or one sentence about it.
    #[prop(optional, into)]
    note: String,
    /// The page above.
    #[prop(optional)]
    above: Option<Crumb>,
    /// The main action, at the right.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let crumbs = above.map(|crumb| {
        view! {
            <nav aria-label="Breadcrumb" class="mb-2 text-sm">
                <a href=crumb.href class="text-muted hover:text-base-content hover:underline">{crumb.label}</a>
            </nav>
        }
    });
    view! {
        <PageTitle text=title.clone()/>
        {crumbs}
        <div class="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
            <div class="min-w-0">
                <h1 class="text-2xl font-semibold tracking-tight break-words">{title}</h1>
                {(!note.is_empty()).then(|| view! { <p class="mt-1 text-sm text-muted tabular-nums">{note}</p> })}
            </div>
            {children.map(|children| children())}
        </div>
    }
}
