//! E-mail addresses: what a mail server can be expected to take, nothing exotic.

use crate::text::text;
use std::{
    cmp::Ordering,
    hash::{Hash, Hasher},
};

/// The longest address that SMTP can carry.
const MAX_LENGTH: usize = 254;

text! {
    /// An e-mail address, kept as it was typed; two that differ only in case are equal.
    #[derive(Debug)]
    Email, schema(format = "email", max_length = 254, example = "ana@example.com")
}

impl Email {
    /// One address in ASCII, without display name, quotes or comments; spaces at the ends are dropped.
    ///
    /// Control characters are refused like every other oddity, so an address cannot add a header to a message.
    /// Reasons: `required`, `too_long`, `invalid`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = text.trim_matches(' ');
        if text.is_empty() {
            return Err("required");
        }
        if text.len() > MAX_LENGTH {
            return Err("too_long");
        }
        match text.split_once('@') {
            Some((local, domain)) if is_local_part(local) && is_domain(domain) => {
                Ok(Self(text.to_owned()))
            }
            _ => Err("invalid"),
        }
    }

    /// The lower-case form that comparisons and unique indexes use.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

fn is_local_part(local: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte);
    local.len() <= 64
        && local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.bytes().all(allowed))
}

fn is_domain(domain: &str) -> bool {
    let top = domain.rsplit_once('.').map_or("", |(_, top)| top);
    top.bytes().any(|byte| byte.is_ascii_alphabetic()) && domain.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

impl PartialEq for Email {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Email {}

impl Hash for Email {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl PartialOrd for Email {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Email {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_ordinary_addresses() {
        for good in [
            "ana@example.com",
            "Ana.Maria+clube@mail.example.com.br",
            "o'neil@a-b.co",
            "x@xn--caf-dma.com.br",
        ] {
            assert_eq!(Email::parse(good).as_ref().map(Email::as_str), Ok(good));
        }
        assert_eq!(
            Email::parse("  ana@example.com ")
                .as_ref()
                .map(Email::as_str),
            Ok("ana@example.com")
        );
    }

    #[test]
    fn refuses_everything_else_with_its_reason() {
        let long = format!("a@{}.com", "b.".repeat(130));
        let long_local = format!("{}@example.com", "a".repeat(65));
        for (bad, reason) in [
            ("", "required"),
            ("   ", "required"),
            (long.as_str(), "too_long"),
            (&long_local, "invalid"),
            ("ana", "invalid"),
            ("@example.com", "invalid"),
            ("ana@", "invalid"),
            ("ana@localhost", "invalid"),
            ("ana@127.0.0.1", "invalid"),
            ("a@b@example.com", "invalid"),
            ("a..b@example.com", "invalid"),
            (".a@example.com", "invalid"),
            ("a@example..com", "invalid"),
            ("a@-example.com", "invalid"),
            ("a@example.com.", "invalid"),
            ("a b@example.com", "invalid"),
            ("joão@example.com", "invalid"),
            ("Ana <ana@example.com>", "invalid"),
            ("ana@example.com\r\nBcc: x@example.com", "invalid"),
            ("ana@example.com\n", "invalid"),
            ("ana\0@example.com", "invalid"),
        ] {
            assert_eq!(Email::parse(bad), Err(reason), "{bad:?}");
        }
    }

    #[test]
    fn case_matters_to_nobody() {
        let typed = Email::parse("Ana@Example.com").expect("an address");
        let other = Email::parse("ana@example.COM").expect("an address");
        assert_eq!(typed, other);
        assert_eq!(typed.key(), "ana@example.com");
        assert_eq!(typed.to_string(), "Ana@Example.com");
    }

    proptest! {
        #[test]
        fn nothing_accepted_can_break_out_of_a_header(text in "[a-z@.\\r\\n\\t\0 <>,;\"]{0,40}") {
            if let Ok(email) = Email::parse(&text) {
                prop_assert!(email.as_str().bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }
    }
}
