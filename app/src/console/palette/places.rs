//! Where the palette leads: pages by their names, members and clubs as the server finds them, and the list that knows more.

use crate::{
    console::{Realm, pages, words::words},
    frame::frame,
    link::with_query,
    members::{self, server_fns::list_members},
    tenants::{TenantFilter, server_fns::list_tenants},
    ui::IconName,
    words::{fill, plain},
};
use std::iter;

/// Fewer letters name nobody.
const FEWEST_LETTERS: usize = 2;
/// How many members or clubs are shown; all are on their list.
const MOST_FOUND: usize = 6;

/// Somewhere to go.
#[derive(Clone, PartialEq)]
pub(super) struct Place {
    pub(super) href: String,
    pub(super) icon: IconName,
    pub(super) label: String,
    /// What it belongs to.
    pub(super) note: String,
}

/// What a search looks through, as the navigation calls it.
pub(super) fn searched(realm: Realm) -> &'static str {
    match realm {
        Realm::Club => words().members,
        Realm::Platform => words().tenants,
    }
}

/// Every page, their own account last.
pub(super) fn open_pages(realm: Realm) -> Vec<Place> {
    let place = |page: pages::Page, note: &str| Place {
        href: page.href.to_owned(),
        icon: page.icon,
        label: page.label.to_owned(),
        note: note.to_owned(),
    };
    let groups = pages::open_to(realm, &frame());
    let pages = groups.iter().flat_map(|group| {
        group.pages.iter().map(move |page| {
            // A page that is called as its group needs no other name.
            let is_named = group.pages.len() > 1 && page.label != group.label;
            place(*page, if is_named { group.label } else { "" })
        })
    });
    pages
        .chain(iter::once(place(pages::own_account(realm), "")))
        .collect()
}

/// The list, searched for this.
pub(super) fn search_for(realm: Realm, text: &str) -> Option<Place> {
    let text = text.trim();
    let list = searched(realm);
    (!text.is_empty()).then(|| Place {
        href: with_query(pages::searched(realm), &[("q", text)]),
        icon: IconName::Search,
        label: fill(words().search_in, &[("list", list), ("text", text)]),
        note: String::new(),
    })
}

impl Place {
    /// Whether each word that was typed begins a word of its name or of its group's.
    pub(super) fn is_meant(&self, text: &str) -> bool {
        let names: String = plain(&self.label)
            .chain(iter::once(' '))
            .chain(plain(&self.note))
            .collect();
        let text: String = plain(text).collect();
        text.split_whitespace()
            .all(|word| names.split_whitespace().any(|name| name.starts_with(word)))
    }
}

/// Members of the club, or clubs of the platform. Nothing where nothing is said: their list says why.
pub(super) async fn look_for(realm: Realm, text: &str) -> Vec<Place> {
    let q = text.trim().to_owned();
    if q.chars().count() < FEWEST_LETTERS {
        return Vec::new();
    }
    let list = pages::searched(realm);
    let mut found: Vec<Place> = match realm {
        Realm::Club => {
            let filter = members::Filter {
                q,
                ..members::Filter::default()
            };
            let found = list_members(filter).await.map(|found| found.page.data);
            let found = found.unwrap_or_default().into_iter();
            found
                .map(|user| Place {
                    href: format!("{list}/{}", user.id),
                    icon: IconName::Account,
                    label: format!("{} {}", user.first_name, user.last_name),
                    note: user.email.to_string(),
                })
                .collect()
        }
        Realm::Platform => {
            let filter = TenantFilter {
                q,
                ..TenantFilter::default()
            };
            let found = list_tenants(filter).await.map(|found| found.rows);
            let found = found.unwrap_or_default().into_iter();
            found
                .map(|row| Place {
                    href: format!("{list}/{}", row.slug),
                    icon: IconName::Club,
                    note: row.slug.to_string(),
                    label: row.app_name,
                })
                .collect()
        }
    };
    // The server also finds what is in the middle of a word.
    found.sort_by_key(|place| !place.is_meant(text));
    found.truncate(MOST_FOUND);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_meant_by_how_its_words_begin() {
        let page = Place {
            href: String::new(),
            icon: IconName::Home,
            label: "Módulos do clube".to_owned(),
            note: "Ajustes".to_owned(),
        };
        for text in [
            "",
            "mod",
            "MÓD",
            "clube modulos",
            "ajus",
            "ajustes módulos ",
        ] {
            assert!(page.is_meant(text), "{text}");
        }
        for text in ["odulos", "mod saques", "x"] {
            assert!(!page.is_meant(text), "{text}");
        }
    }
}
