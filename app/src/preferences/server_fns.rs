//! They remember a choice and lead back.

use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{
    Theme,
    edge::{accepts_html, append_cookie},
    form, session,
    visit::Visit,
};
#[cfg(feature = "ssr")]
use kernel::{Error, Locale};

/// Remembers the language.
#[server(endpoint = "preferences/locale")]
pub(crate) async fn choose_locale(locale: String) -> Result<(), Refusal> {
    let chosen = Locale::parse(&locale).ok_or_else(|| Error::invalid("locale", "unknown"));
    remember(
        "locale",
        "clube_locale",
        form::settle("locale", &[], chosen)?.tag(),
    )
}

/// Remembers the theme; `system` forgets it.
#[server(endpoint = "preferences/theme")]
pub(crate) async fn choose_theme(theme: String) -> Result<(), Refusal> {
    let chosen = match theme.as_str() {
        "system" => Ok(""),
        name => Theme::parse(name)
            .map(Theme::name)
            .ok_or_else(|| Error::invalid("theme", "unknown")),
    };
    remember("theme", "clube_theme", form::settle("theme", &[], chosen)?)
}

/// Remembers how wide the console's navigation is: `icons`, or `full`, which is forgotten.
#[server(endpoint = "preferences/navigation")]
pub(crate) async fn choose_navigation(width: String) -> Result<(), Refusal> {
    let chosen = match width.as_str() {
        "full" => Ok(""),
        "icons" => Ok("icons"),
        _ => Err(Error::invalid("width", "unknown")),
    };
    remember(
        "navigation",
        "clube_navigation",
        form::settle("navigation", &[], chosen)?,
    )
}

#[cfg(feature = "ssr")]
fn remember(form: &'static str, cookie: &str, value: &str) -> Result<(), Refusal> {
    let is_https = Visit::current()?.platform().platform.public.is_https();
    append_cookie(session::remembered(cookie, value, is_https));
    // The program asks from a page that shows the choice already.
    if accepts_html() {
        form::done(form, "", None);
    }
    Ok(())
}
