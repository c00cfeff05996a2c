//! `/api/pix/withdrawals`: taking money out.

use super::{NewWithdrawal, Quote, Withdrawal, WithdrawalFilter, WithdrawalStatus};
use crate::{
    Ctx,
    idempotency::{KeyHeader, Once, StoredAnswer},
};
use kernel::{Moment, Money, Page, PageRequest, Result, WithdrawalId};
use serde::Deserialize;
use tenancy::http::{Json, Path, Query, SignedInRefusals};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// The routes, without their layers.
pub(crate) fn router() -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(create_withdrawal, list_withdrawals))
        .routes(routes!(quote_withdrawal))
        .routes(routes!(read_withdrawal))
}

/// Of which amount.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct QuoteQuery {
    /// What would leave the wallet, the fee included.
    #[param(value_type = String, example = "100.00")]
    amount: Money,
}

/// Which withdrawals, and which page of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WithdrawalQuery {
    /// How many, 1 to 100; 25 when absent.
    limit: Option<u16>,
    /// The `nextCursor` of the page before.
    cursor: Option<Uuid>,
    /// With this status.
    #[param(inline)]
    status: Option<WithdrawalStatus>,
    /// Asked for at this moment or later.
    #[param(inline)]
    from: Option<Moment>,
    /// Asked for before this moment.
    #[param(inline)]
    to: Option<Moment>,
}

/// What a withdrawal would cost, and whether it is possible
#[utoipa::path(
    get, path = "/quote", tag = "pix", security(("bearer" = [])), params(QuoteQuery),
    responses(
        (status = 200, description = "Show it before asking for the withdrawal. Nothing moves.", body = Quote,
         example = json!({
             "amount": "100.00", "feePercent": "2.5", "fee": "2.50", "netAmount": "97.50", "available": "231.17",
             "minAmount": "50.00", "leftToday": "1000.00",
             "pixKey": { "type": "email", "key": "a***@example.com" }, "isAutomatic": false, "refusals": [],
         })),
        SignedInRefusals,
    ),
)]
async fn quote_withdrawal(ctx: Ctx, Query(query): Query<QuoteQuery>) -> Result<Json<Quote>> {
    super::quote(&ctx, query.amount).await.map(Json)
}

/// Withdraw to the Pix key of my profile
#[utoipa::path(
    post, path = "/", tag = "pix", security(("bearer" = [])), params(KeyHeader),
    request_body(content = NewWithdrawal, example = json!({ "amount": "100.00", "netAmount": "97.50" })),
    responses(
        SignedInRefusals,
        (status = 201, description = "The withdrawal: `requested`, or `approved` within the club's automatic limit.",
         body = Withdrawal),
        (status = 409, description = "`insufficient_balance`; `payouts_not_offered` when the institution that holds the \
          club's money does not send any; `idempotency_in_progress`.", body = kernel::ErrorBody),
        (status = 422, description = "`below_minimum`, `above_daily_limit`, `document_required`, `pix_key_required`, \
          `pix_key_not_yours` (each with its field), `netAmount` `changed`, `idempotency_key_reused`.",
         body = kernel::ErrorBody),
    ),
)]
async fn create_withdrawal(ctx: Ctx, once: Once<NewWithdrawal>) -> Result<StoredAnswer> {
    super::request(&ctx, &once.key, once.input).await
}

/// My withdrawals
#[utoipa::path(
    get, path = "/", tag = "pix", security(("bearer" = [])), params(WithdrawalQuery),
    responses(
        (status = 200, description = "Newest first.", body = Page<Withdrawal>),
        SignedInRefusals,
    ),
)]
async fn list_withdrawals(
    ctx: Ctx,
    Query(query): Query<WithdrawalQuery>,
) -> Result<Json<Page<Withdrawal>>> {
    let filter = WithdrawalFilter {
        status: query.status,
        from: query.from.map(Moment::at),
        to: query.to.map(Moment::at),
        ..WithdrawalFilter::default()
    };
    let page = PageRequest {
        limit: query.limit,
        cursor: query.cursor,
    };
    super::list(&ctx, filter, page).await.map(Json)
}

/// One of my withdrawals
#[utoipa::path(
    get, path = "/{id}", tag = "pix", security(("bearer" = [])), params(("id" = WithdrawalId, Path)),
    responses(
        (status = 200, description = "The withdrawal.", body = Withdrawal),
        SignedInRefusals,
    ),
)]
async fn read_withdrawal(ctx: Ctx, Path(id): Path<WithdrawalId>) -> Result<Json<Withdrawal>> {
    super::by_id(&ctx, id).await.map(Json)
}
