//! What the legal texts' pages ask and change. Writing a draft is a route of its own: see `write`.

use super::{LegalView, Standing};
use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{HERE, Published, key, of_draft, of_key, write::seen};
#[cfg(feature = "ssr")]
use crate::{form, visit};
#[cfg(feature = "ssr")]
use club::legal_documents::{self, DocumentKind, DocumentVersion};
#[cfg(feature = "ssr")]
use kernel::{DocumentId, Error, Result as Outcome};

/// How each kind stands.
#[server(endpoint = "admin/legal")]
pub(crate) async fn list_legal() -> Result<Vec<Standing>, Refusal> {
    let all = legal_documents::versions(&visit::tenant()?, None).await?;
    let standings = DocumentKind::ALL.map(|kind| {
        let of_kind: Vec<_> = all.iter().filter(|one| one.kind == kind).collect();
        standing(kind, &of_kind)
    });
    Ok(standings.into())
}

/// One kind, with this version's text; without one the text in force.
#[server(endpoint = "admin/legal/one")]
pub(crate) async fn read_legal(kind: String, version: String) -> Result<LegalView, Refusal> {
    let kind = of_key(&kind)?;
    let all = legal_documents::versions(&visit::tenant()?, Some(kind)).await?;
    let standing = standing(kind, &all.iter().collect::<Vec<_>>());
    let (drafts, published): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|one| one.version.is_none());
    let mut published = published.into_iter();
    let shown = match version.parse() {
        Ok(number) => {
            let shown = published.find(|one| one.version == Some(number));
            Some(shown.ok_or_else(|| Error::not_found("document"))?)
        }
        Err(_) => published.next(),
    };
    Ok(LegalView {
        standing,
        shown,
        draft: drafts.into_iter().next(),
    })
}

/// Publishes a draft as it was seen.
#[server(endpoint = "admin/legal/publish")]
pub(crate) async fn publish_legal(kind: String, id: String, seen: String) -> Result<(), Refusal> {
    let published = publish(&id, &seen).await;
    form::settle(of_draft::PUBLISH, &[], published)?;
    let path = path_of(&kind);
    form::done(of_draft::PUBLISH, "document_published", Some(&path));
    Ok(())
}

/// Throws a draft away.
#[server(endpoint = "admin/legal/discard")]
pub(crate) async fn discard_legal(kind: String, id: String) -> Result<(), Refusal> {
    let discarded = discard(&id).await;
    form::settle(of_draft::DISCARD, &[], discarded)?;
    let path = path_of(&kind);
    form::done(of_draft::DISCARD, "draft_discarded", Some(&path));
    Ok(())
}

/// The draft first, then the newest, as the operation gives them.
#[cfg(feature = "ssr")]
fn standing(kind: DocumentKind, all: &[&DocumentVersion]) -> Standing {
    let published = |one: &&DocumentVersion| {
        Some(Published {
            version: one.version?,
            at: one.published_at?,
            by: one.published_by.clone().unwrap_or_default(),
            acceptances: one.acceptances,
        })
    };
    Standing {
        kind,
        versions: all.iter().filter_map(published).collect(),
        has_draft: all.iter().any(|one| one.version.is_none()),
    }
}

#[cfg(feature = "ssr")]
async fn publish(id: &str, text: &str) -> Outcome<()> {
    let ctx = visit::tenant()?;
    let bad_form = || Error::bad_request("bad_form", "The form cannot be read.");
    let seen = seen(text)?.ok_or_else(bad_form)?;
    let published = legal_documents::publish(&ctx, parsed(id)?, seen).await;
    published.map(drop)
}

#[cfg(feature = "ssr")]
async fn discard(id: &str) -> Outcome<()> {
    legal_documents::discard(&visit::tenant()?, parsed(id)?).await
}

/// The page of a kind; of none the list.
#[cfg(feature = "ssr")]
fn path_of(kind: &str) -> String {
    of_key(kind).map_or_else(|_| HERE.to_owned(), |kind| format!("{HERE}/{}", key(kind)))
}

#[cfg(feature = "ssr")]
fn parsed(id: &str) -> Outcome<DocumentId> {
    id.parse().map_err(|_| Error::not_found("document"))
}
