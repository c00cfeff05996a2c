//! The navigation: at the side, where it can be icons only, and as a phone's drawer.

use super::{Realm, pages, words::words};
use crate::{
    form,
    frame::frame,
    preferences::server_fns::{ChooseNavigation, choose_navigation},
    ui::{Icon, IconName, Mark},
};
use leptos::{ev::MouseEvent, prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;

const ICON: &str = "size-[1.125rem] shrink-0";

/// Brand and navigation at the side of a wide screen.
#[component]
pub(super) fn Side(realm: Realm, is_folded: RwSignal<bool>) -> impl IntoView {
    view! {
        <aside class="sticky top-0 hidden h-screen flex-col overflow-y-auto border-r border-line bg-base-100 px-3 py-4 lg:flex">
            <Navigation realm is_folded/>
            <Fold is_folded/>
        </aside>
    }
}

/// The same on a phone: opens without the browser's program, and closes beside it.
#[component]
pub(super) fn Drawer(realm: Realm) -> impl IntoView {
    let t = words();
    view! {
        <details class="side-drawer lg:hidden">
            <summary class="btn btn-ghost btn-sm btn-square" aria-label=t.menu><Icon name=IconName::Menu class="size-5"/></summary>
            <div class="fixed inset-y-0 left-0 z-30 flex w-72 max-w-[85vw] flex-col overflow-y-auto overscroll-contain border-r border-line bg-base-100 px-3 py-4 shadow-lg">
                <Navigation realm is_folded=RwSignal::new(false)/>
            </div>
        </details>
    }
}

#[component]
fn Navigation(realm: Realm, is_folded: RwSignal<bool>) -> impl IntoView {
    let t = words();
    let frame = frame();
    let groups = pages::open_to(realm, &frame).into_iter().map(|group| {
        // One page needs no name for its group.
        let label = (group.pages.len() > 1).then_some(group.label);
        let pages = group
            .pages
            .into_iter()
            .map(|page| view! { <Line realm page is_folded/> });
        view! {
            <div>
                {label.map(|label| view! { <p class="nav-head" aria-hidden="true">{label}</p> })}
                <ul class="grid grid-cols-1 gap-0.5" aria-label=label>{pages.collect_view()}</ul>
            </div>
        }
    });
    view! {
        <a href=realm.home() class="nav-brand">
            <Mark/><span class="nav-word truncate">{frame.site_name().to_owned()}</span>
        </a>
        <nav aria-label=t.navigation class="grid flex-1 grid-cols-1 content-start gap-4">{groups.collect_view()}</nav>
    }
}

#[component]
fn Line(realm: Realm, page: pages::Page, is_folded: RwSignal<bool>) -> impl IntoView {
    let place = use_location().pathname;
    let is_here = move || {
        place.with(|here| match here.strip_prefix(page.href) {
            Some("") => true,
            // The first page is above all others.
            Some(below) => page.href != realm.home() && below.starts_with('/'),
            None => false,
        })
    };
    view! {
        <li>
            <a
                href=page.href
                class="nav-link"
                aria-current=move || is_here().then_some("page")
                title=move || is_folded.get().then_some(page.label)
            >
                <Icon name=page.icon class=ICON/><span class="nav-word">{page.label}</span>
            </a>
        </li>
    }
}

/// Icons only, or words too: at once where the program runs, by a form where not; remembered either way.
#[component]
fn Fold(is_folded: RwSignal<bool>) -> impl IntoView {
    let t = words();
    let action = form::to::<ChooseNavigation>();
    let other = move || if is_folded.get() { "full" } else { "icons" };
    let label = move || if is_folded.get() { t.unfold } else { t.fold };
    let turn = move |event: MouseEvent| {
        event.prevent_default();
        let width = untrack(other).to_owned();
        is_folded.update(|is_folded| *is_folded = !*is_folded);
        spawn_local(async move {
            // Forgotten is no harm.
            let _ = choose_navigation(width).await;
        });
    };
    view! {
        <form method="post" action=action class="mt-4 border-t border-line pt-3">
            <button name="width" value=other class="nav-link w-full cursor-pointer" title=move || is_folded.get().then_some(t.unfold) on:click=turn>
                <Icon name=IconName::Fold class=ICON/><span class="nav-word">{label}</span>
            </button>
        </form>
    }
}
