//! The file of a document, for who reviews it: the one thing of a page that is neither a page nor a server function.

use axum::{
    http::{
        HeaderName, HeaderValue,
        header::{
            CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    response::{IntoResponse, Response},
};
use club::{Ctx, files::MediaType, user_documents};
use kernel::{Result, UserDocumentId};
use tenancy::http::Path;

const CORP: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Whatever a stranger has put into the file, it does nothing here. The style is the browser's own, around a picture.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// `GET /admin/documents/{id}/content`: the picture, to be shown on this site's pages only; a PDF, to be saved. No cache
/// keeps it, and that it was opened is audited. Errors: those of [`user_documents::read_content`].
pub async fn content(ctx: Ctx, Path(id): Path<UserDocumentId>) -> Result<Response> {
    let file = user_documents::read_content(&ctx, id).await?;
    let disposition = match file.media_type {
        MediaType::Jpeg | MediaType::Png => "inline",
        MediaType::Pdf => "attachment",
    };
    let headers = [
        (CONTENT_TYPE, file.media_type.as_str()),
        (CONTENT_DISPOSITION, disposition),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "private, no-store"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CORP, "same-origin"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    Ok((headers, file.bytes).into_response())
}
