//! Surfaces: a card with its heading, a figure, a list of facts.

use leptos::prelude::*;

/// A titled surface.
#[component]
pub(crate) fn Card(
    #[prop(into)] title: String,
    /// One quiet sentence under the title.
    #[prop(optional, into)]
    text: String,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="surface">
            <div class="px-5 pt-5 pb-4">
                <h2 class="text-base font-semibold">{title}</h2>
                {(!text.is_empty()).then(|| view! { <p class="mt-1 text-sm text-muted max-w-[54ch]">{text}</p> })}
            </div>
            <div class="px-5 pb-5">{children()}</div>
        </section>
    }
}

/// One number and what it counts.
#[component]
pub(crate) fn Figure(
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    /// What to read the number against.
    #[prop(optional, into)]
    note: String,
) -> impl IntoView {
    view! {
        <div class="surface p-4 sm:p-5">
            <dt class="text-sm text-muted">{label}</dt>
            <dd class="mt-1 text-xl font-semibold tracking-tight tabular-nums wrap-anywhere sm:text-2xl">{value}</dd>
            {(!note.is_empty()).then(|| view! { <dd class="mt-1 text-xs text-muted">{note}</dd> })}
        </div>
    }
}

/// Facts of one thing: a word on the left, its value on the right.
#[component]
pub(crate) fn Facts(children: Children) -> impl IntoView {
    view! { <dl class="divide-y divide-line">{children()}</dl> }
}

/// One fact.
#[component]
pub(crate) fn Fact(
    #[prop(into)] label: String,
    /// Where its word leads, if anywhere.
    #[prop(optional)]
    href: &'static str,
    children: Children,
) -> impl IntoView {
    let label = if href.is_empty() {
        label.into_any()
    } else {
        view! { <a class="font-medium text-ink underline-offset-4 hover:underline" href=href>{label}</a> }.into_any()
    };
    view! {
        <div class="grid gap-1 py-2.5 sm:grid-cols-[11rem_1fr] sm:gap-4">
            <dt class="text-sm text-muted">{label}</dt>
            <dd class="min-w-0 break-words text-sm tabular-nums">{children()}</dd>
        </div>
    }
}
