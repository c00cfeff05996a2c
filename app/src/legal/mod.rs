//! The club's legal texts: which version of each holds, its draft, and the way from writing to publishing.
//!
//! Whoever manages the club's settings writes a draft, reads it once more as members will, and publishes exactly that.
//! Everybody else may read. A refused draft comes back in the answer itself ([`write_draft`]): it is far longer than what a
//! cookie carries, and nobody types it twice.

mod draft;
mod prose;
mod read;
mod review;
pub(crate) mod server_fns;
mod words;
#[cfg(feature = "ssr")]
mod write;

pub(crate) use draft::DraftPage;
pub(crate) use read::LegalPage;
pub(crate) use review::ReviewDraftPage;
#[cfg(feature = "ssr")]
pub use write::write_draft;

use self::words::words;
use crate::{
    frame::frame,
    ui::{Badge, PageHead, Table, Tone, loaded},
    when,
    words::{fill, number},
};
use club::legal_documents::{DocumentKind, DocumentVersion};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

const HERE: &str = "/admin/legal";

/// The forms of a draft.
mod of_draft {
    pub(super) const WRITE: &str = "legal-draft";
    pub(super) const PUBLISH: &str = "legal-publish";
    pub(super) const DISCARD: &str = "legal-discard";
}

/// A published version, without its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Published {
    pub(crate) version: i32,
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) at: OffsetDateTime,
    pub(crate) by: String,
    pub(crate) acceptances: i64,
}

/// How a kind of text stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub(crate) kind: DocumentKind,
    /// The newest first: that one is in force.
    pub(crate) versions: Vec<Published>,
    pub(crate) has_draft: bool,
}

/// One kind: the version that is read, and the draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LegalView {
    pub(crate) standing: Standing,
    /// The version that was asked for, else the one in force.
    pub(crate) shown: Option<DocumentVersion>,
    pub(crate) draft: Option<DocumentVersion>,
}

/// As a kind stands in the address.
const fn key(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Terms => "terms",
        DocumentKind::Privacy => "privacy",
        DocumentKind::CashbackRules => "cashback_rules",
        DocumentKind::Fees => "fees",
    }
}

/// The kind of this name.
#[cfg(feature = "ssr")]
fn of_key(name: &str) -> kernel::Result<DocumentKind> {
    let mut kinds = DocumentKind::ALL.into_iter();
    kinds
        .find(|&kind| key(kind) == name)
        .ok_or_else(|| kernel::Error::not_found("document"))
}

fn kind_word(kind: DocumentKind) -> &'static str {
    let t = words();
    match kind {
        DocumentKind::Terms => t.terms,
        DocumentKind::Privacy => t.privacy,
        DocumentKind::CashbackRules => t.cashback_rules,
        DocumentKind::Fees => t.fees,
    }
}

/// A count of acceptances, or a version's number.
fn digits(n: impl TryInto<u64>) -> String {
    number(frame().locale, n)
}

/// Who, as the audit log names them.
fn person(label: &str) -> String {
    let admin = label.strip_prefix("admin:");
    admin.unwrap_or(words().system).to_owned()
}

fn version_word(version: i32) -> String {
    fill(words().version_n, &[("n", &digits(version))])
}

/// All kinds.
#[component]
pub(crate) fn LegalTextsPage() -> impl IntoView {
    let texts = Resource::new(|| (), |()| server_fns::list_legal());
    loaded(texts, |texts| view! { <Loaded texts/> })
}

#[component]
fn Loaded(texts: Vec<Standing>) -> impl IntoView {
    let t = words();
    view! {
        <PageHead title=t.title note=t.note/>
        <Table label=t.title columns=vec![t.text, t.in_force, t.since, t.draft, t.acceptances] amounts=1>
            {texts.into_iter().map(|standing| view! { <Row standing/> }).collect_view()}
        </Table>
    }
}

#[component]
fn Row(standing: Standing) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let Standing {
        kind,
        versions,
        has_draft,
    } = standing;
    let newest = versions.into_iter().next();
    let (tone, version, since, acceptances) = newest.map_or_else(
        || (Tone::Warning, t.none.to_owned(), None, "–".to_owned()),
        |it| {
            (
                Tone::Success,
                version_word(it.version),
                Some(it.at),
                digits(it.acceptances),
            )
        },
    );
    view! {
        <tr>
            <td><a href=format!("{HERE}/{}", key(kind))>{kind_word(kind)}</a></td>
            <td data-label=t.in_force><Badge tone text=version/></td>
            <td data-label=t.since class="wide-only">{since.map(|at| view! { <time datetime=when::machine(at) title=when::minute(locale, at)>{when::day(locale, at)}</time> })}</td>
            <td data-label=t.draft>{if has_draft { view! { <Badge tone=Tone::Info text=t.has_draft/> }.into_any() } else { view! { <span class="text-muted">"–"</span> }.into_any() }}</td>
            <td data-label=t.acceptances class="amount">{acceptances}</td>
        </tr>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_one_name_everywhere() {
        for kind in DocumentKind::ALL {
            let written = serde_json::to_value(kind).expect("a name");
            assert_eq!(written, key(kind));
            assert_eq!(of_key(key(kind)), Ok(kind));
        }
        assert!(of_key("<script>").is_err());
    }
}
