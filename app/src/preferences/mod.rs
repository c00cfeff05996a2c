//! Language and theme: chosen in the header by a form, remembered in a cookie for a year.

pub(crate) mod server_fns;
mod words;

use self::words::words;
use crate::{
    Theme, form,
    frame::frame,
    ui::{Icon, IconName, Menu},
};
use kernel::Locale;
use leptos::prelude::*;

/// The two menus of the header.
#[component]
pub(crate) fn Preferences() -> impl IntoView {
    let t = words();
    let frame = frame();
    let languages = [Locale::PtBr, Locale::En].map(|locale| {
        let name = match locale {
            Locale::PtBr => "Português",
            Locale::En => "English",
        };
        view! { <Choice name="locale" value=locale.tag() label=name is_current=locale == frame.locale/> }
    });
    let themes = [
        (None, t.system),
        (Some(Theme::Light), t.light),
        (Some(Theme::Dark), t.dark),
    ]
    .map(|(theme, label)| {
        let value = theme.map_or("system", Theme::name);
        view! { <Choice name="theme" value label is_current=theme == frame.theme/> }
    });
    let (to_locale, to_theme) = (
        form::to::<server_fns::ChooseLocale>(),
        form::to::<server_fns::ChooseTheme>(),
    );
    view! {
        <Menu label=t.language icon=IconName::Language>
            <form method="post" action=to_locale>{languages}</form>
        </Menu>
        <Menu label=t.theme icon=IconName::Theme>
            <form method="post" action=to_theme>{themes}</form>
        </Menu>
    }
}

#[component]
fn Choice(
    name: &'static str,
    value: &'static str,
    label: &'static str,
    is_current: bool,
) -> impl IntoView {
    view! {
        <button
            name=name
            value=value
            aria-pressed=if is_current { "true" } else { "false" }
            class="flex w-full items-center justify-between gap-6 rounded-md px-3 py-2 text-left text-sm hover:bg-base-200 cursor-pointer"
        >
            <span>{label}</span>
            {is_current.then(|| view! { <Icon name=IconName::Check/> })}
        </button>
    }
}
