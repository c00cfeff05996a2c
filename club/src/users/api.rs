//! `/api/users`: who I am and what I may use.

use super::{User, operations};
use crate::{
    Ctx,
    modules::{self, ModuleAccess},
};
use kernel::{Page, PageRequest, Result};
use tenancy::http::{Json, Query, SignedInRefusals};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, without their layers.
pub(crate) fn router() -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(me))
        .routes(routes!(my_modules))
}

/// The signed-in user
#[utoipa::path(
    get, path = "/me", tag = "users", security(("bearer" = [])),
    responses((status = 200, description = "Who is signed in.", body = User), SignedInRefusals),
)]
async fn me(ctx: Ctx) -> Result<Json<User>> {
    operations::me(&ctx).await.map(Json)
}

/// What the signed-in user may use, and why
#[utoipa::path(
    get, path = "/me/modules", tag = "users", security(("bearer" = [])), params(PageRequest),
    responses(
        (status = 200, description = "Every module of the club with the level that decided.", body = Page<ModuleAccess>),
        SignedInRefusals,
    ),
)]
async fn my_modules(ctx: Ctx, Query(page): Query<PageRequest>) -> Result<Json<Page<ModuleAccess>>> {
    modules::mine(&ctx, page).await.map(Json)
}
