//! Signing in to a console: e-mail and password, then the second factor where one is set up.

pub(crate) mod server_fns;
mod words;

use self::words::words;
use crate::{
    console::{Missing, Realm},
    edge,
    form::{self, Form, Outcome},
    frame::frame,
    preferences::Preferences,
    ui::{Field, Mark, PageTitle, Submit},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// The sign-in page of a club's console.
#[component]
pub(crate) fn ClubSignIn() -> impl IntoView {
    view! { <SignInPage realm=Realm::Club/> }
}

/// The sign-in page of the platform's console.
#[component]
pub(crate) fn PlatformSignIn() -> impl IntoView {
    view! { <SignInPage realm=Realm::Platform/> }
}

/// The page of the second factor, in a club's console.
#[component]
pub(crate) fn ClubCode() -> impl IntoView {
    view! { <CodePage realm=Realm::Club/> }
}

/// The page of the second factor, in the platform's console.
#[component]
pub(crate) fn PlatformCode() -> impl IntoView {
    view! { <CodePage realm=Realm::Platform/> }
}

/// Where to go afterwards.
fn next() -> String {
    use_query_map().with_untracked(|query| query.get("next").unwrap_or_default())
}

#[component]
fn SignInPage(realm: Realm) -> impl IntoView {
    let frame = frame();
    if !realm.is_of(&frame.place) {
        return view! { <Missing/> }.into_any();
    }
    if frame.session.is_some() {
        edge::turn_to(realm.home());
        return ().into_any();
    }
    let t = words();
    let action = form::to::<server_fns::SignIn>();
    view! {
        <Frame realm title=t.title>
            <Form action name="sign-in">
                <input type="hidden" name="next" value=next()/>
                <Field name="email" label=t.email kind="email" autocomplete="username" autofocus=true/>
                <Field name="password" label=t.password kind="password" autocomplete="current-password"/>
                <Submit>{t.submit}</Submit>
            </Form>
            <p class="mt-6 text-sm text-muted">{t.forgot}</p>
        </Frame>
    }
    .into_any()
}

#[component]
fn CodePage(realm: Realm) -> impl IntoView {
    let frame = frame();
    if !realm.is_of(&frame.place) {
        return view! { <Missing/> }.into_any();
    }
    let t = words();
    let action = form::to::<server_fns::ConfirmCode>();
    view! {
        <Frame realm title=t.code_title>
            <p class="mb-6 text-sm text-muted">{t.code_text}</p>
            <Form action name="code">
                <input type="hidden" name="next" value=next()/>
                <Field name="code" label=t.code autocomplete="one-time-code" autofocus=true/>
                <Submit>{t.code_submit}</Submit>
            </Form>
            <p class="mt-6 text-sm"><a class="text-ink underline underline-offset-4" href=format!("{}/sign-in", realm.home())>{t.other}</a></p>
        </Frame>
    }
    .into_any()
}

/// One quiet card in the middle, in the brand.
#[component]
pub(crate) fn Frame(
    realm: Realm,
    title: &'static str,
    /// What stands below the site's name instead of which console it is.
    #[prop(optional)]
    note: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let t = words();
    let frame = frame();
    let note = note.unwrap_or(match realm {
        Realm::Club => t.club_note,
        Realm::Platform => t.platform_note,
    });
    view! {
        <PageTitle text=title/>
        <div class="grid min-h-screen grid-rows-[auto_1fr_auto] border-t-4 border-primary">
            <header class="flex justify-end gap-1 p-4"><Preferences/></header>
            <main class="grid items-start justify-items-center px-4 pt-[6vh] pb-10">
                <div class="w-full max-w-sm">
                    <div class="mb-6 flex items-center gap-3">
                        <Mark class="size-11 rounded-xl text-base"/>
                        <div class="min-w-0">
                            <p class="truncate text-base font-semibold">{frame.site_name().to_owned()}</p>
                            <p class="text-sm text-muted">{note}</p>
                        </div>
                    </div>
                    <div class="surface p-6 sm:p-8">
                        <h1 class="mb-5 text-xl font-semibold tracking-tight">{title}</h1>
                        <div class="mb-5 empty:hidden"><Outcome/></div>
                        {children()}
                    </div>
                </div>
            </main>
            <footer class="p-6 text-center text-sm">
                {(realm == Realm::Club).then(|| view! { <a href="/" class="text-muted underline-offset-4 hover:underline">{t.to_public}</a> })}
            </footer>
        </div>
    }
}

/// Out, from anywhere in a console.
#[component]
pub(crate) fn SignOut() -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::SignOut>();
    view! {
        <form method="post" action=action>
            <button class="nav-link w-full cursor-pointer"><crate::ui::Icon name=crate::ui::IconName::Leave class="size-[1.125rem] shrink-0"/>{t.sign_out}</button>
        </form>
    }
}
