//! The map of the site: every page and its address. Rendered whole on the server before the first byte, so that status,
//! redirect and title are right and nothing needs the browser's program.

use crate::{
    console::{ClubConsole, Missing, PlatformConsole},
    frame,
    public::Home,
};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

/// The whole application, on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    frame::provide();
    mark_hydrated();
    view! {
        <Router>
            <Routes fallback=Missing>
                <Route path=path!("/") view=Home ssr=SsrMode::Async/>
                <ParentRoute path=path!("/admin") view=ClubConsole ssr=SsrMode::Async>
                    <Route path=path!("") view=Missing/>
                </ParentRoute>
                <ParentRoute path=path!("/super") view=PlatformConsole ssr=SsrMode::Async>
                    <Route path=path!("") view=Missing/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Says on `<html>` that the browser's program runs, for the style sheet and for tests. Effects run in the browser only.
fn mark_hydrated() {
    Effect::new(|| {
        if let Some(root) = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.document_element())
        {
            let _ = root.set_attribute("data-hydrated", "");
        }
    });
}
