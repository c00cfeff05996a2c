//! The layers of the groups for signed-in users, and the limit of those that need no sign-in.

use super::access;
use crate::{Ctx, users::UserStatus};
use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderMap, HeaderValue, header::AUTHORIZATION},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Error, Result, UserId};
use tenancy::{Actor, throttle::Quota};

/// Lets a request through when its access token is good for this tenant and its user may still act; from here on the
/// context's actor is that user. Else 401, or 503 while the tenant's database cannot be asked.
pub async fn require_user(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let ctx = match Ctx::from_request_parts(&mut parts, &()).await {
        Ok(ctx) => ctx,
        Err(refusal) => return refusal.into_response(),
    };
    match authenticate(&ctx, &parts.headers).await {
        Ok(user) => {
            parts.extensions.insert(ctx.acting_as(Actor::User(user)));
            next.run(Request::from_parts(parts, body)).await
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Counts a request of the signed-in user; 429 when the minute's are used up.
pub async fn limit_requests(ctx: Ctx, request: Request, next: Next) -> Response {
    let quota = ctx.user_id().and_then(|user| {
        ctx.platform
            .throttle
            .api(&format!("{}:{user}", ctx.tenant.id))
    });
    match quota {
        Ok(quota) => {
            let mut response = next.run(request).await;
            describe(quota, response.headers_mut());
            response
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// Counts a call of a provider's webhook by its address; 429 when the minute's are used up.
pub async fn limit_webhooks(ctx: Ctx, request: Request, next: Next) -> Response {
    let Some(address) = ctx.origin.ip else {
        return next.run(request).await;
    };
    match ctx.platform.throttle.webhook(address) {
        Ok(quota) => {
            let mut response = next.run(request).await;
            describe(quota, response.headers_mut());
            response
        }
        Err(refusal) => refusal.into_response(),
    }
}

/// The `RateLimit-*` headers.
pub(super) fn describe(quota: Quota, headers: &mut HeaderMap) {
    headers.insert("ratelimit-limit", HeaderValue::from(quota.limit));
    headers.insert("ratelimit-remaining", HeaderValue::from(quota.remaining));
    headers.insert("ratelimit-reset", HeaderValue::from(quota.reset));
}

/// The token first, so that strangers cost no query; then the one query that ends tokens before their time.
async fn authenticate(ctx: &Ctx, headers: &HeaderMap) -> Result<UserId> {
    let claims = access::read(ctx, bearer(headers)?)?;
    let mut conn = ctx.conn().await?;
    let user = sqlx::query!(
        "select status, token_version from users where id = $1",
        claims.sub as UserId,
    )
    .fetch_optional(&mut *conn)
    .await?;
    match user {
        Some(user) if user.status == UserStatus::Active && user.token_version == claims.ver => {
            Ok(claims.sub)
        }
        _ => Err(Error::unauthenticated().because("the access token was revoked")),
    }
}

fn bearer(headers: &HeaderMap) -> Result<&str> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(Error::unauthenticated());
    };
    let token = value.to_str().ok().and_then(|value| value.split_once(' '));
    match token {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim()),
        _ => Err(Error::unauthenticated()),
    }
}
