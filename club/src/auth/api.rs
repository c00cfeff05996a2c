//! `/api/auth`: for people who are not signed in yet. The sign-in limit is counted by the operations, which know the
//! account, or learn that a token is nobody's.

use super::{Credentials, SignedIn, forgot, refresh, sign_in};
use crate::{Ctx, users::NewUser};
use axum::http::StatusCode;
use kernel::Result;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use tenancy::http::{Json, Refusals, SignedInRefusals};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, without their layers.
pub(crate) fn router() -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(register))
        .routes(routes!(login))
        .routes(routes!(refresh_tokens))
        .routes(routes!(logout))
        .routes(routes!(forgot_password))
        .routes(routes!(reset_password))
}

/// A refresh token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RefreshToken {
    /// As it was given out last.
    #[schema(value_type = String)]
    refresh_token: SecretString,
}

/// Whose password was forgotten.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ForgottenPassword {
    /// The account's e-mail.
    #[schema(format = "email")]
    email: String,
}

/// A new password, with the token of the link.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    /// From the link.
    #[schema(value_type = String)]
    token: SecretString,
    /// The new password.
    #[schema(value_type = String, format = "password")]
    password: SecretString,
}

/// What happens next, for whoever reads it.
#[derive(Debug, Serialize, ToSchema)]
struct Notice {
    /// A sentence for the developer.
    message: &'static str,
}

/// Join the club
#[utoipa::path(
    post, path = "/register", tag = "auth", request_body = NewUser,
    responses((status = 201, description = "Registered and signed in.", body = SignedIn), Refusals),
)]
async fn register(ctx: Ctx, Json(new): Json<NewUser>) -> Result<(StatusCode, Json<SignedIn>)> {
    let signed_in = sign_in::register(&ctx, new).await?;
    Ok((StatusCode::CREATED, Json(signed_in)))
}

/// Sign in
#[utoipa::path(
    post, path = "/login", tag = "auth", request_body = Credentials,
    responses((status = 200, description = "Signed in.", body = SignedIn), SignedInRefusals),
)]
async fn login(ctx: Ctx, Json(credentials): Json<Credentials>) -> Result<Json<SignedIn>> {
    sign_in::login(&ctx, credentials).await.map(Json)
}

/// Exchange a refresh token for a new pair
#[utoipa::path(
    post, path = "/refresh", tag = "auth", request_body = RefreshToken,
    responses((status = 200, description = "The next pair of tokens.", body = SignedIn), SignedInRefusals),
)]
async fn refresh_tokens(ctx: Ctx, Json(body): Json<RefreshToken>) -> Result<Json<SignedIn>> {
    refresh::refresh(&ctx, &body.refresh_token).await.map(Json)
}

/// Sign out
#[utoipa::path(
    post, path = "/logout", tag = "auth", request_body = RefreshToken,
    responses((status = 204, description = "The session has ended."), Refusals),
)]
async fn logout(ctx: Ctx, Json(body): Json<RefreshToken>) -> Result<StatusCode> {
    refresh::logout(&ctx, &body.refresh_token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask for a link to set a new password
#[utoipa::path(
    post, path = "/forgot-password", tag = "auth", request_body = ForgottenPassword,
    responses((status = 202, description = "Said whether or not there is such an account.", body = Notice), Refusals),
)]
async fn forgot_password(
    ctx: Ctx,
    Json(body): Json<ForgottenPassword>,
) -> Result<(StatusCode, Json<Notice>)> {
    forgot::forgot_password(&ctx, &body.email).await?;
    let notice = Notice {
        message: "If the e-mail belongs to an account, a message is on its way.",
    };
    Ok((StatusCode::ACCEPTED, Json(notice)))
}

/// Set a new password with the token of a link
#[utoipa::path(
    post, path = "/reset-password", tag = "auth", request_body = NewPassword,
    responses((status = 204, description = "The password is set; every session has ended."), Refusals),
)]
async fn reset_password(ctx: Ctx, Json(body): Json<NewPassword>) -> Result<StatusCode> {
    forgot::reset_password(&ctx, &body.token, body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
