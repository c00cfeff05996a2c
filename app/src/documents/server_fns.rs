//! What the documents' pages ask and change.

use super::{Queue, detail::DocumentView};
use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{HERE, of_review};
#[cfg(feature = "ssr")]
use crate::{form, visit};
#[cfg(feature = "ssr")]
use club::{
    user_documents::{self, Identity},
    users,
};
#[cfg(feature = "ssr")]
use kernel::{Cnpj, Cpf, Error, PageRequest, Result as Outcome, UserDocumentId};

/// One page of the documents that wait for review, and how many do.
#[server(endpoint = "admin/documents")]
pub(crate) async fn list_documents(cursor: String) -> Result<Queue, Refusal> {
    let ctx = visit::tenant()?;
    let page = PageRequest {
        limit: None,
        cursor: cursor.parse().ok(),
    };
    Ok(Queue {
        waiting: user_documents::waiting(&ctx).await?,
        page: user_documents::queue(&ctx, page).await?,
    })
}

/// One document, whose it is, and what else they sent.
#[server(endpoint = "admin/documents/one")]
pub(crate) async fn read_document(id: String) -> Result<DocumentView, Refusal> {
    let ctx = visit::tenant()?;
    let document = user_documents::read_reviewed(&ctx, parsed(&id)?).await?;
    let user = users::by_id(&ctx, document.user_id).await?;
    let mut others = user_documents::of_user(&ctx, user.id, PageRequest::default())
        .await?
        .data;
    others.retain(|other| other.document.id != document.document.id);
    Ok(DocumentView {
        document: document.document,
        reviewed_by: document.reviewed_by,
        user,
        others,
    })
}

/// Approves a document that was compared with this name and these numbers.
#[server(endpoint = "admin/documents/approve")]
pub(crate) async fn approve_document(
    id: String,
    name: String,
    cpf: String,
    cnpj: String,
) -> Result<(), Refusal> {
    form::settle(
        of_review::APPROVE,
        &[],
        approve(&id, name, &cpf, &cnpj).await,
    )?;
    form::done(of_review::APPROVE, "document_approved", Some(HERE));
    Ok(())
}

/// Refuses a document; its member reads the reason.
#[server(endpoint = "admin/documents/refuse")]
pub(crate) async fn refuse_document(id: String, reason: String) -> Result<(), Refusal> {
    let kept = [("reason", reason.as_str())];
    form::settle(of_review::REFUSE, &kept, refuse(&id, &reason).await)?;
    form::done(of_review::REFUSE, "document_refused", Some(HERE));
    Ok(())
}

#[cfg(feature = "ssr")]
async fn approve(id: &str, name: String, cpf: &str, cnpj: &str) -> Outcome<()> {
    let compared_with = Identity {
        name,
        cpf: seen("cpf", cpf, Cpf::parse)?,
        cnpj: seen("cnpj", cnpj, Cnpj::parse)?,
    };
    user_documents::approve(&visit::tenant()?, parsed(id)?, &compared_with)
        .await
        .map(drop)
}

/// A number that stood on the page; empty where there was none.
#[cfg(feature = "ssr")]
fn seen<T>(
    field: &'static str,
    text: &str,
    parse: fn(&str) -> Result<T, &'static str>,
) -> Outcome<Option<T>> {
    let number = (!text.is_empty()).then(|| parse(text)).transpose();
    number.map_err(|reason| Error::invalid(field, reason))
}

#[cfg(feature = "ssr")]
async fn refuse(id: &str, reason: &str) -> Outcome<()> {
    user_documents::refuse(&visit::tenant()?, parsed(id)?, reason)
        .await
        .map(drop)
}

#[cfg(feature = "ssr")]
fn parsed(id: &str) -> Outcome<UserDocumentId> {
    id.parse().map_err(|_| Error::not_found("user document"))
}
