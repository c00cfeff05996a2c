//! The pages of both consoles, by what people do there: the navigation, the account's menu and the palette lead to them.
//!
//! One more page is a row where people would look for it. Only pages that exist and that the role may open are shown; a
//! group that has one page left is that page.

use super::{
    Realm,
    words::{Words, words},
};
use crate::{frame::Frame, ui::IconName};
use tenancy::administrators::Permission;

/// What belongs together.
pub(super) struct Group {
    pub(super) label: &'static str,
    pub(super) pages: Vec<Page>,
}

/// A page and who may open it.
#[derive(Clone, Copy)]
pub(super) struct Page {
    pub(super) href: &'static str,
    pub(super) label: &'static str,
    pub(super) icon: IconName,
    permission: Permission,
}

const fn page(
    href: &'static str,
    label: &'static str,
    icon: IconName,
    permission: Permission,
) -> Page {
    Page {
        href,
        label,
        icon,
        permission,
    }
}

/// The club's console.
#[rustfmt::skip]
fn of_club(t: &'static Words) -> Vec<Group> {
    use Permission::{ManageAdministrators, ViewConsole, ViewMembers};
    vec![
        group(t.today, vec![
            page("/admin", t.today, IconName::Home, ViewConsole),
        ]),
        group(t.members, vec![
            page("/admin/members", t.members, IconName::Members, ViewMembers),
            page("/admin/documents", t.documents, IconName::Document, ViewMembers),
        ]),
        group(t.money, vec![
            page("/admin/withdrawals", t.withdrawals, IconName::Withdrawal, ViewMembers),
            page("/admin/suspense", t.suspense, IconName::Unknown, ViewMembers),
            page("/admin/pix", t.pix, IconName::Pix, ViewConsole),
        ]),
        group(t.settings, vec![
            page("/admin/legal", t.legal, IconName::Legal, ViewConsole),
            page("/admin/modules", t.modules, IconName::Modules, ViewConsole),
            page("/admin/administrators", t.administrators, IconName::Key, ManageAdministrators),
        ]),
    ]
}

/// The platform's.
#[rustfmt::skip]
fn of_platform(t: &'static Words) -> Vec<Group> {
    use Permission::ViewPlatform;
    vec![
        group(t.overview, vec![
            page("/super", t.overview, IconName::Home, ViewPlatform),
        ]),
        group(t.tenants, vec![
            page("/super/tenants", t.tenants, IconName::Club, ViewPlatform),
        ]),
        group(t.settings, vec![
            page("/super/administrators", t.administrators, IconName::Key, ViewPlatform),
        ]),
    ]
}

const fn group(label: &'static str, pages: Vec<Page>) -> Group {
    Group { label, pages }
}

/// The page about the person who is signed in; it stands in their own menu.
pub(super) fn own_account(realm: Realm) -> Page {
    let (icon, label) = (IconName::Account, words().account);
    match realm {
        Realm::Club => page("/admin/account", label, icon, Permission::ViewConsole),
        Realm::Platform => page("/super/account", label, icon, Permission::ViewPlatform),
    }
}

/// The page that lists what a search looks through. Everybody in a console may see it.
pub(super) const fn searched(realm: Realm) -> &'static str {
    match realm {
        Realm::Club => "/admin/members",
        Realm::Platform => "/super/tenants",
    }
}

/// What this person may open.
pub(super) fn open_to(realm: Realm, frame: &Frame) -> Vec<Group> {
    let t = words();
    let mut groups = match realm {
        Realm::Club => of_club(t),
        Realm::Platform => of_platform(t),
    };
    for group in &mut groups {
        group.pages.retain(|page| frame.allows(page.permission));
    }
    groups.retain(|group| !group.pages.is_empty());
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::words::in_language;
    use kernel::Locale;
    use std::collections::BTreeSet;

    #[test]
    fn each_page_stands_once_in_its_own_console() {
        let t = in_language(Locale::PtBr);
        for (realm, groups) in [(Realm::Club, of_club(t)), (Realm::Platform, of_platform(t))] {
            let pages: Vec<_> = groups
                .iter()
                .flat_map(|group| &group.pages)
                .map(|page| page.href)
                .collect();
            let once: BTreeSet<_> = pages.iter().collect();
            assert_eq!(once.len(), pages.len(), "{pages:?}");
            assert!(pages.iter().all(|href| href.starts_with(realm.home())));
            assert!(pages.contains(&searched(realm)), "{realm:?}");
        }
    }
}
