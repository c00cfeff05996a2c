//! `/api/wallet/statement/{transactionId}/receipt`: a movement of mine, signed.

use super::{Receipt, operations};
use crate::Ctx;
use axum::{
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Error, Result, TransactionId};
use tenancy::{
    http::{Json, Path, SignedInRefusals},
    secrets::sha256,
};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, without their layers.
pub(crate) fn router() -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(read_receipt))
        .routes(routes!(read_receipt_pdf))
}

/// The signed receipt of a movement of mine
///
/// `signature` is Ed25519 over the UTF-8 bytes of `text`, and `publicKey` is the key of who is named in it, the same as in
/// `/api/users/me`: anybody can check it. `text` states the same facts as the other fields, one in a line.
#[utoipa::path(
    get, path = "/statement/{transactionId}/receipt", tag = "wallet", security(("bearer" = [])),
    params(("transactionId" = TransactionId, Path)),
    responses((status = 200, description = "The receipt.", body = Receipt), SignedInRefusals),
)]
async fn read_receipt(ctx: Ctx, Path(id): Path<TransactionId>) -> Result<Json<Receipt>> {
    operations::receipt(&ctx, id).await.map(Json)
}

/// The same as a page to keep or to send
#[utoipa::path(
    get, path = "/statement/{transactionId}/receipt.pdf", tag = "wallet", security(("bearer" = [])),
    params(("transactionId" = TransactionId, Path),
           ("If-None-Match" = Option<String>, Header, description = "The `ETag` of the page that the app has.")),
    responses(
        (status = 200, description = "One page in the language of the account; its QR code holds all that is \
                                      needed to check it.",
         body = Vec<u8>, content_type = "application/pdf", headers(("ETag" = String, description = "Names this page."))),
        (status = 304, description = "The page that you have."),
        SignedInRefusals,
    ),
)]
async fn read_receipt_pdf(
    ctx: Ctx,
    Path(id): Path<TransactionId>,
    headers: HeaderMap,
) -> Result<Response> {
    let page = operations::pdf(&ctx, id).await?;
    let header = |text: String| HeaderValue::try_from(text).map_err(Error::internal);
    let tag = header(format!(
        "\"{}\"",
        URL_SAFE_NO_PAD.encode(&sha256(&page)[..16])
    ))?;
    let known = headers.get(IF_NONE_MATCH) == Some(&tag);
    let lasting = [
        (ETAG, tag),
        (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, lasting).into_response());
    }
    let file = [
        (CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (
            CONTENT_DISPOSITION,
            header(format!("attachment; filename=\"receipt-{id}.pdf\""))?,
        ),
    ];
    Ok((lasting, file, page).into_response())
}
