//! The server's half.

use crate::{
    Frame, Place, Theme,
    frame::{Club, ClubDetails, Flash, Packed},
    session::{self, Cookies},
    visit::{Address, Visit},
    when::Zone,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use kernel::{Error, Locale};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use tenancy::{Actor, tenants::SubscriptionStatus};

/// The frame of the present request.
pub(crate) fn read_frame() -> Frame {
    let Some(parts) = use_context::<Parts>() else {
        return Frame::default();
    };
    let cookies = Cookies::of(&parts.headers);
    let visit = Visit::current().ok();
    let session = visit.as_ref().and_then(|visit| match visit.actor() {
        Actor::Admin(session) => Some(session.as_ref().clone()),
        _ => None,
    });
    let locale = cookies
        .get("clube_locale")
        .and_then(Locale::parse)
        .or(session.as_ref().map(|session| session.locale))
        .or_else(|| accepted_language(&parts.headers))
        .unwrap_or_default();
    Frame {
        place: visit.as_ref().map_or(Place::Nowhere, place),
        locale,
        theme: cookies.get("clube_theme").and_then(Theme::parse),
        is_folded: cookies.get("clube_navigation") == Some("icons"),
        session: session.map(Packed::of),
        flash: flash(&cookies, &parts),
        path: parts
            .uri
            .path_and_query()
            .map_or_else(|| "/".to_owned(), ToString::to_string),
        zone: Packed::of(visit.as_ref().map(zone).unwrap_or_default()),
        origin: parts
            .extensions
            .get::<Address>()
            .map(|address| address.0.clone())
            .unwrap_or_default(),
    }
}

fn place(visit: &Visit) -> Place {
    match visit {
        Visit::Platform(_) => Place::Platform,
        Visit::Tenant(ctx) => Place::Club(Box::new(Club {
            name: ctx.tenant.branding.app_name.clone(),
            icon_url: ctx.tenant.branding.icon_url.clone(),
            details: Packed::of(ClubDetails {
                branding: ctx.tenant.branding.clone(),
                cashback: ctx.tenant.cashback,
                modules: ctx.tenant.modules.clone(),
                is_past_due: ctx.tenant.subscription_status == SubscriptionStatus::PastDue,
            }),
        })),
    }
}

fn zone(visit: &Visit) -> Zone {
    let name = match visit {
        Visit::Platform(_) => None,
        Visit::Tenant(ctx) => Some(ctx.tenant.time_zone.as_str()),
    };
    Zone::of(name, visit.platform().now())
}

/// What the last form left: in the request itself when its own page answers it, else in a cookie. Or, when a form could not
/// even be read, that.
fn flash(cookies: &Cookies<'_>, parts: &Parts) -> Option<Flash> {
    let unread = || {
        let query = parts.uri.query()?;
        query
            .split('&')
            .any(|pair| pair.starts_with("__err="))
            .then(|| Flash {
                code: "bad_form".to_owned(),
                ..Flash::default()
            })
    };
    let answered = parts.extensions.get::<Flash>().cloned();
    answered
        .or_else(|| cookies.get(session::FLASH).and_then(session::read_flash))
        .or_else(unread)
}

fn accepted_language(headers: &HeaderMap) -> Option<Locale> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    accepted.split(',').find_map(Locale::parse)
}

/// The status of the page that is being rendered.
pub(crate) fn page_status(status: u16) {
    if let (Some(response), Ok(status)) = (
        use_context::<ResponseOptions>(),
        StatusCode::from_u16(status),
    ) {
        response.set_status(status);
    }
}

/// The status of a server function's refusal, for callers that read it. A browser that posted a form is sent on instead.
pub(crate) fn answer_status(error: &Error) {
    if !accepts_html() {
        page_status(error.kind.status());
        if let (Some(response), Some(seconds)) =
            (use_context::<ResponseOptions>(), error.retry_after)
        {
            response.insert_header(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
    }
}

/// Logs what went wrong inside, once: a server function's refusal does not pass the layer that does it for the rest.
pub(crate) fn report(error: &Error) {
    if let Some(cause) = error.cause() {
        let request_id = Visit::current()
            .map(|visit| visit.platform().origin.request_id)
            .unwrap_or_default();
        tracing::error!(code = %error.code, %request_id, "{cause}");
    }
}

/// Whether the caller is a browser that loads a page or posts a form.
pub(crate) fn accepts_html() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        parts
            .headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"))
    })
}

/// One more `Set-Cookie` for the answer.
pub(crate) fn append_cookie(cookie: HeaderValue) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// `<title>` is written raw by the server.
pub(crate) fn title_text(text: String) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Sends the reader on, within this site only: the one door to the framework's redirect, which panics on a bad header.
pub(crate) fn turn_to(path: &str) {
    leptos_axum::redirect(if is_local(path) { path } else { "/" });
}

/// A path of this site: `/` and then neither `/` nor `\`, all visible ASCII.
pub(crate) fn is_local(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.first() == Some(&b'/')
        && !matches!(bytes.get(1), Some(b'/' | b'\\'))
        && bytes.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_followed() {
        for good in ["/", "/admin", "/super/tenants?q=a%20b"] {
            assert!(is_local(good), "{good}");
        }
        for bad in [
            "",
            "admin",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nSet-Cookie: x",
            "/a b",
            "/é",
        ] {
            assert!(!is_local(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_title_cannot_end_itself() {
        assert_eq!(
            title_text("a</title><script>&".to_owned()),
            "a&lt;/title&gt;&lt;script&gt;&amp;"
        );
    }
}
