//! The page for addresses that lead nowhere.

use super::words::words;
use crate::{
    edge,
    frame::frame,
    ui::{LinkButton, Mark, PageTitle},
};
use leptos::prelude::*;

/// 404, with a way back.
#[component]
pub(crate) fn Missing() -> impl IntoView {
    edge::page_status(404);
    let t = words();
    view! {
        <PageTitle text=t.not_found/>
        <main class="grid min-h-screen place-items-center px-6 py-16 text-center">
            <div>
                <p class="mb-8 flex items-center justify-center gap-3 font-semibold"><Mark/>{frame().site_name().to_owned()}</p>
                <p class="text-sm font-semibold text-ink tabular-nums">"404"</p>
                <h1 class="mt-2 text-3xl font-semibold tracking-tight">{t.not_found}</h1>
                <p class="mt-3 mb-8 text-muted">{t.not_found_text}</p>
                <LinkButton href="/">{t.back}</LinkButton>
            </div>
        </main>
    }
}
