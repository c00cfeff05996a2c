//! Lists: search and filters as a GET form above, the state in the address, the first column the link, cards on a phone.

use super::{Icon, IconName};
use leptos::prelude::*;

/// The surface of a table; cells carry `data-label` for the phone.
#[component]
pub(crate) fn Table(
    /// Names the table for readers.
    #[prop(into)]
    label: String,
    /// Heads of the columns.
    columns: Vec<&'static str>,
    /// How many of the last columns are amounts; their cells have the class `amount`.
    #[prop(default = 0)]
    amounts: usize,
    children: Children,
) -> impl IntoView {
    let words = columns.len() - amounts;
    let heads = columns.into_iter().enumerate().map(|(place, column)| {
        let class = (place >= words).then_some("amount");
        view! { <th scope="col" class=class>{column}</th> }
    });
    view! {
        <div class="surface overflow-x-auto">
            <table class="data-table" aria-label=label>
                <thead><tr>{heads.collect_view()}</tr></thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}

/// The row above a table: one search, a few selects, one button. Works without the browser's program.
#[component]
pub(crate) fn SearchBar(
    /// The list's own address.
    action: &'static str,
    /// Label of the search.
    label: &'static str,
    /// What is searched now.
    #[prop(into)]
    query: String,
    /// The word on the button.
    submit: &'static str,
    /// Further filters.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <form method="get" action=action role="search" class="mb-4 flex flex-wrap items-end gap-3">
            <label class="min-w-56 flex-1">
                <span class="mb-1.5 block text-sm font-medium">{label}</span>
                <span class="input w-full">
                    <span class="text-muted"><Icon name=IconName::Search/></span>
                    <input type="search" name="q" value=query autocomplete="off"/>
                </span>
            </label>
            {children.map(|children| children())}
            <button type="submit" class="btn">{submit}</button>
        </form>
    }
}

/// The way to the next rows, by cursor.
#[component]
pub(crate) fn Pager(
    /// The address of the first page, when this is not it.
    first: Option<String>,
    /// The address of the next page, when there is one.
    next: Option<String>,
    first_word: &'static str,
    next_word: &'static str,
) -> impl IntoView {
    (first.is_some() || next.is_some()).then(|| {
        view! {
            <nav class="mt-4 flex justify-between gap-3" aria-label=next_word>
                {match first { Some(href) => view! { <a class="btn btn-sm" href=href>{first_word}</a> }.into_any(), None => view! { <span></span> }.into_any() }}
                {next.map(|href| view! { <a class="btn btn-sm" href=href rel="next">{next_word}<Icon name=IconName::Arrow/></a> })}
            </nav>
        }
    })
}
