//! The bar above each page of a console: the way to everything, language, theme, and who is signed in.

use super::{Realm, pages, side::Drawer, words::words};
use crate::{
    frame::frame,
    preferences::Preferences,
    sign_in::SignOut,
    ui::{Icon, IconName, Menu},
};
use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
};
use leptos_router::hooks::use_location;
use web_sys::{Element, HtmlElement};

/// The bar. `is_searching` opens the palette.
#[component]
pub(super) fn Bar(realm: Realm, is_searching: RwSignal<bool>) -> impl IntoView {
    let bar = NodeRef::<html::Header>::new();
    close_after_navigation(bar);
    let escape = move |event: KeyboardEvent| {
        if let Some(bar) = bar.get_untracked().filter(|_| event.key() == "Escape") {
            close(&bar, true);
        }
    };
    view! {
        <header
            node_ref=bar
            on:keydown=escape
            class="sticky top-0 z-20 border-b border-line bg-base-100/95"
        >
            // As wide as the page below, and in line with it.
            <div class="mx-auto flex h-14 max-w-7xl items-center gap-2 px-4 lg:px-8">
                <Drawer realm/>
                <span class="truncate font-semibold lg:hidden">{frame().site_name().to_owned()}</span>
                <span class="flex-1 lg:hidden"></span>
                <Search realm is_searching/>
                <span class="hidden flex-1 lg:block"></span>
                <Preferences/>
                <Account realm/>
            </div>
        </header>
    }
}

/// A plain search of the list that matters most, which the browser's program turns into the palette. On a phone a link.
#[component]
fn Search(realm: Realm, is_searching: RwSignal<bool>) -> impl IntoView {
    let t = words();
    let list = pages::searched(realm);
    let open = move |event: MouseEvent| {
        if event.button() == 0 {
            event.prevent_default();
            is_searching.set(true);
        }
    };
    // The focus stays where it was, and comes back there from the palette.
    let stay = |event: MouseEvent| event.prevent_default();
    view! {
        <form method="get" action=list role="search" aria-label=t.search class="hidden w-80 lg:block">
            <label class="input input-sm w-full" on:mousedown=stay on:click=open>
                <span class="text-muted"><Icon name=IconName::Search/></span>
                <input type="search" name="q" aria-label=t.search placeholder=t.search autocomplete="off"/>
                <kbd class="shortcut" aria-hidden="true">"/"</kbd>
            </label>
        </form>
        <a href=list class="btn btn-ghost btn-sm btn-square lg:hidden" aria-label=t.search on:click=open>
            <Icon name=IconName::Search class="size-[1.125rem]"/>
        </a>
    }
}

/// Who is signed in, their own page, and the way out.
#[component]
fn Account(realm: Realm) -> impl IntoView {
    let t = words();
    let own = pages::own_account(realm);
    let who = frame().session.as_ref().map(|session| {
        view! {
            <div class="mb-1.5 max-w-64 border-b border-line px-3 pt-1.5 pb-2.5">
                <p class="truncate text-sm font-medium">{session.name.clone()}</p>
                <p class="truncate text-xs text-muted">{session.email.clone()}</p>
            </div>
        }
    });
    view! {
        <Menu label=t.you icon=own.icon>
            {who}
            <a href=own.href class="nav-link"><Icon name=own.icon class="size-[1.125rem] shrink-0"/>{own.label}</a>
            <SignOut/>
        </Menu>
    }
}

/// Drawer and menus close when another page is opened from them.
fn close_after_navigation(bar: NodeRef<html::Header>) {
    let place = use_location().pathname;
    Effect::new(move |came_before: Option<()>| {
        place.track();
        // What was opened before the program ran stays open.
        if let Some(bar) = bar.get_untracked().filter(|_| came_before.is_some()) {
            close(&bar, false);
        }
    });
}

/// Closes what is open in the bar, and goes back to what opened it.
fn close(bar: &Element, goes_back: bool) {
    let details = bar.get_elements_by_tag_name("details");
    let open = (0..details.length())
        .filter_map(|place| details.item(place))
        .filter(|details| details.has_attribute("open"));
    for details in open {
        let _ = details.remove_attribute("open");
        let summary = details.first_element_child();
        if let Some(summary) = summary
            .filter(|_| goes_back)
            .and_then(|summary| summary.dyn_into::<HtmlElement>().ok())
        {
            let _ = summary.focus();
        }
    }
}
