//! The JSON API: every group of routes under `/api` with its layers, in the order of section 5.
//!
//! One more group is a feature's `router()` nested here under the layers of its row in that table.

mod document;
mod fallback;
#[cfg(test)]
mod tests;

use crate::{
    auth, cashback, deposits, legal_documents,
    modules::{ModuleGuard, require_module},
    notifications, products, profile, purchases, receipts, referrals, user_documents, users,
    wallet, withdrawals,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRequestParts, Request},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::any,
};
use tenancy::{branding, http, modules::Module, tenants};
use utoipa_axum::router::OpenApiRouter;

/// All routes under `/api`, with their layers and their document.
pub fn router() -> OpenApiRouter {
    let (routes, mut document) = features().split_for_parts();
    document::complete(&mut document);
    let routes: Router = routes
        .route("/api", any(fallback::not_found))
        .route("/api/{*path}", any(fallback::not_found))
        .method_not_allowed_fallback(fallback::method_not_allowed)
        .layer(DefaultBodyLimit::max(http::BODY_LIMIT));
    let mut api = OpenApiRouter::from(routes);
    *api.get_openapi_mut() = document;
    api
}

/// What the features bring, each group under its address and behind its layers.
fn features() -> OpenApiRouter {
    let tenant = OpenApiRouter::default()
        .merge(tenants::api::router())
        .merge(branding::api::router());
    let auth = auth::router().layer(from_fn(require_database));
    let users = users::router()
        .merge(cashback::router())
        .merge(referrals::router().layer(from_fn_with_state(
            ModuleGuard(Module::Referrals),
            require_module,
        )))
        .layer(from_fn(auth::limit_requests))
        .layer(from_fn(auth::require_user));
    let profile = profile::router().layer(from_fn(auth::require_user));
    let wallet = wallet::router()
        .merge(receipts::router())
        .layer(from_fn(auth::require_user));
    let products = products::router()
        .layer(from_fn_with_state(
            ModuleGuard(Module::Marketplace),
            require_module,
        ))
        .layer(from_fn(auth::require_user));
    let purchases = purchases::router()
        .layer(from_fn(auth::limit_requests))
        .layer(from_fn(auth::require_user));
    let deposits = deposits::router().layer(from_fn(auth::require_user));
    // The provider's signature stands for the sign-in. Strangers are counted before they cost a query.
    let webhooks = deposits::webhooks()
        .layer(from_fn(require_database))
        .layer(from_fn(auth::limit_webhooks));

    let withdrawals = withdrawals::router().layer(from_fn(auth::require_user));

    let notifications = notifications::router().layer(from_fn(auth::require_user));
    let documents = legal_documents::router()
        .layer(from_fn(auth::limit_requests))
        .layer(from_fn(auth::require_user));
    let user_documents = user_documents::router()
        .layer(from_fn(auth::limit_requests))
        .layer(from_fn(auth::require_user));

    OpenApiRouter::with_openapi(document::start())
        .nest("/api", tenant)
        .nest("/api/auth", auth)
        .nest("/api/users", users)
        .nest("/api/profile", profile)
        .nest("/api/products", products)
        .nest("/api/wallet", wallet)
        .nest("/api/purchases", purchases)
        .nest("/api/deposits", deposits)
        .nest("/api/pix/webhooks", webhooks)
        .nest("/api/pix/withdrawals", withdrawals)
        .nest("/api/notifications", notifications)
        .nest("/api/documents", documents)
        .nest("/api/user-documents", user_documents)
}

/// Answers 503 at once when the tenant's database cannot be used, before anything is read or counted.
async fn require_database(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let ready = match crate::Ctx::from_request_parts(&mut parts, &()).await {
        Ok(ctx) => ctx.ready().await,
        Err(refusal) => Err(refusal),
    };
    match ready {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(refusal) => refusal.into_response(),
    }
}
