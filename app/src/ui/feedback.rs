//! How a page says that something worked, failed, is missing or is not for this reader.

use super::{Icon, IconName, PageTitle};
use crate::{Refusal, edge, frame::frame, refusal::sentences};
use kernel::{Kind, Locale};
use leptos::prelude::*;

/// The mood of a message or status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Success,
    Warning,
    Error,
    Info,
    Plain,
}

/// A message above what it concerns.
#[component]
pub(crate) fn Alert(tone: Tone, children: Children) -> impl IntoView {
    let (class, icon, role) = match tone {
        Tone::Success => ("tone-success", IconName::Check, "status"),
        Tone::Warning => ("tone-warning", IconName::Alert, "status"),
        Tone::Error => ("tone-error", IconName::Alert, "alert"),
        Tone::Info | Tone::Plain => ("tone-info", IconName::Info, "status"),
    };
    view! {
        <div role=role class=format!("flex items-start gap-2.5 rounded-lg px-4 py-3 text-sm {class}")>
            <Icon name=icon class="mt-0.5 size-4 shrink-0"/>
            <div class="min-w-0">{children()}</div>
        </div>
    }
}

/// A list without rows: what will be here, and what makes it appear.
#[component]
pub(crate) fn EmptyState(
    #[prop(into)] title: String,
    #[prop(into)] text: String,
    /// It stands on a surface already.
    #[prop(optional)]
    is_inside: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="grid justify-items-center gap-2 px-6 py-12 text-center" class:surface=!is_inside>
            <span class="text-muted"><Icon name=IconName::Empty class="size-8"/></span>
            <p class="font-semibold">{title}</p>
            <p class="max-w-sm text-sm text-muted">{text}</p>
            {children.map(|children| view! { <div class="mt-3">{children()}</div> })}
        </div>
    }
}

/// A refusal in place of what was asked for; sets the page's status.
#[component]
pub(crate) fn Problem(
    refusal: Refusal,
    /// It stands in place of a whole page, title and all.
    is_page: bool,
) -> impl IntoView {
    let error = refusal.0;
    edge::page_status(error.kind.status());
    let frame = frame();
    let title = match (error.kind, frame.locale) {
        (Kind::NotFound, Locale::PtBr) => "Não encontramos",
        (Kind::NotFound, Locale::En) => "Not found",
        (Kind::Forbidden, Locale::PtBr) => "Seu papel não permite",
        (Kind::Forbidden, Locale::En) => "Your role does not allow this",
        (Kind::Unauthenticated, Locale::PtBr) => "Entre de novo",
        (Kind::Unauthenticated, Locale::En) => "Sign in again",
        (_, Locale::PtBr) => "Não deu certo agora",
        (_, Locale::En) => "That did not work",
    };
    let text = sentences::of_code(frame.locale, &error.code, error.retry_after);
    let sign_in = (error.kind == Kind::Unauthenticated).then(|| {
        let href = if frame.club().is_some() {
            "/admin/sign-in"
        } else {
            "/super/sign-in"
        };
        let label = if frame.locale == Locale::PtBr {
            "Entrar"
        } else {
            "Sign in"
        };
        view! { <a href=href rel="external" class="btn btn-primary mt-3">{label}</a> }
    });
    let heading = if is_page {
        view! { <PageTitle text=title/><h1 class="text-base font-semibold">{title}</h1> }.into_any()
    } else {
        view! { <p class="font-semibold">{title}</p> }.into_any()
    };
    view! {
        <div role="alert" class="surface grid justify-items-center gap-2 px-6 py-12 text-center">
            <span class="text-muted"><Icon name=IconName::Alert class="size-8"/></span>
            {heading}
            <p class="max-w-md text-sm text-muted">{text}</p>
            {sign_in}
        </div>
    }
}
