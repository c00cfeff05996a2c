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
    Lazy, LazyRoute, SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

/// Pages that the browser downloads together, when somebody opens the first of them: whoever signs in does not wait for
/// two consoles. What several groups use becomes a file of its own, so a group more is up to twice as many files. Only code
/// is split: texts and other constants are in the first file, which everybody downloads, so every word counts.
macro_rules! downloaded_together {
    ($name:ident, $load:ident, $preload:ident: $($page:ident),+ $(,)?) => {
        enum $name {
            $($page),+
        }

        #[lazy]
        fn $load(page: $name) -> AnyView {
            match page {
                $($name::$page => view! { <$page/> }.into_any()),+
            }
        }

        /// As the router wants them.
        mod $load {
            $(pub(super) struct $page;

            impl super::LazyRoute for $page {
                fn data() -> Self {
                    Self
                }

                async fn view(_: Self) -> super::AnyView {
                    super::$load(super::$name::$page).await
                }

                async fn preload() {
                    #[cfg(not(feature = "ssr"))]
                    super::$preload().await;
                }
            })+
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
                <Route path=path!("/") view={Lazy::<public_page::Home>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/reset-password") view={Lazy::<public_page::PasswordResetPage>::new()} ssr=SsrMode::Async/>
                <Route path=path!("/admin/sign-in") view=ClubSignIn ssr=SsrMode::Async/>
                <Route path=path!("/admin/sign-in/code") view=ClubCode ssr=SsrMode::Async/>
                <ParentRoute path=path!("/admin") view={Lazy::<club_page::ClubConsole>::new()} ssr=SsrMode::Async>
                    <Route path=path!("") view={Lazy::<club_page::TodayPage>::new()}/>
                    <Route path=path!("members") view={Lazy::<club_page::MembersPage>::new()}/>
                    <Route path=path!("members/:id") view={Lazy::<club_page::MemberPage>::new()}/>
                    <Route path=path!("members/:id/blocks") view={Lazy::<club_page::MemberBlocksPage>::new()}/>
                    <Route path=path!("documents") view={Lazy::<club_page::DocumentsPage>::new()}/>
                    <Route path=path!("documents/:id") view={Lazy::<club_page::DocumentPage>::new()}/>
                    <Route path=path!("suspense") view={Lazy::<club_page::SuspensePage>::new()}/>
                    <Route path=path!("suspense/:id") view={Lazy::<club_page::UnmatchedPage>::new()}/>
                    <Route path=path!("withdrawals") view={Lazy::<club_page::WithdrawalsPage>::new()}/>
                    <Route path=path!("withdrawals/:id") view={Lazy::<club_page::WithdrawalPage>::new()}/>
                    <Route path=path!("pix") view={Lazy::<club_page::PixPage>::new()}/>
                    <Route path=path!("pix/provider") view={Lazy::<club_page::ProviderPage>::new()}/>
                    <Route path=path!("legal") view={Lazy::<club_page::LegalTextsPage>::new()}/>
                    <Route path=path!("legal/:kind") view={Lazy::<club_page::LegalPage>::new()}/>
                    <Route path=path!("legal/:kind/draft") view={Lazy::<club_page::DraftPage>::new()}/>
                    <Route path=path!("legal/:kind/review") view={Lazy::<club_page::ReviewDraftPage>::new()}/>
                    <Route path=path!("modules") view={Lazy::<club_page::ModulesPage>::new()}/>
                    <Route path=path!("administrators") view={Lazy::<club_page::AdministratorsPage>::new()}/>
                    <Route path=path!("administrators/new") view={Lazy::<club_page::NewAdministratorPage>::new()}/>
                    <Route path=path!("administrators/:id") view={Lazy::<club_page::AdministratorPage>::new()}/>
                    <Route path=path!("account") view={Lazy::<club_page::AccountPage>::new()}/>
                    <Route path=path!("account/two-step") view={Lazy::<club_page::TwoStepPage>::new()}/>
                </ParentRoute>
                <Route path=path!("/super/sign-in") view=PlatformSignIn ssr=SsrMode::Async/>
                <Route path=path!("/super/sign-in/code") view=PlatformCode ssr=SsrMode::Async/>
                <ParentRoute path=path!("/super") view={Lazy::<platform_page::PlatformConsole>::new()} ssr=SsrMode::Async>
                    <Route path=path!("") view={Lazy::<platform_page::OverviewPage>::new()}/>
                    <Route path=path!("tenants") view={Lazy::<platform_page::TenantsPage>::new()}/>
                    <Route path=path!("tenants/new") view={Lazy::<platform_page::CreatePage>::new()}/>
                    <Route path=path!("tenants/:slug") view={Lazy::<platform_page::TenantPage>::new()}/>
                    <Route path=path!("tenants/:slug/review") view={Lazy::<platform_page::ReviewPage>::new()}/>
                    <Route path=path!("tenants/:slug/domains/:domain") view={Lazy::<platform_page::DomainPage>::new()}/>
                    <Route path=path!("administrators") view={Lazy::<platform_page::AdministratorsPage>::new()}/>
                    <Route path=path!("administrators/new") view={Lazy::<platform_page::NewAdministratorPage>::new()}/>
                    <Route path=path!("administrators/:id") view={Lazy::<platform_page::AdministratorPage>::new()}/>
                    <Route path=path!("account") view={Lazy::<platform_page::AccountPage>::new()}/>
                    <Route path=path!("account/two-step") view={Lazy::<platform_page::TwoStepPage>::new()}/>
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
