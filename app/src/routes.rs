//! The map of the site: every page and its address. Rendered whole on the server before the first byte, so that status,
//! redirect and title are right and nothing needs the browser's program.

use crate::{
    account::{AccountPage, TwoStepPage},
    administrators::{AdministratorPage, AdministratorsPage, NewAdministratorPage},
    console::{ClubConsole, Missing, PlatformConsole},
    dashboard::TodayPage,
    documents::{DocumentPage, DocumentsPage},
    frame,
    legal::{DraftPage, LegalPage, LegalTextsPage, ReviewDraftPage},
    members::{MemberBlocksPage, MemberPage, MembersPage},
    modules::ModulesPage,
    password_reset::PasswordResetPage,
    pix::{PixPage, ProviderPage},
    public::Home,
    sign_in::{ClubCode, ClubSignIn, PlatformCode, PlatformSignIn},
    suspense::{SuspensePage, UnmatchedPage},
    tenants::{CreatePage, DomainPage, OverviewPage, ReviewPage, TenantPage, TenantsPage},
    withdrawals::{WithdrawalPage, WithdrawalsPage},
};
use leptos::{PrefetchLazyFn, prelude::*};
use leptos_meta::provide_meta_context;
use leptos_router::{
    ChooseView, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

/// Pages that the browser downloads together, when somebody opens the first of them: whoever signs in does not wait for
/// two consoles. What several groups use becomes a file of its own, so a group more is up to twice as many files.
///
/// A group is one type, whatever page of it a route shows: the router's code is made once for each type, in the first file,
/// which everybody downloads.
macro_rules! downloaded_together {
    ($name:ident, $load:ident, $preload:ident: $($page:ident),+ $(,)?) => {
        #[derive(Clone, Copy)]
        enum $name {
            $($page),+
        }

        #[lazy]
        fn $load(page: $name) -> AnyView {
            match page {
                $($name::$page => view! { <$page/> }.into_any()),+
            }
        }

        impl ChooseView for $name {
            async fn choose(self) -> AnyView {
                $load(self).await
            }

            async fn preload(&self) {
                #[cfg(not(feature = "ssr"))]
                $preload().await;
            }
        }
    };
}

downloaded_together!(PublicPage, public_page, __preload_public_page: Home, PasswordResetPage);

downloaded_together!(
    ClubPage, club_page, __preload_club_page:
    ClubConsole, TodayPage, MembersPage, ModulesPage, AdministratorsPage, NewAdministratorPage, AdministratorPage,
    AccountPage, TwoStepPage, DocumentsPage, DocumentPage, SuspensePage, UnmatchedPage, MemberPage,
    MemberBlocksPage,
    WithdrawalsPage, WithdrawalPage, PixPage, ProviderPage,
    LegalTextsPage, LegalPage, DraftPage, ReviewDraftPage,
);

downloaded_together!(
    PlatformPage, platform_page, __preload_platform_page:
    PlatformConsole, OverviewPage, TenantsPage, CreatePage, TenantPage, ReviewPage, DomainPage, AdministratorsPage,
    NewAdministratorPage, AdministratorPage, AccountPage, TwoStepPage,
);

/// Which of them the page at this address needs; sign-in needs none.
#[cfg(feature = "ssr")]
pub(crate) fn downloaded_for(path: &str) -> Option<&'static str> {
    let path = path.split('?').next().unwrap_or_default();
    let is_within = |console: &str| {
        path.strip_prefix(console).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with('/') && !rest.starts_with("/sign-in")
        })
    };
    match path {
        "/" | "/reset-password" => Some("public_page"),
        _ if is_within("/admin") => Some("club_page"),
        _ if is_within("/super") => Some("platform_page"),
        _ => None,
    }
}

/// The whole application, on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // Collects what leptos would preload, and is not looked at: see `shell`.
    provide_context(PrefetchLazyFn::default());
    frame::provide();
    view! {
        <Router>
            <Routes fallback=Missing>
                <Route path=path!("/") view=PublicPage::Home ssr=SsrMode::Async/>
                <Route path=path!("/reset-password") view=PublicPage::PasswordResetPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/sign-in") view=ClubSignIn ssr=SsrMode::Async/>
                <Route path=path!("/admin/sign-in/code") view=ClubCode ssr=SsrMode::Async/>
                <ParentRoute path=path!("/admin") view=ClubPage::ClubConsole ssr=SsrMode::Async>
                    <Route path=path!("") view=ClubPage::TodayPage/>
                    <Route path=path!("members") view=ClubPage::MembersPage/>
                    <Route path=path!("members/:id") view=ClubPage::MemberPage/>
                    <Route path=path!("members/:id/blocks") view=ClubPage::MemberBlocksPage/>
                    <Route path=path!("documents") view=ClubPage::DocumentsPage/>
                    <Route path=path!("documents/:id") view=ClubPage::DocumentPage/>
                    <Route path=path!("suspense") view=ClubPage::SuspensePage/>
                    <Route path=path!("suspense/:id") view=ClubPage::UnmatchedPage/>
                    <Route path=path!("withdrawals") view=ClubPage::WithdrawalsPage/>
                    <Route path=path!("withdrawals/:id") view=ClubPage::WithdrawalPage/>
                    <Route path=path!("pix") view=ClubPage::PixPage/>
                    <Route path=path!("pix/provider") view=ClubPage::ProviderPage/>
                    <Route path=path!("legal") view=ClubPage::LegalTextsPage/>
                    <Route path=path!("legal/:kind") view=ClubPage::LegalPage/>
                    <Route path=path!("legal/:kind/draft") view=ClubPage::DraftPage/>
                    <Route path=path!("legal/:kind/review") view=ClubPage::ReviewDraftPage/>
                    <Route path=path!("modules") view=ClubPage::ModulesPage/>
                    <Route path=path!("administrators") view=ClubPage::AdministratorsPage/>
                    <Route path=path!("administrators/new") view=ClubPage::NewAdministratorPage/>
                    <Route path=path!("administrators/:id") view=ClubPage::AdministratorPage/>
                    <Route path=path!("account") view=ClubPage::AccountPage/>
                    <Route path=path!("account/two-step") view=ClubPage::TwoStepPage/>
                </ParentRoute>
                <Route path=path!("/super/sign-in") view=PlatformSignIn ssr=SsrMode::Async/>
                <Route path=path!("/super/sign-in/code") view=PlatformCode ssr=SsrMode::Async/>
                <ParentRoute path=path!("/super") view=PlatformPage::PlatformConsole ssr=SsrMode::Async>
                    <Route path=path!("") view=PlatformPage::OverviewPage/>
                    <Route path=path!("tenants") view=PlatformPage::TenantsPage/>
                    <Route path=path!("tenants/new") view=PlatformPage::CreatePage/>
                    <Route path=path!("tenants/:slug") view=PlatformPage::TenantPage/>
                    <Route path=path!("tenants/:slug/review") view=PlatformPage::ReviewPage/>
                    <Route path=path!("tenants/:slug/domains/:domain") view=PlatformPage::DomainPage/>
                    <Route path=path!("administrators") view=PlatformPage::AdministratorsPage/>
                    <Route path=path!("administrators/new") view=PlatformPage::NewAdministratorPage/>
                    <Route path=path!("administrators/:id") view=PlatformPage::AdministratorPage/>
                    <Route path=path!("account") view=PlatformPage::AccountPage/>
                    <Route path=path!("account/two-step") view=PlatformPage::TwoStepPage/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::downloaded_for;

    #[test]
    fn a_page_fetches_its_own_group_and_sign_in_none() {
        for (path, group) in [
            ("/", Some("public_page")),
            ("/?ref=ABC", Some("public_page")),
            ("/reset-password?token=x", Some("public_page")),
            ("/admin", Some("club_page")),
            ("/admin/members?search=a/b", Some("club_page")),
            ("/admin/sign-in", None),
            ("/admin/sign-in/code", None),
            ("/administrator", None),
            ("/super/tenants/clube-navi", Some("platform_page")),
            ("/super/sign-in?next=/super", None),
            ("/nothing", None),
        ] {
            assert_eq!(downloaded_for(path), group, "{path}");
        }
    }
}
