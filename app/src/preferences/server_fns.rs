//! Both remember a choice and lead back.

use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use crate::{Theme, edge::append_cookie, form, session, visit::Visit};
#[cfg(feature = "ssr")]
use kernel::{Error, Locale};

/// Remembers the language.
#[server(endpoint = "preferences/locale")]
pub(crate) async fn choose_locale(locale: String) -> Result<(), Refusal> {
    let chosen = Locale::parse(&locale).ok_or_else(|| Error::invalid("locale", "unknown"));
    remember("clube_locale", form::settle("locale", &[], chosen)?.tag())
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
    remember("clube_theme", form::settle("theme", &[], chosen)?)
}

#[cfg(feature = "ssr")]
fn remember(name: &str, value: &str) -> Result<(), Refusal> {
    let is_https = Visit::current()?.platform().platform.public.is_https();
    append_cookie(session::remembered(name, value, is_https));
    form::done(name_of_form(name), "", None);
    Ok(())
}

#[cfg(feature = "ssr")]
fn name_of_form(cookie: &str) -> &'static str {
    if cookie == "clube_theme" {
        "theme"
    } else {
        "locale"
    }
}
