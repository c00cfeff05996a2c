//! The tenant's rules about money.

use super::{MoneySettings, MoneySettingsPatch};
use crate::{Ctx, audit};
use kernel::{Error, Result};
use serde_json::to_value;
use sqlx::PgConnection;
use tenancy::administrators::Permission;

/// The rules that hold now, for the club's administrators.
pub async fn settings(ctx: &Ctx) -> Result<MoneySettings> {
    ctx.require(Permission::ViewConsole)?;
    let mut conn = ctx.conn().await?;
    read_settings(&mut conn).await
}

/// Changes them. Errors: `releaseDays`, `merchantCreditLimit` and `merchantCreditLevel`
/// `out_of_range`.
pub async fn change_settings(ctx: &Ctx, patch: MoneySettingsPatch) -> Result<MoneySettings> {
    ctx.require(Permission::ManageSettings)?;
    let (limit, level) = (patch.merchant_credit_limit, patch.merchant_credit_level);
    Error::check([
        (
            "releaseDays",
            patch
                .release_days
                .is_none_or(|days| (0..=365).contains(&days)),
            "out_of_range",
        ),
        (
            "merchantCreditLimit",
            limit.is_none_or(|limit| !limit.is_negative()),
            "out_of_range",
        ),
        (
            "merchantCreditLevel",
            level.is_none_or(|level| (0..=2).contains(&level)),
            "out_of_range",
        ),
    ])?;
    let mut tx = ctx.begin().await?;
    sqlx::query!("select id from money_settings for no key update")
        .fetch_one(&mut *tx)
        .await?;
    let before = read_settings(&mut tx).await?;
    let after = MoneySettings {
        release_days: patch.release_days.unwrap_or(before.release_days),
        merchant_credit_limit: limit.unwrap_or(before.merchant_credit_limit),
        merchant_credit_level: level.unwrap_or(before.merchant_credit_level),
    };
    if after == before {
        return Ok(after);
    }
    sqlx::query!(
        "update money_settings set release_days = $1, merchant_credit_limit = $2, merchant_credit_level = $3",
        after.release_days,
        after.merchant_credit_limit.centavos(),
        after.merchant_credit_level,
    )
    .execute(&mut *tx)
    .await?;
    let record = audit::Record {
        action: "money_settings.change",
        subject: "money_settings".to_owned(),
        before: Some(to_value(before).map_err(Error::internal)?),
        after: Some(to_value(after).map_err(Error::internal)?),
    };
    audit::record(&mut tx, ctx, record).await?;
    tx.commit().await?;
    Ok(after)
}

/// The rules that hold now, for operations.
pub(crate) async fn read_settings(conn: &mut PgConnection) -> Result<MoneySettings> {
    let settings = sqlx::query_as!(
        MoneySettings,
        r#"select release_days, merchant_credit_limit as "merchant_credit_limit: kernel::Money", merchant_credit_level
           from money_settings"#
    )
    .fetch_one(conn)
    .await?;
    Ok(settings)
}
