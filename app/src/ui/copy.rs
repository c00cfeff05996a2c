//! A value with a button that copies it. Without the browser's program there is only the value, which can be selected.

use super::{Icon, IconName};
use crate::frame::frame;
use kernel::Locale;
use leptos::prelude::*;

/// A value to take along.
#[component]
pub(crate) fn Copy(
    #[prop(into)] value: String,
    /// Whether it stands here too; not when the page shows it another way.
    #[prop(default = true)]
    shown: bool,
) -> impl IntoView {
    let (copy, copied) = match frame().locale {
        Locale::PtBr => ("Copiar", "Copiado"),
        Locale::En => ("Copy", "Copied"),
    };
    let is_ready = RwSignal::new(false);
    let is_copied = RwSignal::new(false);
    Effect::new(move || is_ready.set(true));
    // Keeps its place until it works, so that nothing moves.
    let button = move || {
        if is_ready.get() {
            "btn btn-ghost btn-xs"
        } else {
            "btn btn-ghost btn-xs invisible"
        }
    };
    let text = value.clone();
    let take = move |_| {
        if let Some(window) = web_sys::window() {
            // Fails where the page may not write; the value stays selectable.
            let _ = window.navigator().clipboard().write_text(&text);
            is_copied.set(true);
        }
    };
    view! {
        <span class="inline-flex max-w-full items-center gap-2">
            {shown.then(|| view! { <code class="break-all rounded bg-base-200 px-1.5 py-0.5 text-[0.8125rem] select-all">{value}</code> })}
            <button type="button" class=button on:click=take>
                <Icon name=IconName::Copy class="size-3.5"/>
                <span aria-live="polite">{move || if is_copied.get() { copied } else { copy }}</span>
            </button>
        </span>
    }
}
