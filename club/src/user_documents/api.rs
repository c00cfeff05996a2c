//! `/api/user-documents`: showing who one is.

use super::{UserDocument, UserDocumentKind, operations};
use crate::{Ctx, files::Upload};
use axum::{
    extract::DefaultBodyLimit,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::{IntoResponse, Response},
};
use kernel::{Error, Page, PageRequest, Result, UserDocumentId};
use serde_json::json;
use tenancy::http::{Json, Path, Query, SignedInRefusals, UPLOAD_LIMIT};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, without their layers.
pub(crate) fn router() -> OpenApiRouter {
    let uploads = OpenApiRouter::default()
        .routes(routes!(list_user_documents, submit_user_document))
        .layer(DefaultBodyLimit::max(UPLOAD_LIMIT));
    OpenApiRouter::default()
        .routes(routes!(read_user_document))
        .routes(routes!(user_document_content))
        .merge(uploads)
}

/// A document to be sent.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described; `Upload` reads it")]
struct UserDocumentUpload {
    /// What it shows.
    kind: UserDocumentKind,
    /// JPEG, PNG, WebP or (not as a selfie) PDF, at most 10 MB and 40 million pixels. What it is, its content says.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

fn example() -> serde_json::Value {
    json!({
        "id": "0198c0de-0000-7000-8000-0000000000d1", "kind": "identity_front", "status": "refused",
        "mediaType": "image/jpeg", "size": 183_204, "submittedAt": "2026-06-01T12:00:00Z",
        "reviewedAt": "2026-06-01T15:30:00Z", "reason": "A foto está fora de foco."
    })
}

fn pending() -> serde_json::Value {
    json!({
        "id": "0198c0de-0000-7000-8000-0000000000d2", "kind": "identity_front", "status": "pending",
        "mediaType": "image/jpeg", "size": 183_204, "submittedAt": "2026-06-01T12:00:00Z", "reviewedAt": null,
        "reason": null
    })
}

/// What I sent, and what the club made of it
#[utoipa::path(
    get, path = "/", tag = "user-documents", security(("bearer" = [])), params(PageRequest),
    responses(
        (status = 200, description = "Newest first.", body = Page<UserDocument>,
         example = json!({ "data": [pending(), example()], "nextCursor": null })),
        SignedInRefusals,
    ),
)]
async fn list_user_documents(
    ctx: Ctx,
    Query(page): Query<PageRequest>,
) -> Result<Json<Page<UserDocument>>> {
    operations::list(&ctx, page).await.map(Json)
}

/// Send a document; it replaces one of the same kind that still waits
#[utoipa::path(
    post, path = "/", tag = "user-documents", security(("bearer" = [])),
    request_body(content = UserDocumentUpload, content_type = "multipart/form-data",
                 example = json!({ "kind": "identity_front", "file": "(the bytes of a photo)" })),
    responses(
        (status = 201, description = "It waits for review.", body = UserDocument, example = json!(pending())),
        (status = 409, description = "The account has neither CPF nor CNPJ yet (`tax_number_required`), or no CNPJ that a \
                                      company's registration could show (`cnpj_required`).",
         body = kernel::ErrorBody),
        SignedInRefusals,
    ),
)]
async fn submit_user_document(
    ctx: Ctx,
    mut upload: Upload,
) -> Result<(StatusCode, Json<UserDocument>)> {
    let kind = upload
        .field("kind")
        .ok_or_else(|| Error::invalid("kind", "required"))?;
    let kind = UserDocumentKind::parse(&kind).ok_or_else(|| Error::invalid("kind", "invalid"))?;
    let document = operations::submit(&ctx, kind, upload.file()?).await?;
    Ok((StatusCode::CREATED, Json(document)))
}

/// One document of mine
#[utoipa::path(
    get, path = "/{id}", tag = "user-documents", security(("bearer" = [])), params(("id" = UserDocumentId, Path)),
    responses(
        (status = 200, description = "The document.", body = UserDocument, example = json!(example())),
        SignedInRefusals,
    ),
)]
async fn read_user_document(
    ctx: Ctx,
    Path(id): Path<UserDocumentId>,
) -> Result<Json<UserDocument>> {
    operations::read(&ctx, id).await.map(Json)
}

/// The file of a document of mine, as it is kept
#[utoipa::path(
    get, path = "/{id}/content", tag = "user-documents", security(("bearer" = [])),
    params(("id" = UserDocumentId, Path)),
    responses(
        (status = 200, description = "The file, to be saved; no cache keeps it.",
         content((String = "image/jpeg"), (String = "image/png"), (String = "application/pdf"))),
        SignedInRefusals,
    ),
)]
async fn user_document_content(ctx: Ctx, Path(id): Path<UserDocumentId>) -> Result<Response> {
    let file = operations::content(&ctx, id).await?;
    let headers = [
        (CONTENT_TYPE, file.media_type.as_str()),
        (CONTENT_DISPOSITION, "attachment"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "private, no-store"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((headers, file.bytes).into_response())
}
