//! `/api/deposits`: putting money into the wallet; and the door for the provider's webhooks.

use super::{Deposit, DepositFilter, DepositStatus, NewDeposit};
use crate::{
    Ctx,
    idempotency::{KeyHeader, Once, StoredAnswer},
    pix::{Webhook, qr},
};
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, rejection::BytesRejection},
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
};
use kernel::{DepositId, Moment, Page, PageRequest, Result};
use serde::Deserialize;
use serde_json::json;
use tenancy::http::{Json, Path, Query, Refusals, SignedInRefusals, unreadable};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// The largest webhook that is read, in bytes.
const WEBHOOK_LIMIT: usize = 256 * 1024;

/// The routes, without their layers.
pub(crate) fn router() -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(create_deposit, list_deposits))
        .routes(routes!(read_deposit))
        .routes(routes!(read_qr_svg))
        .routes(routes!(read_qr_png))
}

/// The door for webhooks. The address that institutions are given ends with a secret; they try it out as it is, and call it
/// with `/pix` added.
pub(crate) fn webhooks() -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(receive_webhook))
        .routes(routes!(receive_trial))
        .routes(routes!(receive_pix))
        .layer(DefaultBodyLimit::max(WEBHOOK_LIMIT))
}

/// Which deposits, and which page of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DepositQuery {
    /// How many, 1 to 100; 25 when absent.
    limit: Option<u16>,
    /// The `nextCursor` of the page before.
    cursor: Option<Uuid>,
    /// With this status.
    status: Option<DepositStatus>,
    /// Made at this moment or later.
    #[param(inline)]
    from: Option<Moment>,
    /// Made before this moment.
    #[param(inline)]
    to: Option<Moment>,
}

/// A deposit, for the document.
fn example() -> serde_json::Value {
    json!({
        "id": "01905f3c-0000-7000-8000-000000000001",
        "userId": "01905f3c-0000-7000-8000-000000000002",
        "status": "waiting",
        "amount": "150.00",
        "brCode": "00020101021226690014br.gov.bcb.pix2547sandbox.invalid/qr/v2/01905f3c0000700080000000000000015204000053039865406150.005802BR5907Sandbox6008Brasilia62070503***6304ABCD",
        "paidAmount": "0.00",
        "returnedAmount": "0.00",
        "createdAt": "2026-06-01T12:00:00Z",
        "expiresAt": "2026-06-01T13:00:00Z",
        "paidAt": null
    })
}

/// Ask for a Pix charge
#[utoipa::path(
    post, path = "/", tag = "deposits", security(("bearer" = [])), params(KeyHeader),
    request_body(content = NewDeposit, example = json!({ "amount": "150.00" })),
    responses(
        SignedInRefusals,
        (status = 201, description = "The deposit, with the text to pay (\"copia e cola\"). Its picture is at `qr.svg` \
                                      and `qr.png` below it.", body = Deposit, example = json!(example())),
        (status = 409, description = "`too_many_waiting`, `deposits_paused`, `pix_refused`, `deposit_expired`, `idempotency_in_progress`.",
         body = kernel::ErrorBody),
        (status = 422, description = "`amount` is `below_minimum` or `above_maximum`; `idempotency_key_reused`.",
         body = kernel::ErrorBody),
    ),
)]
async fn create_deposit(ctx: Ctx, once: Once<NewDeposit>) -> Result<StoredAnswer> {
    super::create(&ctx, &once.key, once.input).await
}

/// My deposits
#[utoipa::path(
    get, path = "/", tag = "deposits", security(("bearer" = [])), params(DepositQuery),
    responses(
        (status = 200, description = "Newest first.", body = Page<Deposit>,
         example = json!({ "data": [example()], "nextCursor": null })),
        SignedInRefusals,
    ),
)]
async fn list_deposits(ctx: Ctx, Query(query): Query<DepositQuery>) -> Result<Json<Page<Deposit>>> {
    let filter = DepositFilter {
        user_id: None,
        status: query.status,
        from: query.from.map(Moment::at),
        to: query.to.map(Moment::at),
    };
    let page = PageRequest {
        limit: query.limit,
        cursor: query.cursor,
    };
    super::list(&ctx, filter, page).await.map(Json)
}

/// One of my deposits; while it waits, the provider is asked
#[utoipa::path(
    get, path = "/{id}", tag = "deposits", security(("bearer" = [])), params(("id" = DepositId, Path)),
    responses(
        (status = 200, description = "The deposit.", body = Deposit, example = json!(example())),
        SignedInRefusals,
    ),
)]
async fn read_deposit(ctx: Ctx, Path(id): Path<DepositId>) -> Result<Json<Deposit>> {
    super::by_id(&ctx, id).await.map(Json)
}

type Picture<T> = ([(HeaderName, HeaderValue); 2], T);

fn picture<T>(media_type: &'static str, picture: T) -> Picture<T> {
    let lasting = HeaderValue::from_static("private, max-age=3600, immutable");
    let media_type = HeaderValue::from_static(media_type);
    (
        [(CONTENT_TYPE, media_type), (CACHE_CONTROL, lasting)],
        picture,
    )
}

/// Its QR code, as a drawing
#[utoipa::path(
    get, path = "/{id}/qr.svg", tag = "deposits", security(("bearer" = [])), params(("id" = DepositId, Path)),
    responses(
        (status = 200, description = "Black on white, as large as its box.", body = String,
         content_type = "image/svg+xml", example = json!("<svg xmlns=\"http://www.w3.org/2000/svg\">…</svg>")),
        SignedInRefusals,
    ),
)]
async fn read_qr_svg(ctx: Ctx, Path(id): Path<DepositId>) -> Result<Picture<String>> {
    let code = super::qr(&ctx, id).await?;
    Ok(picture("image/svg+xml", qr::svg(&code)?))
}

/// Its QR code, as an image
#[utoipa::path(
    get, path = "/{id}/qr.png", tag = "deposits", security(("bearer" = [])), params(("id" = DepositId, Path)),
    responses(
        (status = 200, description = "Eight pixels a module.", body = Vec<u8>, content_type = "image/png"),
        SignedInRefusals,
    ),
)]
async fn read_qr_png(ctx: Ctx, Path(id): Path<DepositId>) -> Result<Picture<Vec<u8>>> {
    let code = super::qr(&ctx, id).await?;
    Ok(picture("image/png", qr::png(&code)?))
}

/// Hear that something changed at the provider
///
/// For the club's provider only, when the proxy in front checks its certificate; the sandbox's calls come from outside in
/// development only. Nothing in the body is believed: what it names and is not settled is fetched from the provider.
#[utoipa::path(
    post, path = "/{provider}", tag = "pix",
    params(("provider" = String, Path, example = "sandbox")),
    request_body(content = Object, description = "As the provider writes it.",
        example = json!({ "pix": [{ "endToEndId": "E12345678202009091221abcdef12345", "valor": "150.00" }] })),
    responses(
        Refusals,
        (status = 200, description = "Heard. Saying it again changes nothing."),
        (status = 404, description = "`not_found`: the club has another provider.", body = kernel::ErrorBody),
    ),
)]
async fn receive_webhook(
    ctx: Ctx,
    Path(provider): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode> {
    hear(&ctx, &provider, None, &headers, body).await
}

/// Hear the provider try out the address that it was given
///
/// `/api/pix/webhooks/efi/<secret>`: as the address is when it is registered. It answers like the one that ends in `/pix`.
#[utoipa::path(
    post, path = "/{provider}/{secret}", tag = "pix",
    params(("provider" = String, Path, example = "efi"),
           ("secret" = String, Path, description = "The secret that the provider was given.", example = "segredo-do-webhook")),
    request_body(content = Object, description = "As the provider writes it.", example = json!({ "evento": "teste_webhook" })),
    responses(
        Refusals,
        (status = 200, description = "Heard. Saying it again changes nothing."),
        (status = 401, description = "`unauthenticated`: another secret.", body = kernel::ErrorBody),
        (status = 404, description = "`not_found`: the club has another provider.", body = kernel::ErrorBody),
    ),
)]
async fn receive_trial(
    ctx: Ctx,
    Path((provider, secret)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode> {
    hear(&ctx, &provider, Some(&secret), &headers, body).await
}

/// Hear from an institution that a payment came in or went back
///
/// `/api/pix/webhooks/efi/<secret>/pix`: the institution adds `/pix` to the address that it was given. Nothing in the body
/// is believed: what it names and is not settled is fetched from the institution.
#[utoipa::path(
    post, path = "/{provider}/{secret}/pix", tag = "pix",
    params(("provider" = String, Path, example = "efi"),
           ("secret" = String, Path, description = "The secret that the provider was given.", example = "segredo-do-webhook")),
    request_body(content = Object, description = "As the provider writes it.",
        example = json!({ "pix": [{ "endToEndId": "E12345678202009091221abcdef12345", "valor": "150.00" }] })),
    responses(
        Refusals,
        (status = 200, description = "Heard. Saying it again changes nothing."),
        (status = 401, description = "`unauthenticated`: another secret.", body = kernel::ErrorBody),
        (status = 404, description = "`not_found`: the club has another provider.", body = kernel::ErrorBody),
    ),
)]
async fn receive_pix(
    ctx: Ctx,
    Path((provider, secret)): Path<(String, String)>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode> {
    hear(&ctx, &provider, Some(&secret), &headers, body).await
}

async fn hear(
    ctx: &Ctx,
    provider: &str,
    token: Option<&str>,
    headers: &HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<StatusCode> {
    let webhook = Webhook {
        token,
        headers,
        body: &body.map_err(unreadable)?,
    };
    super::receive_webhook(ctx, provider, &webhook).await?;
    Ok(StatusCode::OK)
}
