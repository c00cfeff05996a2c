//! `/api/users/me/cashback-config`: by which percentages my purchases are split.

use super::{CashbackConfig, operations};
use crate::Ctx;
use kernel::{Percent, Result};
use serde::Deserialize;
use tenancy::http::{Json, SignedInRefusals};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, without their layers.
pub(crate) fn router() -> OpenApiRouter {
    OpenApiRouter::default().routes(routes!(my_cashback_config, change_my_cashback_config))
}

/// What a merchant decides about its sales.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CashbackConfigPatch {
    /// What is given back on a sale without products.
    cashback_percent: Percent,
}

/// My cashback percentages, and the rule that decides them
#[utoipa::path(
    get, path = "/me/cashback-config", tag = "users", security(("bearer" = [])),
    responses((status = 200, description = "The percentages.", body = CashbackConfig), SignedInRefusals),
)]
async fn my_cashback_config(ctx: Ctx) -> Result<Json<CashbackConfig>> {
    operations::mine(&ctx).await.map(Json)
}

/// Change what I give back on a sale without products; merchants only
#[utoipa::path(
    patch, path = "/me/cashback-config", tag = "users", security(("bearer" = [])), request_body = CashbackConfigPatch,
    responses((status = 200, description = "As it is now.", body = CashbackConfig), SignedInRefusals),
)]
async fn change_my_cashback_config(
    ctx: Ctx,
    Json(patch): Json<CashbackConfigPatch>,
) -> Result<Json<CashbackConfig>> {
    operations::set_my_percent(&ctx, patch.cashback_percent)
        .await
        .map(Json)
}
