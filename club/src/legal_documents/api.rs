//! `/api/documents`: the legal texts in force, and accepting them.

use super::{Acceptance, Document, DocumentWithText, NewAcceptance, operations};
use crate::Ctx;
use axum::http::StatusCode;
use kernel::{DocumentId, Locale, Page, Result};
use serde::Deserialize;
use serde_json::json;
use tenancy::http::{Json, Path, Query, SignedInRefusals};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, without their layers.
pub(crate) fn router() -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(list_documents))
        .routes(routes!(read_document))
        .routes(routes!(accept_document))
}

/// In which language.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DocumentQuery {
    /// The language to read in; the user's own when absent. A text that does not have it comes in Portuguese.
    #[param(inline)]
    locale: Option<Locale>,
}

fn example() -> serde_json::Value {
    json!({
        "id": "0198c0de-0000-7000-8000-0000000000e1", "kind": "terms", "version": 3, "locale": "pt-BR",
        "title": "Termos de uso", "publishedAt": "2026-06-01T12:00:00Z", "isInForce": true, "acceptedAt": null
    })
}

fn with_text() -> serde_json::Value {
    let mut document = example();
    document["body"] =
        json!("## 1. O clube\n\nQuem compra de um lojista do clube recebe cashback…");
    document
}

fn acceptance() -> serde_json::Value {
    json!({
        "documentId": "0198c0de-0000-7000-8000-0000000000e1", "kind": "terms", "version": 3,
        "acceptedAt": "2026-06-01T12:05:00Z", "ip": "203.0.113.7"
    })
}

/// The legal texts in force, and whether I accepted them
#[utoipa::path(
    get, path = "/", tag = "documents", security(("bearer" = [])), params(DocumentQuery),
    responses(
        (status = 200, description = "One of each kind, without the texts; all on one page.", body = Page<Document>,
         example = json!({ "data": [example()], "nextCursor": null })),
        SignedInRefusals,
    ),
)]
async fn list_documents(
    ctx: Ctx,
    Query(query): Query<DocumentQuery>,
) -> Result<Json<Page<Document>>> {
    operations::in_force(&ctx, query.locale).await.map(Json)
}

/// A published version with its text
#[utoipa::path(
    get, path = "/{id}", tag = "documents", security(("bearer" = [])),
    params(("id" = DocumentId, Path), DocumentQuery),
    responses(
        (status = 200, description = "The version; it never changes.", body = DocumentWithText,
         example = json!(with_text())),
        SignedInRefusals,
    ),
)]
async fn read_document(
    ctx: Ctx,
    Path(id): Path<DocumentId>,
    Query(query): Query<DocumentQuery>,
) -> Result<Json<DocumentWithText>> {
    operations::read(&ctx, id, query.locale).await.map(Json)
}

/// Accept the version in force
#[utoipa::path(
    post, path = "/acceptances", tag = "documents", security(("bearer" = [])),
    request_body(content = NewAcceptance, example = json!({ "documentId": "0198c0de-0000-7000-8000-0000000000e1" })),
    responses(
        (status = 201, description = "Accepted.", body = Acceptance, example = json!(acceptance())),
        (status = 200, description = "It was accepted before.", body = Acceptance, example = json!(acceptance())),
        (status = 409, description = "There is a newer version (`document_not_in_force`).", body = kernel::ErrorBody),
        SignedInRefusals,
    ),
)]
async fn accept_document(
    ctx: Ctx,
    Json(new): Json<NewAcceptance>,
) -> Result<(StatusCode, Json<Acceptance>)> {
    let (acceptance, is_new) = operations::accept(&ctx, new.document_id).await?;
    let status = if is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(acceptance)))
}
