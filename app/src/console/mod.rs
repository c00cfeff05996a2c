//! The console's frame: navigation, the bar above, and the page in the middle. One for clubs, one for the platform.
//!
//! A page more is a line in [`pages`].

mod bar;
mod missing;
mod pages;
mod palette;
mod sentences;
mod side;
mod words;

pub(crate) use missing::Missing;

use self::{bar::Bar, palette::Palette, side::Side, words::words};
use crate::{
    edge,
    form::Outcome,
    frame::{Place, frame},
    link::with_query,
    refusal::sentences::Further,
    ui::{Alert, Tone},
};
use leptos::prelude::*;
use leptos_router::components::Outlet;

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
    let is_folded = RwSignal::new(frame.is_folded);
    let is_searching = RwSignal::new(false);
    let is_past_due = frame.club().is_some_and(|club| club.details.is_past_due);
    view! {
        <a href="#content" rel="external" class="skip-link">{t.skip}</a>
        <div class="console" data-navigation=move || is_folded.get().then_some("icons")>
            <Side realm is_folded/>
            <div class="min-w-0">
                <Bar realm is_searching/>
                <main id="content" class="mx-auto grid max-w-7xl grid-cols-1 gap-6 px-4 py-6 lg:px-8 lg:py-8" tabindex="-1">
                    {is_past_due.then(|| view! { <Alert tone=Tone::Warning>{t.past_due}</Alert> })}
                    <Outcome/>
                    <div><Outlet/></div>
                </main>
            </div>
        </div>
        <Palette realm is_open=is_searching/>
    }
    .into_any()
}
