//! Addresses with a query, written and read the same on both sides.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::fmt::Write;

/// `path?name=value&…`, without the pairs whose value is empty.
pub(crate) fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut address = path.to_owned();
    for (place, (name, value)) in pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .enumerate()
    {
        address.push(if place == 0 { '?' } else { '&' });
        let _ = write!(address, "{name}=");
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
                address.push(char::from(byte));
            } else {
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    address
}

/// What a page reads from its own address, by the names of its pairs: empty where there is none. Anew when that changes.
pub(crate) fn from_query<T: PartialEq + Send + Sync + 'static>(
    read: impl Fn(&dyn Fn(&str) -> String) -> T + Send + Sync + 'static,
) -> Memo<T> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| read(&|name| query.get(name).unwrap_or_default())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_break_out() {
        assert_eq!(
            with_query("/super/tenants", &[("q", "açaí & co"), ("status", "")]),
            "/super/tenants?q=a%C3%A7a%C3%AD%20%26%20co"
        );
        assert_eq!(with_query("/a", &[]), "/a");
    }
}
