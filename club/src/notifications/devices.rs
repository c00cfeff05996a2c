//! Where a push finds the user.

use super::{Device, DevicePlatform, NewDevice};
use crate::Ctx;
use kernel::{DeviceId, Error, Locale, Result, UserId};
use sqlx::PgConnection;

/// The longest push token that is kept, in bytes: what an index can hold.
const LONGEST: usize = 2048;

/// Registers the device that the acting user holds. The same device again is renewed; one that was somebody else's is
/// theirs no more, so that nobody is shown another one's notifications on a shared phone.
///
/// # Errors
/// `pushToken: required`, `pushToken: too_long`.
pub async fn register_device(ctx: &Ctx, new: NewDevice) -> Result<Device> {
    let user = ctx.user_id()?;
    let token = new.push_token.trim();
    Error::check([
        ("pushToken", !token.is_empty(), "required"),
        ("pushToken", token.len() <= LONGEST, "too_long"),
    ])?;
    let mut tx = ctx.begin().await?;
    let device = sqlx::query_as!(
        Device,
        r#"insert into devices (id, user_id, platform, push_token, registered_at) values ($1, $2, $3, $4, $5)
           on conflict on constraint devices_push_token_key do update
               set user_id = excluded.user_id, platform = excluded.platform, registered_at = excluded.registered_at,
                   id = case when devices.user_id = excluded.user_id then devices.id else excluded.id end
           returning id, platform, registered_at"#,
        ctx.new_id(),
        user as UserId,
        new.platform as DevicePlatform,
        token,
        ctx.now(),
    )
    .fetch_one(&mut *tx)
    .await?;
    if let Some(locale) = new.locale {
        sqlx::query!(
            "update users set locale = $2 where id = $1 and locale <> $2",
            user as UserId,
            locale as Locale,
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(device)
}

/// All devices of a user: for a copy of what we hold about them.
pub(crate) async fn devices(conn: &mut PgConnection, user: UserId) -> Result<Vec<Device>> {
    let rows = sqlx::query_as!(
        Device,
        "select id, platform, registered_at from devices where user_id = $1 order by id",
        user as UserId,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Removes one of the acting user's devices: nothing is pushed to it any more.
///
/// # Errors
/// No such device of this user.
pub async fn remove_device(ctx: &Ctx, id: DeviceId) -> Result<()> {
    let user = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    let removed = sqlx::query!(
        "delete from devices where id = $1 and user_id = $2",
        id as DeviceId,
        user as UserId,
    )
    .execute(&mut *conn)
    .await?;
    if removed.rows_affected() == 0 {
        return Err(Error::not_found("device"));
    }
    Ok(())
}
