//! The map of the site: every page and its address. Rendered whole on the server before the first byte, so that status,
//! redirect and title are right and nothing needs the browser's program.

use crate::{
    account::{AccountPage, TwoStepPage},
    administrators::{AdministratorPage, AdministratorsPage, NewAdministratorPage},
    console::{ClubConsole, Missing, PlatformConsole},
    dashboard::TodayPage,
    frame,
    members::MembersPage,
    modules::ModulesPage,
    password_reset::PasswordResetPage,
    public::Home,
    sign_in::{ClubCode, ClubSignIn, PlatformCode, PlatformSignIn},
    tenants::{CreatePage, OverviewPage, ReviewPage, TenantPage, TenantsPage},
};
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

/// The whole application, on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    frame::provide();
    mark_hydrated();
    view! {
        <Router>
            <Routes fallback=Missing>
                <Route path=path!("/") view=Home ssr=SsrMode::Async/>
                <Route path=path!("/reset-password") view=PasswordResetPage ssr=SsrMode::Async/>
                <Route path=path!("/admin/sign-in") view=ClubSignIn ssr=SsrMode::Async/>
                <Route path=path!("/admin/sign-in/code") view=ClubCode ssr=SsrMode::Async/>
                <ParentRoute path=path!("/admin") view=ClubConsole ssr=SsrMode::Async>
                    <Route path=path!("") view=TodayPage/>
                    <Route path=path!("members") view=MembersPage/>
                    <Route path=path!("modules") view=ModulesPage/>
                    <Route path=path!("administrators") view=AdministratorsPage/>
                    <Route path=path!("administrators/new") view=NewAdministratorPage/>
                    <Route path=path!("administrators/:id") view=AdministratorPage/>
                    <Route path=path!("account") view=AccountPage/>
                    <Route path=path!("account/two-step") view=TwoStepPage/>
                </ParentRoute>
                <Route path=path!("/super/sign-in") view=PlatformSignIn ssr=SsrMode::Async/>
                <Route path=path!("/super/sign-in/code") view=PlatformCode ssr=SsrMode::Async/>
                <ParentRoute path=path!("/super") view=PlatformConsole ssr=SsrMode::Async>
                    <Route path=path!("") view=OverviewPage/>
                    <Route path=path!("tenants") view=TenantsPage/>
                    <Route path=path!("tenants/new") view=CreatePage/>
                    <Route path=path!("tenants/:slug") view=TenantPage/>
                    <Route path=path!("tenants/:slug/review") view=ReviewPage/>
                    <Route path=path!("administrators") view=AdministratorsPage/>
                    <Route path=path!("administrators/new") view=NewAdministratorPage/>
                    <Route path=path!("administrators/:id") view=AdministratorPage/>
                    <Route path=path!("account") view=AccountPage/>
                    <Route path=path!("account/two-step") view=TwoStepPage/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Says on `<html>` that the browser's program runs, for the style sheet and for tests. Effects run in the browser only.
fn mark_hydrated() {
    Effect::new(|| {
        if let Some(root) = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.document_element())
        {
            let _ = root.set_attribute("data-hydrated", "");
        }
    });
}
