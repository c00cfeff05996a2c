//! One document: the picture, the facts that it has to show, and what an administrator makes of it.

use super::{HERE, Sent, kind_word, level_word, of_review, server_fns, status_badge, words::words};
use crate::{
    form::{self, Form},
    frame::frame,
    ui::{
        Alert, Card, Crumb, EmptyState, Fact, Facts, Field, Icon, IconName, PageHead, Submit, Tone,
        loaded,
    },
    when,
    words::fill,
};
use club::{
    files::MediaType,
    user_documents::{Identity, ReviewedDocument, UserDocument, UserDocumentStatus},
    users::{User, UserType},
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};
use tenancy::administrators::Permission;

/// A document and what it is compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct DocumentView {
    pub(crate) document: UserDocument,
    pub(crate) reviewed_by: Option<String>,
    pub(crate) user: User,
    /// What else this member sent, the newest first.
    pub(crate) others: Vec<ReviewedDocument>,
}

/// The page.
#[component]
pub(crate) fn DocumentPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let document = Resource::new(id, server_fns::read_document);
    loaded(document, |view| view! { <Loaded view/> })
}

#[component]
fn Loaded(view: DocumentView) -> impl IntoView {
    let t = words();
    let DocumentView {
        document,
        reviewed_by,
        user,
        others,
    } = view;
    let above = Crumb {
        href: HERE,
        label: t.title,
    };
    let may_review = frame().allows(Permission::ManageMembers);
    let waits = document.status == UserDocumentStatus::Pending;
    let note = Identity::of(&user).name;
    view! {
        <PageHead title=kind_word(document.kind) note above>{status_badge(document.status)}</PageHead>
        <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            <Picture document=document.clone() may_review/>
            <div class="grid gap-6">
                <Compare user=user.clone()/>
                {(waits && may_review).then(|| view! { <Approve id=document.id.to_string() user/><Refuse id=document.id.to_string()/> })}
                {(!waits).then(|| view! { <Review document reviewed_by/> })}
                {(!others.is_empty()).then(|| view! { <Card title=t.others><Sent documents=others/></Card> })}
            </div>
        </div>
    }
}

#[component]
fn Picture(document: UserDocument, may_review: bool) -> impl IntoView {
    let t = words();
    if !may_review {
        return view! { <EmptyState title=t.closed text=t.closed_text/> }.into_any();
    }
    let href = format!("{HERE}/{}/content", document.id);
    let content = match document.media_type {
        MediaType::Pdf => view! {
            <EmptyState title=t.pdf text=t.pdf_text is_inside=true>
                <a class="btn" href=href rel="external" download>{t.download}</a>
            </EmptyState>
        }
        .into_any(),
        // The frame keeps its place while the picture is on its way.
        MediaType::Jpeg | MediaType::Png => view! {
            <div class="grid h-72 place-items-center sm:h-[28rem] overflow-hidden rounded-lg bg-base-200">
                <img src=href.clone() alt=kind_word(document.kind) class="max-h-72 max-w-full object-contain sm:max-h-[28rem]"/>
            </div>
            <p class="mt-3"><a class="btn btn-sm" href=href rel="external" target="_blank">{t.open}<Icon name=IconName::Open/></a></p>
        }
        .into_any(),
    };
    view! { <Card title=t.picture text=t.picture_text>{content}</Card> }.into_any()
}

#[component]
fn Compare(user: User) -> impl IntoView {
    let t = words();
    let kind = match user.user_type {
        UserType::Consumer => t.consumer,
        UserType::Merchant => t.merchant,
    };
    let name = Identity::of(&user).name;
    let or_none = |number: Option<String>| number.unwrap_or_else(|| t.none.to_owned());
    view! {
        <Card title=t.compare>
            <Facts>
                <Fact label=t.name><a class="font-semibold hover:underline" href=format!("/admin/members/{}", user.id)>{name}</a></Fact>
                <Fact label=t.cpf>{or_none(user.cpf.map(|cpf| cpf.formatted()))}</Fact>
                <Fact label=t.cnpj><span class="whitespace-nowrap">{or_none(user.cnpj.map(|cnpj| cnpj.formatted()))}</span></Fact>
                <Fact label=t.kind>{kind}</Fact>
                <Fact label=t.level_now>{level_word(user.kyc_level)}</Fact>
            </Facts>
        </Card>
    }
}

/// Carries the name and the numbers that were seen: what changed meanwhile is not approved unseen.
#[component]
fn Approve(id: String, user: User) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::ApproveDocument>();
    let text = |number: Option<String>| number.unwrap_or_default();
    let seen = Identity::of(&user);
    view! {
        <Card title=t.approve text=t.approve_text>
            <Form action name=of_review::APPROVE>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="name" value=seen.name/>
                <input type="hidden" name="cpf" value=text(seen.cpf.map(|cpf| cpf.to_string()))/>
                <input type="hidden" name="cnpj" value=text(seen.cnpj.map(|cnpj| cnpj.to_string()))/>
                <div><Submit>{t.approve}</Submit></div>
            </Form>
        </Card>
    }
}

#[component]
fn Refuse(id: String) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::RefuseDocument>();
    view! {
        <Card title=t.refuse text=t.refuse_text>
            <Form action name=of_review::REFUSE>
                <input type="hidden" name="id" value=id/>
                <Field name="reason" label=t.reason help=t.reason_help autocomplete="off"/>
                <div><Submit danger=true>{t.refuse}</Submit></div>
            </Form>
        </Card>
    }
}

/// What somebody made of it.
#[component]
fn Review(document: UserDocument, reviewed_by: Option<String>) -> impl IntoView {
    let t = words();
    let who = reviewed_by.unwrap_or_default();
    let who = who.strip_prefix("admin:").unwrap_or(&who);
    let reviewed = document.reviewed_at.map(|at| {
        let when = when::minute(frame().locale, at);
        fill(t.by, &[("when", &when), ("who", who)])
    });
    // Whoever decided at the same time hears that they were second.
    let was_second = [of_review::APPROVE, of_review::REFUSE]
        .iter()
        .any(|name| form::left_for(name).is_some());
    view! {
        <Card title=t.status>
            {was_second.then(|| view! { <div class="mb-3"><Alert tone=Tone::Warning>{t.already}</Alert></div> })}
            <Facts>
                <Fact label=t.status>{status_badge(document.status)}</Fact>
                <Fact label=t.reviewed>{reviewed}</Fact>
                {document.reason.map(|reason| view! { <Fact label=t.reason>{reason}</Fact> })}
            </Facts>
        </Card>
    }
}
