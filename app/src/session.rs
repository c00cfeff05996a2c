//! Cookies of the pages: the administrator's session, and what a form leaves for the page after it.
//!
//! On https their names carry `__Host-`, which binds them to exactly this host: a sibling subdomain can neither read nor
//! plant them.

use crate::frame::Flash;
use axum::http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};
use std::fmt::Write;

/// Name of the session cookie, before its prefix.
pub const SESSION: &str = "clube_session";
/// Name of the flash cookie, before its prefix.
pub(crate) const FLASH: &str = "clube_flash";

/// Longer ones are not sent: browsers drop cookies above 4 kB.
const LONGEST_FLASH: usize = 3_500;

/// The cookies of a request.
pub struct Cookies<'a>(&'a HeaderMap);

impl<'a> Cookies<'a> {
    /// Those of these headers.
    pub const fn of(headers: &'a HeaderMap) -> Self {
        Self(headers)
    }

    /// The value of a cookie, with or without `__Host-`; with it wins.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        let exact = |wanted: &str| {
            self.0
                .get_all(header::COOKIE)
                .iter()
                .filter_map(|line| line.to_str().ok())
                .flat_map(|line| line.split(';'))
                .filter_map(|pair| pair.trim().split_once('='))
                .find_map(|(name, value)| (name == wanted).then_some(value))
        };
        exact(&format!("__Host-{name}")).or_else(|| exact(name))
    }
}

/// The session token that a request brings, if any. On https only the bound cookie counts.
pub fn token(headers: &HeaderMap, is_https: bool) -> Option<&str> {
    let wanted = named(SESSION, is_https);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == wanted && !value.is_empty()).then_some(value))
}

/// The cookie that opens a session in the browser; it ends with the browser, or earlier on the server.
pub fn opened(token: &SecretString, is_https: bool) -> HeaderValue {
    let mut cookie = cookie(SESSION, token.expose_secret(), None, is_https);
    cookie.set_sensitive(true);
    cookie
}

/// The cookie that takes the session's away.
pub fn closed(is_https: bool) -> HeaderValue {
    cookie(SESSION, "", Some(0), is_https)
}

/// The cookie that carries a form's outcome to the next page. What does not fit is left out: first what was typed.
pub(crate) fn flashed(flash: &Flash, is_https: bool) -> HeaderValue {
    let mut value = write_flash(flash);
    if value.len() > LONGEST_FLASH {
        value = write_flash(&Flash {
            kept: std::collections::BTreeMap::new(),
            ..flash.clone()
        });
    }
    cookie(FLASH, &value, Some(60), is_https)
}

/// The cookie that takes the flash away.
pub(crate) fn unflashed(is_https: bool) -> HeaderValue {
    cookie(FLASH, "", Some(0), is_https)
}

/// A choice that a year remembers. Not secret; the values are ours.
pub(crate) fn remembered(name: &str, value: &str, is_https: bool) -> HeaderValue {
    let secure = if is_https { "; Secure" } else { "" };
    let age = if value.is_empty() { 0 } else { 31_536_000 };
    header_value(&format!(
        "{name}={value}; Path=/; SameSite=Lax; HttpOnly; Max-Age={age}{secure}"
    ))
}

fn named(name: &str, is_https: bool) -> String {
    format!("{}{name}", if is_https { "__Host-" } else { "" })
}

fn cookie(name: &str, value: &str, max_age: Option<u32>, is_https: bool) -> HeaderValue {
    let age = max_age
        .map(|seconds| format!("; Max-Age={seconds}"))
        .unwrap_or_default();
    let secure = if is_https { "; Secure" } else { "" };
    header_value(&format!(
        "{}={value}; Path=/; HttpOnly; SameSite=Lax{age}{secure}",
        named(name, is_https)
    ))
}

fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// JSON in hexadecimal: cookie values may hold neither quotes nor commas.
fn write_flash(flash: &Flash) -> String {
    let json = serde_json::to_vec(flash).unwrap_or_default();
    json.iter()
        .fold(String::with_capacity(json.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

pub(crate) fn read_flash(text: &str) -> Option<Flash> {
    let digits = text.as_bytes();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let json: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    serde_json::from_slice(&json?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Error;

    fn headers(cookie: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(cookie))])
    }

    #[test]
    fn on_https_only_the_bound_cookie_counts() {
        let planted = headers("a=b; clube_session=planted; __Host-clube_session=ours");
        assert_eq!(token(&planted, true), Some("ours"));
        assert_eq!(token(&planted, false), Some("planted"));
        assert_eq!(token(&headers("clube_session=planted"), true), None);
        assert_eq!(token(&headers("clube_session="), false), None);
    }

    #[test]
    fn a_flash_comes_back_as_it_went() {
        let error = Error::invalid("email", "invalid");
        let flash = Flash::refused("sign-in", &error, &[("email", "olá; \"=,")]);
        assert_eq!(read_flash(&write_flash(&flash)), Some(flash.clone()));
        assert!(
            flashed(&flash, true)
                .to_str()
                .is_ok_and(|cookie| cookie.contains("; Secure"))
        );
        for bad in ["", "zz", "7", "é"] {
            assert_eq!(read_flash(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_was_typed_is_left_out_when_it_does_not_fit() {
        let long = "x".repeat(4_000);
        let flash = Flash::refused(
            "form",
            &Error::invalid("note", "too_long"),
            &[("note", &long)],
        );
        assert!(flashed(&flash, false).len() < 4_000);
    }
}
