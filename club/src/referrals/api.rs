//! `/api/users/me/referrals`: whom I brought.

use super::{Referrals, operations};
use crate::Ctx;
use kernel::{PageRequest, Result};
use tenancy::http::{Json, Query, SignedInRefusals};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The route, without its layers.
pub(crate) fn router() -> OpenApiRouter {
    OpenApiRouter::default().routes(routes!(mine))
}

/// My code, whom I brought and what it earned me
#[utoipa::path(
    get, path = "/me/referrals", tag = "users", security(("bearer" = [])), params(PageRequest),
    responses((status = 200, description = "A page of referrals.", body = Referrals), SignedInRefusals),
)]
async fn mine(ctx: Ctx, Query(page): Query<PageRequest>) -> Result<Json<Referrals>> {
    operations::mine(&ctx, page).await.map(Json)
}
