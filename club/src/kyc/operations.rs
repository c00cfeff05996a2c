//! The limits of each level.

use super::KycLimits;
use crate::{Ctx, audit};
use kernel::{Error, Money, Result};
use serde_json::{Map, Value, to_value};
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
