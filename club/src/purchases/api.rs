//! `/api/purchases`: buying, registering sales, reading and giving back.

use super::{
    Explanation, NewPurchase, NewRefund, Payment, Purchase, PurchaseFilter, PurchaseStatus, Refund,
};
use crate::{
    Ctx,
    idempotency::{KeyHeader, Once, StoredAnswer},
};
use kernel::{Moment, Page, PageRequest, PurchaseId, Result};
use serde::Deserialize;
use tenancy::http::{Json, Path, Query, SignedInRefusals};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// The routes, without their layers.
pub(crate) fn router() -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(create_purchase, list_purchases))
        .routes(routes!(read_purchase))
        .routes(routes!(explain_purchase))
        .routes(routes!(create_refund, list_refunds))
}

/// Which purchases, and which page of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct PurchaseQuery {
    /// How many, 1 to 100; 25 when absent.
    limit: Option<u16>,
    /// The `nextCursor` of the page before.
    cursor: Option<Uuid>,
    /// Paid like this.
    payment: Option<Payment>,
    /// With this status.
    status: Option<PurchaseStatus>,
    /// Made at this moment or later.
    #[param(inline)]
    from: Option<Moment>,
    /// Made before this moment.
    #[param(inline)]
    to: Option<Moment>,
}

/// Buy from the wallet, or register a sale that was paid outside
#[utoipa::path(
    post, path = "/", tag = "purchases", security(("bearer" = [])), params(KeyHeader), request_body = NewPurchase,
    responses(
        (status = 201, description = "The purchase.", body = Purchase),
        (status = 200, description = "The receipt number is known: the purchase that it belongs to.", body = Purchase),
        (status = 409, description = "`insufficient_balance`, `receipt_number_used`, `idempotency_in_progress`.",
         body = kernel::ErrorBody),
        SignedInRefusals,
    ),
)]
async fn create_purchase(ctx: Ctx, once: Once<NewPurchase>) -> Result<StoredAnswer> {
    super::record(&ctx, &once.key, once.input).await
}

/// My purchases, or my sales
#[utoipa::path(
    get, path = "/", tag = "purchases", security(("bearer" = [])), params(PurchaseQuery),
    responses((status = 200, description = "Newest first.", body = Page<Purchase>), SignedInRefusals),
)]
async fn list_purchases(
    ctx: Ctx,
    Query(query): Query<PurchaseQuery>,
) -> Result<Json<Page<Purchase>>> {
    let filter = PurchaseFilter {
        user_id: None,
        payment: query.payment,
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

/// One of my purchases or sales
#[utoipa::path(
    get, path = "/{id}", tag = "purchases", security(("bearer" = [])), params(("id" = PurchaseId, Path)),
    responses((status = 200, description = "The purchase.", body = Purchase), SignedInRefusals),
)]
async fn read_purchase(ctx: Ctx, Path(id): Path<PurchaseId>) -> Result<Json<Purchase>> {
    super::by_id(&ctx, id).await.map(Json)
}

/// Why its cashback is what it is
#[utoipa::path(
    get, path = "/{id}/explain", tag = "purchases", security(("bearer" = [])), params(("id" = PurchaseId, Path)),
    responses(
        (status = 200, description = "Percentages, override chain and the rule that decided each share.",
         body = Explanation),
        SignedInRefusals,
    ),
)]
async fn explain_purchase(ctx: Ctx, Path(id): Path<PurchaseId>) -> Result<Json<Explanation>> {
    super::explain(&ctx, id).await.map(Json)
}

/// Give a sale back, whole or in part; its merchant only
#[utoipa::path(
    post, path = "/{id}/refunds", tag = "purchases", security(("bearer" = [])),
    params(("id" = PurchaseId, Path), KeyHeader), request_body = NewRefund,
    responses(
        (status = 201, description = "The refund.", body = Refund),
        (status = 409, description = "`already_refunded`, `insufficient_balance`, `consumer_left`, `merchant_left`, \
         `idempotency_in_progress`.",
         body = kernel::ErrorBody),
        SignedInRefusals,
    ),
)]
async fn create_refund(
    ctx: Ctx,
    Path(id): Path<PurchaseId>,
    once: Once<NewRefund>,
) -> Result<StoredAnswer> {
    super::refund(&ctx, &once.key, id, once.input).await
}

/// Its refunds
#[utoipa::path(
    get, path = "/{id}/refunds", tag = "purchases", security(("bearer" = [])),
    params(("id" = PurchaseId, Path), PageRequest),
    responses((status = 200, description = "Newest first.", body = Page<Refund>), SignedInRefusals),
)]
async fn list_refunds(
    ctx: Ctx,
    Path(id): Path<PurchaseId>,
    Query(page): Query<PageRequest>,
) -> Result<Json<Page<Refund>>> {
    super::refunds(&ctx, id, page).await.map(Json)
}
