//! Lists: search and filters as a GET form above, the state in the address, the first column the link, cards on a phone.

use super::{Icon, IconName};
use crate::link::with_query;
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

/// A select among the filters of a [`SearchBar`].
#[component]
pub(crate) fn Choice<W: Into<String> + 'static>(
    name: &'static str,
    label: &'static str,
    /// The word for all of them.
    any: &'static str,
    /// Each as it stands in the address, and its word.
    options: Vec<(&'static str, W)>,
    chosen: String,
) -> impl IntoView {
    view! {
        <label class="w-full sm:w-auto">
            <span class="mb-1.5 block text-sm font-medium">{label}</span>
            <select name=name class="select w-full sm:w-48">
                <option value="">{any}</option>
                {options.into_iter().map(|(value, word)| view! { <option value=value selected=value == chosen>{word.into()}</option> }).collect_view()}
            </select>
        </label>
    }
}

/// A filter as links, one for each status; the one that is shown is marked, else the first.
#[component]
pub(crate) fn Statuses(
    /// Names the filter for readers.
    label: &'static str,
    /// The list's own address.
    list: &'static str,
    /// Each as it stands in the address, and its word.
    choices: Vec<(&'static str, &'static str)>,
    chosen: String,
) -> impl IntoView {
    let place = choices.iter().position(|(status, _)| *status == chosen);
    let place = place.unwrap_or(0);
    view! {
        <nav class="mb-4" aria-label=label>
            <ul class="flex flex-wrap gap-2">
                {choices.into_iter().enumerate().map(|(nth, (status, word))| {
                    let is_here = nth == place;
                    view! { <li><a class="btn btn-sm" class:btn-primary=is_here aria-current=is_here.then_some("page") href=with_query(list, &[("status", status)])>{word}</a></li> }
                }).collect_view()}
            </ul>
        </nav>
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
