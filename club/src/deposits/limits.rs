//! How much may come in at once.

use super::DepositLimits;
use crate::{Ctx, audit};
use kernel::{Error, Money, Result};
use serde_json::to_value;
use sqlx::PgConnection;
use tenancy::administrators::Permission;

/// The limits that hold now, for the club's administrators.
pub async fn limits(ctx: &Ctx) -> Result<DepositLimits> {
    ctx.require(Permission::ViewConsole)?;
    read(&mut *ctx.conn().await?).await
}

/// Replaces the limits; they hold for deposits that are asked for from now on. Errors: those of [`DepositLimits::check`].
pub async fn change_limits(ctx: &Ctx, limits: DepositLimits) -> Result<DepositLimits> {
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
        "update money_settings set deposit_minimum = $1, deposit_maximum = $2, deposit_most_waiting = $3",
        limits.minimum.centavos(),
        limits.maximum.centavos(),
        limits.most_waiting,
    )
    .execute(&mut *tx)
    .await?;
    let record = audit::Record {
        action: "deposit_limits.change",
        subject: "money_settings".to_owned(),
        before: Some(to_value(before).map_err(Error::internal)?),
        after: Some(to_value(limits).map_err(Error::internal)?),
    };
    audit::record(&mut tx, ctx, record).await?;
    tx.commit().await?;
    Ok(limits)
}

pub(super) async fn read(conn: &mut PgConnection) -> Result<DepositLimits> {
    let limits = sqlx::query_as!(
        DepositLimits,
        r#"select deposit_minimum as "minimum: Money", deposit_maximum as "maximum: Money",
                  deposit_most_waiting as most_waiting
           from money_settings"#
    )
    .fetch_one(conn)
    .await?;
    Ok(limits)
}
