//! Fields of a two-digit id, a two-digit length in characters and a value.

use std::collections::BTreeMap;

/// The fields of one level. A repeated id makes the text malformed.
pub(super) struct Fields<'a>(BTreeMap<u8, &'a str>);

impl<'a> Fields<'a> {
    /// Reads a whole text; `None` when it does not end where its last field does.
    pub(super) fn parse(mut text: &'a str) -> Option<Self> {
        let mut fields = BTreeMap::new();
        while !text.is_empty() {
            let (id, length) = (digits(text.get(..2)?)?, digits(text.get(2..4)?)?);
            let rest = &text[4..];
            let end = match rest.char_indices().nth(length.into()) {
                Some((end, _)) => end,
                None if rest.chars().count() == usize::from(length) => rest.len(),
                None => return None,
            };
            if fields.insert(id, &rest[..end]).is_some() {
                return None;
            }
            text = &rest[end..];
        }
        Some(Self(fields))
    }

    pub(super) fn get(&self, id: u8) -> Option<&'a str> {
        self.0.get(&id).copied()
    }
}

fn digits(text: &str) -> Option<u8> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        text.parse().ok()
    } else {
        None
    }
}

/// Writes one field; the caller has made sure that the value is ASCII and at most 99 long.
pub(super) fn push(text: &mut String, id: u8, value: &str) {
    debug_assert!(
        value.is_ascii() && value.len() <= 99,
        "a field's value fits its length"
    );
    text.extend([format!("{id:02}{:02}", value.len()).as_str(), value]);
}
