//! The console's frame: navigation, the bar above, and the page in the middle. One for clubs, one for the platform.
//!
//! Navigation shows only pages that exist and that the role may open. A page more is a line in [`of_club`] or
//! [`of_platform`].

mod missing;
mod sentences;
mod words;

pub(crate) use missing::Missing;

use self::words::{Words, words};
use crate::{
    edge,
    form::Outcome,
    frame::{Frame, Place, frame},
    link::with_query,
    preferences::Preferences,
    refusal::sentences::Further,
    sign_in::SignOut,
    ui::{Alert, Icon, IconName, Mark, Tone},
};
use leptos::{html, prelude::*};
use leptos_router::{components::Outlet, hooks::use_location};
use tenancy::administrators::Permission;

/// A line of the navigation.
struct Entry {
    href: &'static str,
    label: &'static str,
    icon: IconName,
}

/// Whose console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Realm {
    Club,
    Platform,
}

impl Realm {
    /// Whether this console lives on this site.
    pub(crate) fn is_of(self, place: &Place) -> bool {
        matches!(
            (self, place),
            (Self::Club, Place::Club(_)) | (Self::Platform, Place::Platform)
        )
    }

    /// Its first page.
    pub(crate) const fn home(self) -> &'static str {
        match self {
            Self::Club => "/admin",
            Self::Platform => "/super",
        }
    }
}

/// What this person may open.
fn navigation(realm: Realm, frame: &Frame, t: &'static Words) -> Vec<Entry> {
    let all = match realm {
        Realm::Club => of_club(t),
        Realm::Platform => of_platform(t),
    };
    all.into_iter()
        .filter(|(_, permission)| frame.allows(*permission))
        .map(|(entry, _)| entry)
        .collect()
}

const fn entry(
    href: &'static str,
    label: &'static str,
    icon: IconName,
    permission: Permission,
) -> (Entry, Permission) {
    (Entry { href, label, icon }, permission)
}

/// A club's pages, and who may open them.
fn of_club(t: &'static Words) -> Vec<(Entry, Permission)> {
    vec![
        entry("/admin", t.today, IconName::Home, Permission::ViewConsole),
        entry(
            "/admin/members",
            t.members,
            IconName::Members,
            Permission::ViewMembers,
        ),
        entry(
            "/admin/documents",
            t.documents,
            IconName::Document,
            Permission::ViewMembers,
        ),
        entry(
            "/admin/withdrawals",
            t.withdrawals,
            IconName::Withdrawal,
            Permission::ViewMembers,
        ),
        entry(
            "/admin/suspense",
            t.suspense,
            IconName::Unknown,
            Permission::ViewMembers,
        ),
        entry("/admin/pix", t.pix, IconName::Pix, Permission::ViewConsole),
        entry(
            "/admin/legal",
            t.legal,
            IconName::Legal,
            Permission::ViewConsole,
        ),
        entry(
            "/admin/modules",
            t.modules,
            IconName::Modules,
            Permission::ViewConsole,
        ),
        entry(
            "/admin/administrators",
            t.administrators,
            IconName::Key,
            Permission::ManageAdministrators,
        ),
        entry(
            "/admin/account",
            t.account,
            IconName::Account,
            Permission::ViewConsole,
        ),
    ]
}

/// The platform's pages.
fn of_platform(t: &'static Words) -> Vec<(Entry, Permission)> {
    vec![
        entry(
            "/super",
            t.overview,
            IconName::Home,
            Permission::ViewPlatform,
        ),
        entry(
            "/super/tenants",
            t.tenants,
            IconName::Club,
            Permission::ViewPlatform,
        ),
        entry(
            "/super/administrators",
            t.administrators,
            IconName::Key,
            Permission::ViewPlatform,
        ),
        entry(
            "/super/account",
            t.account,
            IconName::Account,
            Permission::ViewPlatform,
        ),
    ]
}

/// The club's console.
#[component]
pub(crate) fn ClubConsole() -> impl IntoView {
    view! { <Console realm=Realm::Club/> }
}

/// The platform's console.
#[component]
pub(crate) fn PlatformConsole() -> impl IntoView {
    view! { <Console realm=Realm::Platform/> }
}

/// A console, for who is signed in; everybody else is sent to the sign-in page and back afterwards.
#[component]
fn Console(realm: Realm) -> impl IntoView {
    let frame = frame();
    if !realm.is_of(&frame.place) {
        return view! { <Missing/> }.into_any();
    }
    if frame.session.is_none() {
        let next = if frame.path == realm.home() {
            ""
        } else {
            frame.path.as_str()
        };
        edge::turn_to(&with_query(
            &format!("{}/sign-in", realm.home()),
            &[("next", next)],
        ));
        return ().into_any();
    }
    provide_context(Further(sentences::of));
    let t = words();
    let drawer = close_after_navigation();
    let is_past_due = frame.club().is_some_and(|club| club.is_past_due);
    view! {
        <a href="#content" rel="external" class="skip-link">{t.skip}</a>
        <div class="min-h-screen lg:grid lg:grid-cols-[15.5rem_minmax(0,1fr)]">
            <aside class="sticky top-0 hidden h-screen flex-col border-r border-line bg-base-100 px-3 py-4 lg:flex">
                <Side realm/>
            </aside>
            <div class="min-w-0">
                <header class="sticky top-0 z-20 flex h-14 items-center gap-2 border-b border-line bg-base-100/95 px-4 lg:px-8">
                    <details class="lg:hidden" node_ref=drawer>
                        <summary class="btn btn-ghost btn-sm btn-square" aria-label=t.menu><Icon name=IconName::Menu class="size-5"/></summary>
                        <div class="fixed inset-x-0 top-14 bottom-0 z-30 flex flex-col overflow-y-auto bg-base-100 p-4"><Side realm/></div>
                    </details>
                    <span class="truncate font-semibold lg:hidden">{frame.site_name().to_owned()}</span>
                    <span class="flex-1"></span>
                    <Preferences/>
                </header>
                <main id="content" class="mx-auto grid max-w-7xl gap-6 px-4 py-6 lg:px-8 lg:py-8" tabindex="-1">
                    {is_past_due.then(|| view! { <Alert tone=Tone::Warning>{t.past_due}</Alert> })}
                    <Outcome/>
                    <div><Outlet/></div>
                </main>
            </div>
        </div>
    }
    .into_any()
}

/// The drawer of a phone, which closes when another page is opened in it.
fn close_after_navigation() -> NodeRef<html::Details> {
    let drawer = NodeRef::<html::Details>::new();
    let place = use_location().pathname;
    Effect::new(move || {
        place.track();
        if let Some(drawer) = drawer.get_untracked() {
            let _ = drawer.remove_attribute("open");
        }
    });
    drawer
}

/// Brand, navigation and who is signed in.
#[component]
fn Side(realm: Realm) -> impl IntoView {
    let t = words();
    let frame = frame();
    let place = use_location().pathname;
    let entries = navigation(realm, &frame, t)
        .into_iter()
        .map(|Entry { href, label, icon }| {
            let is_here = move || {
                let here = place.get();
                here == href || (href != realm.home() && here.starts_with(href))
            };
            view! {
                <li>
                    <a href=href class="nav-link" aria-current=move || is_here().then_some("page")>
                        <Icon name=icon class="size-[1.125rem] shrink-0"/>{label}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <a href=realm.home() class="mb-6 flex items-center gap-3 px-2 font-semibold">
            <Mark/><span class="truncate">{frame.site_name().to_owned()}</span>
        </a>
        <nav aria-label=t.navigation class="flex-1"><ul class="grid gap-0.5">{entries}</ul></nav>
        <div class="mt-4 border-t border-line pt-3">
            {frame.session.as_ref().map(|session| view! {
                <div class="px-3 pb-2">
                    <p class="truncate text-sm font-medium">{session.name.clone()}</p>
                    <p class="truncate text-xs text-muted">{session.email.clone()}</p>
                </div>
            })}
            <SignOut/>
        </div>
    }
}
