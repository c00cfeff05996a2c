//! The documents that members sent to show who they are: what waits for review, and one of them beside what it has to
//! show.
//!
//! Everybody may see what waits; the picture itself is for those who look after members, and each look at it is audited.

#[cfg(feature = "ssr")]
mod content;
mod detail;
pub(crate) mod server_fns;
mod words;

#[cfg(feature = "ssr")]
pub use content::content;
pub(crate) use detail::DocumentPage;

use self::words::words;
use crate::{
    frame::frame,
    link::{from_query, with_query},
    ui::{Badge, EmptyState, PageHead, Pager, Table, Tone, loaded},
    when,
    words::count,
};
use club::user_documents::{ReviewedDocument, UserDocumentKind, UserDocumentStatus};
use kernel::Page;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

const HERE: &str = "/admin/documents";

/// The forms of one document's page.
mod of_review {
    pub(super) const APPROVE: &str = "document-approve";
    pub(super) const REFUSE: &str = "document-refuse";
}

/// One page of what waits, and how many do in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Queue {
    pub(crate) waiting: i64,
    pub(crate) page: Page<ReviewedDocument>,
}

/// What a document shows, in words.
pub(crate) fn kind_word(kind: UserDocumentKind) -> &'static str {
    let t = words();
    match kind {
        UserDocumentKind::IdentityFront => t.identity_front,
        UserDocumentKind::IdentityBack => t.identity_back,
        UserDocumentKind::Selfie => t.selfie,
        UserDocumentKind::ProofOfAddress => t.proof_of_address,
        UserDocumentKind::CompanyRegistration => t.company_registration,
    }
}

/// What the club made of a document.
pub(crate) fn status_badge(status: UserDocumentStatus) -> impl IntoView {
    let t = words();
    let (tone, text) = match status {
        UserDocumentStatus::Pending => (Tone::Info, t.waits),
        UserDocumentStatus::Approved => (Tone::Success, t.approved),
        UserDocumentStatus::Refused => (Tone::Error, t.refused),
        UserDocumentStatus::Outdated => (Tone::Warning, t.outdated),
    };
    view! { <Badge tone text/> }
}

/// How far the club knows somebody.
pub(crate) fn level_word(level: i16) -> String {
    let t = words();
    let known = match level {
        0 => t.level_0,
        1 => t.level_1,
        2 => t.level_2,
        _ => return level.to_string(),
    };
    format!("{level} · {known}")
}

/// Documents of one member, each a link.
#[component]
pub(crate) fn Sent(documents: Vec<ReviewedDocument>) -> impl IntoView {
    view! {
        <ul class="grid gap-2.5">
            {documents.into_iter().map(|ReviewedDocument { document, .. }| view! {
                <li class="flex flex-wrap items-center justify-between gap-2">
                    <a class="text-ink underline-offset-4 hover:underline" href=format!("{HERE}/{}", document.id)>{kind_word(document.kind)}</a>
                    {status_badge(document.status)}
                </li>
            }).collect_view()}
        </ul>
    }
}

/// What waits for review, the oldest first.
#[component]
pub(crate) fn DocumentsPage() -> impl IntoView {
    let cursor = from_query(|of| of("cursor"));
    let queue = Resource::new(move || cursor.get(), server_fns::list_documents);
    loaded(
        queue,
        move |queue| view! { <Loaded queue is_first=cursor.get_untracked().is_empty()/> },
    )
}

#[component]
fn Loaded(queue: Queue, is_first: bool) -> impl IntoView {
    let t = words();
    let next = queue.page.next_cursor;
    let next = next.map(|cursor| with_query(HERE, &[("cursor", &cursor.to_string())]));
    let first = (!is_first).then(|| HERE.to_owned());
    let rows = queue.page.data;
    view! {
        <PageHead title=t.title note=count(frame().locale, queue.waiting, t.one, t.many)/>
        {if rows.is_empty() {
            view! { <EmptyState title=t.empty text=t.empty_text/> }.into_any()
        } else {
            view! {
                <Table label=t.title columns=vec![t.member, t.document, t.level, t.since]>
                    {rows.into_iter().map(|row| view! { <Row row/> }).collect_view()}
                </Table>
            }.into_any()
        }}
        <Pager first next first_word=t.first next_word=t.next/>
    }
}

#[component]
fn Row(row: ReviewedDocument) -> impl IntoView {
    let t = words();
    let document = row.document;
    let since = document.submitted_at;
    view! {
        <tr>
            <td><a href=format!("{HERE}/{}", document.id)>{row.identity.name}</a></td>
            <td data-label=t.document>{kind_word(document.kind)}</td>
            <td data-label=t.level class="wide-only">{level_word(row.kyc_level)}</td>
            <td data-label=t.since><time datetime=when::machine(since)>{when::minute(frame().locale, since)}</time></td>
        </tr>
    }
}
