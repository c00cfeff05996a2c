//! The server's half of a form.

use crate::{
    Refusal,
    edge::{accepts_html, append_cookie, is_local, turn_to},
    frame::Flash,
    session,
    visit::Visit,
};
use axum::http::{HeaderMap, header, request::Parts};
use kernel::Result;
use leptos::prelude::use_context;

/// Hands on what the operation answered. A browser that posted the form is sent back to it with the reasons and with
/// what was typed (`kept`: never a password); other callers get the refusal itself.
pub(crate) fn settle<T>(
    form: &'static str,
    kept: &[(&str, &str)],
    result: Result<T>,
) -> Result<T, Refusal> {
    result.map_err(|error| {
        if accepts_html() {
            leave(&Flash::refused(form, &error, kept));
            turn_to(&came_from());
        }
        Refusal::from(error)
    })
}

/// It worked, and there is something to show once on the next page.
pub(crate) fn done_with(form: &'static str, code: &str, kept: &[(&str, &str)], path: Option<&str>) {
    let kept = kept
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    leave(&Flash {
        kept,
        ..Flash::done(form, code)
    });
    turn_to(path.map_or_else(came_from, str::to_owned).as_str());
}

/// It worked: the reader is sent on, to `path` or back where the form was, with the sentence that `code` names, if any.
pub(crate) fn done(form: &'static str, code: &str, path: Option<&str>) {
    if !code.is_empty() {
        leave(&Flash::done(form, code));
    }
    turn_to(path.map_or_else(came_from, str::to_owned).as_str());
}

fn leave(flash: &Flash) {
    append_cookie(session::flashed(flash, is_https()));
}

fn is_https() -> bool {
    Visit::current().is_ok_and(|visit| visit.is_https())
}

/// The path of this site that the form was on.
fn came_from() -> String {
    use_context::<Parts>()
        .and_then(|parts| referer_path(&parts.headers))
        .unwrap_or_else(|| "/".to_owned())
}

fn referer_path(headers: &HeaderMap) -> Option<String> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let (_, rest) = text(header::REFERER)?.split_once("://")?;
    let (host, path) = rest.split_once('/')?;
    let path = format!("/{path}");
    let path = if path.contains("__err=") {
        path.split('?').next()?.to_owned()
    } else {
        path
    };
    (text(header::HOST)? == host && is_local(&path)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_form_leads_back_to_this_site_only() {
        let from = |referer: &'static str| {
            referer_path(&HeaderMap::from_iter([
                (header::REFERER, HeaderValue::from_static(referer)),
                (
                    header::HOST,
                    HeaderValue::from_static("navi.localhost:8033"),
                ),
            ]))
        };
        assert_eq!(
            from("http://navi.localhost:8033/admin?q=1").as_deref(),
            Some("/admin?q=1")
        );
        assert_eq!(
            from("http://navi.localhost:8033/admin?__path=x&__err=y").as_deref(),
            Some("/admin")
        );
        assert_eq!(from("http://evil.example/admin"), None);
        assert_eq!(from("http://navi.localhost:8033//evil.example"), None);
    }
}
