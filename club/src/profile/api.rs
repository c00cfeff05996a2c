//! `/api/profile`: my own account.

use super::{
    Export, NewPixKey, Profile, ProfilePatch, UserPixKey, deletion, export, operations, pix_key,
};
use crate::{Ctx, auth::SignedIn};
use axum::http::{HeaderName, HeaderValue, StatusCode, header::CONTENT_DISPOSITION};
use kernel::{Money, Result};
use secrecy::SecretString;
use serde::Deserialize;
use tenancy::http::{Json, SignedInRefusals};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, without their layers.
pub(crate) fn router() -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(read, change, delete))
        .routes(routes!(change_password))
        .routes(routes!(set_pix_key, remove_pix_key))
        .routes(routes!(export_everything))
}

/// A change of password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PasswordChange {
    /// The present one.
    #[schema(value_type = String, format = "password")]
    current_password: SecretString,
    /// The next one.
    #[schema(value_type = String, format = "password")]
    new_password: SecretString,
}

/// The password again, before something that cannot be undone, and what is given up with it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Leaving {
    /// The account's password.
    #[schema(value_type = String, format = "password")]
    password: SecretString,
    /// Consent to leave what is in the wallet to the club, once what is owed is paid from it: exactly that amount, and only
    /// when it is less than can be withdrawn.
    #[schema(example = "12.34")]
    give_up: Option<Money>,
}

/// My account
#[utoipa::path(
    get, path = "/", tag = "profile", security(("bearer" = [])),
    responses((status = 200, description = "The account.", body = Profile), SignedInRefusals),
)]
async fn read(ctx: Ctx) -> Result<Json<Profile>> {
    operations::read(&ctx).await.map(Json)
}

/// Change my account
#[utoipa::path(
    patch, path = "/", tag = "profile", security(("bearer" = [])), request_body = ProfilePatch,
    responses((status = 200, description = "The account as it is now.", body = Profile), SignedInRefusals),
)]
async fn change(ctx: Ctx, Json(patch): Json<ProfilePatch>) -> Result<Json<Profile>> {
    operations::change(&ctx, patch).await.map(Json)
}

/// Delete my account
#[utoipa::path(
    delete, path = "/", tag = "profile", security(("bearer" = [])),
    request_body(content = Leaving, examples(
        ("an empty wallet" = (value = json!({ "password": "um cavalo correto" }))),
        ("a rest given up" = (value = json!({ "password": "um cavalo correto", "giveUp": "12.34" }))),
    )),
    responses(
        SignedInRefusals,
        (status = 204, description = "The account is gone and cannot come back."),
        (status = 409, description = "`wallet_not_empty` while there is anything in the wallet, pending or blocked; \
          `debt_open` while more is owed to the club than is in the wallet, which pays it first; `withdrawal_open` while \
          money is on its way out.", body = kernel::ErrorBody),
        (status = 422, description = "`giveUp`: `not_below_minimum` (it can be withdrawn), `changed` (something else \
          would be left); `password`: `wrong`.", body = kernel::ErrorBody),
    ),
)]
async fn delete(ctx: Ctx, Json(leaving): Json<Leaving>) -> Result<StatusCode> {
    deletion::delete(&ctx, leaving.password, leaving.give_up).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Change my password; every other session ends
#[utoipa::path(
    patch, path = "/password", tag = "profile", security(("bearer" = [])), request_body = PasswordChange,
    responses((status = 200, description = "New tokens; all older ones have ended.", body = SignedIn), SignedInRefusals),
)]
async fn change_password(ctx: Ctx, Json(change): Json<PasswordChange>) -> Result<Json<SignedIn>> {
    operations::change_password(&ctx, change.current_password, change.new_password)
        .await
        .map(Json)
}

/// Set the Pix key that I am paid to
#[utoipa::path(
    put, path = "/pix-key", tag = "profile", security(("bearer" = [])),
    request_body(content = NewPixKey, example = json!({ "type": "cpf", "key": "111.444.777-35" })),
    responses(
        SignedInRefusals,
        (status = 200, description = "The key as it is kept, and how it is known to be mine.", body = UserPixKey,
         example = json!({
             "type": "cpf", "key": "11144477735", "verifiedBy": "document", "verifiedAt": "2026-06-01T12:00:00Z",
             "setAt": "2026-06-01T12:00:00Z",
         })),
        (status = 422, description = "`key`: what is wrong with it, `unknown` (nobody has it), `not_yours`; `type`:           `required`; `document`: `required` (no CPF or CNPJ in the profile).", body = kernel::ErrorBody),
    ),
)]
async fn set_pix_key(ctx: Ctx, Json(new): Json<NewPixKey>) -> Result<Json<UserPixKey>> {
    pix_key::set_pix_key(&ctx, new).await.map(Json)
}

/// Take my Pix key away
#[utoipa::path(
    delete, path = "/pix-key", tag = "profile", security(("bearer" = [])),
    responses((status = 204, description = "There is no key any more."), SignedInRefusals),
)]
async fn remove_pix_key(ctx: Ctx) -> Result<StatusCode> {
    pix_key::remove_pix_key(&ctx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take a copy of all that is held about me (LGPD)
#[utoipa::path(
    get, path = "/export", tag = "profile", security(("bearer" = [])),
    responses((status = 200, description = "The copy.", body = Export), SignedInRefusals),
)]
async fn export_everything(ctx: Ctx) -> Result<([(HeaderName, HeaderValue); 1], Json<Export>)> {
    let download = HeaderValue::from_static("attachment; filename=\"profile.json\"");
    Ok((
        [(CONTENT_DISPOSITION, download)],
        Json(export::export(&ctx).await?),
    ))
}
