//! `/api/notifications`: what the club told me, and where it may push to.

use super::{
    Device, NewDevice, Notification, NotificationFilter, NotificationPatch, Unread, devices,
    operations,
};
use crate::Ctx;
use axum::http::StatusCode;
use kernel::{DeviceId, Error, NotificationId, Page, Result};
use tenancy::http::{Json, Path, Query, SignedInRefusals};
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, without their layers.
pub(crate) fn router() -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(list, mark_all_read))
        .routes(routes!(unread_count))
        .routes(routes!(mark))
        .routes(routes!(register_device))
        .routes(routes!(remove_device))
}

/// My notifications, the newest first
#[utoipa::path(
    get, path = "/", tag = "notifications", security(("bearer" = [])), params(NotificationFilter),
    responses((status = 200, description = "A page of them.", body = Page<Notification>), SignedInRefusals),
)]
async fn list(
    ctx: Ctx,
    Query(filter): Query<NotificationFilter>,
) -> Result<Json<Page<Notification>>> {
    operations::list(&ctx, filter).await.map(Json)
}

/// How many of my notifications are unread
#[utoipa::path(
    get, path = "/unread-count", tag = "notifications", security(("bearer" = [])),
    responses((status = 200, description = "The number for the badge.", body = Unread), SignedInRefusals),
)]
async fn unread_count(ctx: Ctx) -> Result<Json<Unread>> {
    operations::unread(&ctx).await.map(Json)
}

/// Mark all my notifications as read
#[utoipa::path(
    patch, path = "/", tag = "notifications", security(("bearer" = [])), request_body = NotificationPatch,
    responses((status = 200, description = "How many are unread now.", body = Unread), SignedInRefusals),
)]
async fn mark_all_read(ctx: Ctx, Json(patch): Json<NotificationPatch>) -> Result<Json<Unread>> {
    Error::check([("isRead", patch.is_read, "must_be_true")])?;
    operations::mark_all_read(&ctx).await.map(Json)
}

/// Mark one of my notifications as read or unread
#[utoipa::path(
    patch, path = "/{id}", tag = "notifications", security(("bearer" = [])), request_body = NotificationPatch,
    params(("id" = NotificationId, Path, description = "The notification.")),
    responses((status = 200, description = "The notification as it is now.", body = Notification), SignedInRefusals),
)]
async fn mark(
    ctx: Ctx,
    Path(id): Path<NotificationId>,
    Json(patch): Json<NotificationPatch>,
) -> Result<Json<Notification>> {
    operations::mark(&ctx, id, patch.is_read).await.map(Json)
}

/// Register this device for pushes
#[utoipa::path(
    post, path = "/devices", tag = "notifications", security(("bearer" = [])), request_body = NewDevice,
    responses(
        (status = 201, description = "The device; the same one again is renewed.", body = Device),
        SignedInRefusals,
    ),
)]
async fn register_device(
    ctx: Ctx,
    Json(new): Json<NewDevice>,
) -> Result<(StatusCode, Json<Device>)> {
    let device = devices::register_device(&ctx, new).await?;
    Ok((StatusCode::CREATED, Json(device)))
}

/// Remove one of my devices
#[utoipa::path(
    delete, path = "/devices/{id}", tag = "notifications", security(("bearer" = [])),
    params(("id" = DeviceId, Path, description = "The device.")),
    responses((status = 204, description = "Nothing is pushed to it any more."), SignedInRefusals),
)]
async fn remove_device(ctx: Ctx, Path(id): Path<DeviceId>) -> Result<StatusCode> {
    devices::remove_device(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
