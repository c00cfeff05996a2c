//! E-mail addresses, hosts and links, which have no spaces to break at.

use leptos::prelude::*;

/// An address that breaks before its signs, where readers pause, and within a word or a port only as the last resort.
#[component]
pub(crate) fn Address(#[prop(into)] text: String) -> impl IntoView {
    let parts = parts(&text);
    view! { <span class="break-words">{parts.into_iter().map(|part| view! { {part}<wbr/> }).collect_view()}</span> }
}

/// Cut before each `@`, `.`, `:` and `/`; what stands before `//` stays with it.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before = None;
    for letter in text.chars() {
        let is_break =
            "@.:/".contains(letter) && !matches!((before, letter), (Some('/' | ':'), '/'));
        let begins_scheme = letter == ':' && text.contains("://") && parts.len() == 1;
        if is_break && !begins_scheme {
            parts.push(String::new());
        }
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
        before = Some(letter);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn an_address_breaks_before_its_signs() {
        assert_eq!(
            parts("http://navi.localhost:8033/admin"),
            ["http://navi", ".localhost", ":8033", "/admin"]
        );
        assert_eq!(parts("ana@example.com"), ["ana", "@example", ".com"]);
        assert_eq!(parts(""), [""]);
    }
}
