//! A status: icon, word and colour together, never colour alone.

use super::{Icon, IconName, Tone};
use leptos::prelude::*;

/// One word about how something stands.
#[component]
pub(crate) fn Badge(tone: Tone, #[prop(into)] text: String) -> impl IntoView {
    let (class, icon) = match tone {
        Tone::Success => ("tone-success", IconName::Check),
        Tone::Warning => ("tone-warning", IconName::Alert),
        Tone::Error => ("tone-error", IconName::Cross),
        Tone::Info => ("tone-info", IconName::Wait),
        Tone::Plain => ("tone-plain", IconName::Info),
    };
    view! {
        <span class=format!("inline-flex items-center gap-1.5 whitespace-nowrap rounded-full px-2.5 py-0.5 text-xs font-medium {class}")>
            <Icon name=icon class="size-3 shrink-0"/>
            {text}
        </span>
    }
}
