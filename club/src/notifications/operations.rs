//! Reading and marking one's own notifications.

use super::{Notification, NotificationFilter, Unread};
use crate::Ctx;
use kernel::{Error, NotificationId, Page, PageRequest, Result, UserId};
use sqlx::PgConnection;

/// A page of the acting user's notifications, the newest first.
///
/// # Errors
/// `limit: out_of_range`.
pub async fn list(ctx: &Ctx, filter: NotificationFilter) -> Result<Page<Notification>> {
    let user = ctx.user_id()?;
    let page = PageRequest {
        limit: filter.limit,
        cursor: filter.cursor,
    };
    let limit = page.limit()?;
    let mut conn = ctx.conn().await?;
    let rows = sqlx::query_as!(
        Notification,
        r#"select id, kind, subject_id, title, body, read_at is not null as "is_read!", created_at
           from notifications
           where user_id = $1 and ($2::uuid is null or id < $2) and ($3::boolean is null or (read_at is not null) = $3)
           order by id desc limit $4"#,
        user as UserId,
        page.cursor,
        filter.is_read,
        i64::from(limit) + 1,
    )
    .fetch_all(&mut *conn)
    .await?;
    Ok(Page::cut(rows, limit, |row| row.id.0))
}

/// Everything that a user was told, newest first: for a copy of what we hold about them.
pub(crate) async fn all(conn: &mut PgConnection, user: UserId) -> Result<Vec<Notification>> {
    let rows = sqlx::query_as!(
        Notification,
        r#"select id, kind, subject_id, title, body, read_at is not null as "is_read!", created_at
           from notifications where user_id = $1 order by id desc"#,
        user as UserId,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// How many notifications the acting user has not read.
pub async fn unread(ctx: &Ctx) -> Result<Unread> {
    let user = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    let unread = sqlx::query_scalar!(
        r#"select count(*) as "unread!" from notifications where user_id = $1 and read_at is null"#,
        user as UserId,
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(Unread { unread })
}

/// Marks one of the acting user's notifications as read or unread; the time of the first reading stays.
///
/// # Errors
/// No such notification of this user.
pub async fn mark(ctx: &Ctx, id: NotificationId, is_read: bool) -> Result<Notification> {
    let user = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    sqlx::query_as!(
        Notification,
        r#"update notifications set read_at = case when $3 then coalesce(read_at, $4) end
           where id = $1 and user_id = $2
           returning id, kind, subject_id, title, body, read_at is not null as "is_read!", created_at"#,
        id as NotificationId,
        user as UserId,
        is_read,
        ctx.now(),
    )
    .fetch_optional(&mut *conn)
    .await?
    .ok_or_else(|| Error::not_found("notification"))
}

/// Marks all notifications that the acting user has by now as read; how many are unread then.
pub async fn mark_all_read(ctx: &Ctx) -> Result<Unread> {
    let user = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    sqlx::query!(
        "update notifications set read_at = $2 where user_id = $1 and read_at is null",
        user as UserId,
        ctx.now(),
    )
    .execute(&mut *conn)
    .await?;
    drop(conn);
    unread(ctx).await
}

/// Forgets everything that a user who leaves was told, and their devices.
pub(crate) async fn forget(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "with told as (delete from notifications where user_id = $1) delete from devices where user_id = $1",
        user as UserId,
    )
    .execute(conn)
    .await?;
    Ok(())
}
