//! The limits of each level, and the level of each user.

use super::{KycLimits, level};
use crate::{Ctx, audit, user_documents::UserDocumentKind};
use kernel::{Error, Money, Result, UserId};
use serde_json::{Map, Value, json, to_value};
use sqlx::PgConnection;
use tenancy::administrators::Permission;

/// The most that may leave on one day the wallet of a user of this level (`users.kyc_level`); `None`: no limit of its own.
/// Which day it is, and what left on it already, is the caller's business.
pub async fn daily_limit(conn: &mut PgConnection, level: i16) -> Result<Option<Money>> {
    let centavos = sqlx::query_scalar!(
        "select (kyc_daily_limits ->> $1)::bigint from money_settings",
        level.to_string(),
    )
    .fetch_one(conn)
    .await?;
    Ok(centavos.map(Money::from_centavos))
}

/// The limits that hold now, for the club's administrators.
pub async fn limits(ctx: &Ctx) -> Result<KycLimits> {
    ctx.require(Permission::ViewConsole)?;
    let mut conn = ctx.conn().await?;
    read(&mut conn).await
}

/// Replaces the limits; they hold from the next withdrawal on. Errors: those of [`KycLimits::check`].
pub async fn change_limits(ctx: &Ctx, limits: KycLimits) -> Result<KycLimits> {
    ctx.require(Permission::ManageSettings)?;
    limits.check()?;
    let mut tx = ctx.begin().await?;
    sqlx::query!("select id from money_settings for no key update")
        .fetch_one(&mut *tx)
        .await?;
    let before = read(&mut tx).await?;
    if before == limits {
        return Ok(limits);
    }
    sqlx::query!(
        "update money_settings set kyc_daily_limits = $1",
        stored(&limits)
    )
    .execute(&mut *tx)
    .await?;
    let record = audit::Record {
        action: "kyc_limits.change",
        subject: "money_settings".to_owned(),
        before: Some(to_value(before).map_err(Error::internal)?),
        after: Some(to_value(limits).map_err(Error::internal)?),
    };
    audit::record(&mut tx, ctx, record).await?;
    tx.commit().await?;
    Ok(limits)
}

/// Gives a user the level that their approved documents allow, and says which. The caller has locked the user's row.
pub(crate) async fn follow_documents(
    conn: &mut PgConnection,
    ctx: &Ctx,
    user: UserId,
) -> Result<i16> {
    let known = sqlx::query!(
        r#"select u.kyc_level, (u.cnpj is not null) as "is_company!",
                  (select array_agg(distinct d.kind) from user_documents d
                   where d.user_id = u.id and d.status = 'approved') as "approved: Vec<UserDocumentKind>"
           from users u where u.id = $1"#,
        user as UserId,
    )
    .fetch_one(&mut *conn)
    .await?;
    let level = level(known.is_company, &known.approved.unwrap_or_default());
    if level == known.kyc_level {
        return Ok(level);
    }
    sqlx::query!(
        "update users set kyc_level = $2, updated_at = $3 where id = $1",
        user as UserId,
        level,
        ctx.now(),
    )
    .execute(&mut *conn)
    .await?;
    let record = audit::Record {
        action: "user.kyc_level",
        subject: format!("user:{user}"),
        before: Some(json!({ "kycLevel": known.kyc_level })),
        after: Some(json!({ "kycLevel": level })),
    };
    audit::record(conn, ctx, record).await?;
    Ok(level)
}

async fn read(conn: &mut PgConnection) -> Result<KycLimits> {
    Ok(KycLimits {
        level0: daily_limit(&mut *conn, 0).await?,
        level1: daily_limit(&mut *conn, 1).await?,
        level2: daily_limit(&mut *conn, 2).await?,
    })
}

/// Centavos under the number of the level, without those that have no limit.
fn stored(limits: &KycLimits) -> Value {
    let levels = [
        ("0", limits.level0),
        ("1", limits.level1),
        ("2", limits.level2),
    ];
    let limited = levels
        .into_iter()
        .filter_map(|(level, limit)| Some((level.to_owned(), limit?.centavos().into())));
    Value::Object(limited.collect::<Map<_, _>>())
}
