//! A menu that opens without the browser's program: `<details>`.

use super::{Icon, IconName};
use leptos::prelude::*;

/// An icon that opens a small panel.
#[component]
pub(crate) fn Menu(label: &'static str, icon: IconName, children: Children) -> impl IntoView {
    view! {
        <details class="menu-panel relative" name="header-menu">
            <summary class="btn btn-ghost btn-sm btn-square" aria-label=label title=label>
                <Icon name=icon class="size-[1.125rem]"/>
            </summary>
            <div class="absolute right-0 z-30 mt-2 min-w-44 rounded-lg border border-line bg-base-100 p-1.5 text-base-content shadow-lg">{children()}</div>
        </details>
    }
}
