//! The palette: every page that one may open, and the members or clubs that one looks for, a few keys away.
//!
//! `/` and Ctrl-K open it. It only leads where links lead too: without the browser's program nobody misses it.

mod places;

use self::places::{Place, look_for, open_pages, search_for, searched};
use super::{Realm, words::words};
use crate::{
    frame::frame,
    ui::{Icon, IconName},
    words::{count, fill, small},
};
use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    html,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
};
use std::{iter, time::Duration};
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement};

/// The server is asked when somebody stops typing for so long.
const PAUSE: Duration = Duration::from_millis(150);

/// The dialog; empty until it is open.
#[component]
pub(super) fn Palette(realm: Realm, is_open: RwSignal<bool>) -> impl IntoView {
    let t = words();
    let dialog = NodeRef::<html::Dialog>::new();
    open_by_keys(is_open);
    view! {
        <dialog class="palette" aria-label=t.search closedby="any" node_ref=dialog on:close=move |_| is_open.set(false)>
            {move || is_open.get().then(|| view! { <Finder realm dialog/> })}
        </dialog>
    }
}

fn open_by_keys(is_open: RwSignal<bool>) {
    Effect::new(move || {
        // What fills in forms sends events by this name that have no key.
        let listener = window_event_listener_untyped("keydown", move |event| {
            let asks = event.dyn_ref::<KeyboardEvent>().is_some_and(asks_for_it);
            if asks {
                event.prevent_default();
                is_open.set(true);
            }
        });
        on_cleanup(move || listener.remove());
    });
}

fn asks_for_it(event: &KeyboardEvent) -> bool {
    let has_modifier = event.ctrl_key() || event.meta_key();
    match event.key().as_str() {
        "k" | "K" => has_modifier && !event.alt_key() && !event.shift_key(),
        "/" => !has_modifier && !event.alt_key() && !is_typing(event),
        _ => false,
    }
}

fn is_typing(event: &Event) -> bool {
    let target = event.target().and_then(|it| it.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        let field = target.closest("input, textarea, select, [contenteditable]");
        !matches!(field, Ok(None))
    })
}

#[component]
fn Finder(realm: Realm, dialog: NodeRef<html::Dialog>) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let input = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some((dialog, input)) = dialog.get_untracked().zip(input.get()) {
            // Refused when it is open already.
            let _ = dialog.show_modal();
            let _ = input.focus();
        }
    });

    let typed = RwSignal::new(String::new());
    let places = places(realm, typed, found(realm, typed));
    let what = fill(t.search_what, &[("list", &small(searched(realm)))]);
    let results = move || {
        let number = places.with(|places| u64::try_from(places.len()).unwrap_or(0));
        count(locale, number, t.one_result, t.results)
    };
    let leave = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let open_first = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(first) = dialog
            .get_untracked()
            .and_then(|dialog| links(&dialog).next())
        {
            first.click();
        }
    };
    let steer = move |event: KeyboardEvent| {
        if let Some((dialog, input)) = dialog.get_untracked().zip(input.get_untracked()) {
            steer(&event, &dialog, &input);
        }
    };
    view! {
        <div class="flex max-h-[70vh] flex-col" on:keydown=steer>
            <form class="flex items-center gap-3 border-b border-line px-4 py-3" on:submit=open_first>
                <span class="text-muted"><Icon name=IconName::Search/></span>
                <input
                    node_ref=input
                    type="text"
                    role="searchbox"
                    aria-label=t.search
                    placeholder=what
                    autocomplete="off"
                    spellcheck="false"
                    class="min-w-0 flex-1 text-base outline-none placeholder:text-muted placeholder:opacity-100"
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                <button type="button" class="btn btn-ghost btn-xs btn-square" aria-label=t.close on:click=move |_| leave()>
                    <Icon name=IconName::Cross/>
                </button>
            </form>
            <ul class="overflow-y-auto p-2" on:click=move |_| leave()>
                <For each=move || places.get() key=|place| place.href.clone() let:place><Line place/></For>
            </ul>
            <p class="hidden border-t border-line px-4 py-2 text-xs text-muted sm:block" aria-hidden="true">{t.keys}</p>
            <p class="sr-only" role="status">{results}</p>
        </div>
    }
}

#[component]
fn Line(place: Place) -> impl IntoView {
    view! {
        <li>
            <a href=place.href class="nav-link">
                <Icon name=place.icon class="size-[1.125rem] shrink-0"/>
                <span class="max-w-[65%] shrink-0 truncate">{place.label}</span>
                <span class="ml-auto min-w-0 truncate text-xs font-normal">{place.note}</span>
            </a>
        </li>
    }
}

/// Whoever is meant by what is typed, a moment later; with what was typed then.
fn found(realm: Realm, typed: RwSignal<String>) -> RwSignal<(String, Vec<Place>)> {
    let found = RwSignal::default();
    let mut ask_soon = debounce(PAUSE, move |text: String| {
        spawn_local(async move {
            let answer = look_for(realm, &text).await;
            if typed.try_get_untracked().as_ref() == Some(&text) {
                found.set((text, answer));
            }
        });
    });
    Effect::new(move || ask_soon(typed.get()));
    found
}

/// Pages first, then whom the server found, and last the list that may know more.
fn places(
    realm: Realm,
    typed: RwSignal<String>,
    found: RwSignal<(String, Vec<Place>)>,
) -> Memo<Vec<Place>> {
    let pages = open_pages(realm);
    Memo::new(move |_| {
        let text = typed.get();
        let (asked, mut found) = found.get();
        if asked != text {
            // The answer to what was typed before: whoever is meant still.
            found.retain(|place| place.is_meant(&text));
        }
        let pages = pages.iter().filter(|page| page.is_meant(&text)).cloned();
        pages
            .chain(found)
            .chain(search_for(realm, &text))
            .collect::<Vec<_>>()
    })
}

/// Up and down go through what is found; whatever is typed goes into the search.
fn steer(event: &KeyboardEvent, dialog: &HtmlDialogElement, input: &HtmlInputElement) {
    let key = event.key();
    let is_letter = key.chars().count() == 1 && !event.ctrl_key() && !event.meta_key();
    if is_letter || key == "Backspace" {
        let _ = input.focus();
        return;
    }
    let is_down = match key.as_str() {
        "ArrowDown" => true,
        "ArrowUp" => false,
        _ => return,
    };
    event.prevent_default();
    let stops: Vec<HtmlElement> = iter::once(HtmlElement::from(input.clone()))
        .chain(links(dialog))
        .collect();
    let focused = document().active_element();
    let here = stops
        .iter()
        .position(|stop| focused.as_ref() == Some(stop.as_ref()))
        .unwrap_or(0);
    let step = if is_down { 1 } else { stops.len() - 1 };
    let _ = stops[(here + step) % stops.len()].focus();
}

fn links(dialog: &Element) -> impl Iterator<Item = HtmlElement> + use<> {
    let links = dialog.get_elements_by_tag_name("a");
    (0..links.length()).filter_map(move |place| links.item(place)?.dyn_into().ok())
}
