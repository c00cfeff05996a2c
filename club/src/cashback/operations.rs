//! Reading and setting a user's percentages.

use super::{CashbackConfig, CashbackOverride, decide};
use crate::{Ctx, audit, users::UserType};
use kernel::{CashbackSplit, Error, OnConstraint, Percent, Result, UserId};
use serde_json::{Value, json, to_value};
use sqlx::PgConnection;
use tenancy::administrators::Permission;

/// By which percentages the acting user's purchases, or sales, are split, and why.
pub async fn mine(ctx: &Ctx) -> Result<CashbackConfig> {
    let user = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    config(&mut conn, ctx, user).await
}

/// The same of any user, for the club's administrators.
pub async fn of_user(ctx: &Ctx, user: UserId) -> Result<CashbackConfig> {
    ctx.require(Permission::ViewMembers)?;
    let mut conn = ctx.conn().await?;
    config(&mut conn, ctx, user).await
}

/// Gives a user percentages of their own, with the reason that explains them later. Purchases made before keep theirs.
///
/// # Errors
/// `percentages: must_sum_to_100`, `reason: required | too_long`, no such user.
pub async fn set_for_user(
    ctx: &Ctx,
    user: UserId,
    percentages: CashbackSplit,
    reason: &str,
) -> Result<()> {
    ctx.require(Permission::ManageMembers)?;
    percentages.check()?;
    let reason = audit::reason(reason)?;
    let mut tx = ctx.begin().await?;
    let before = own(&mut tx, user).await?;
    sqlx::query!(
        "insert into user_cashback_configs (user_id, consumer_percent, club_percent, consumer_referrer_percent,
                                            merchant_referrer_percent, set_by, set_at, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (user_id) do update set
             consumer_percent = excluded.consumer_percent, club_percent = excluded.club_percent,
             consumer_referrer_percent = excluded.consumer_referrer_percent,
             merchant_referrer_percent = excluded.merchant_referrer_percent,
             set_by = excluded.set_by, set_at = excluded.set_at, reason = excluded.reason",
        user as UserId,
        percentages.consumer_percent.decimal(),
        percentages.club_percent.decimal(),
        percentages.consumer_referrer_percent.decimal(),
        percentages.merchant_referrer_percent.decimal(),
        ctx.actor.label(),
        ctx.now(),
        reason,
    )
    .execute(&mut *tx)
    .await
    .on_constraint("user_cashback_configs_user_id_fkey", || {
        Error::not_found("user")
    })?;
    let mut after = value(percentages)?;
    after["reason"] = json!(reason);
    let before = before.map(|own| value(own.percentages)).transpose()?;
    note(
        &mut tx,
        ctx,
        "user_cashback_config.set",
        user,
        before,
        Some(after),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a user's own percentages away. Nothing happens when there are none.
pub async fn clear_for_user(ctx: &Ctx, user: UserId) -> Result<()> {
    ctx.require(Permission::ManageMembers)?;
    let mut tx = ctx.begin().await?;
    if let Some(before) = own(&mut tx, user).await? {
        sqlx::query!(
            "delete from user_cashback_configs where user_id = $1",
            user as UserId
        )
        .execute(&mut *tx)
        .await?;
        let before = Some(value(before.percentages)?);
        note(
            &mut tx,
            ctx,
            "user_cashback_config.clear",
            user,
            before,
            None,
        )
        .await?;
    }
    tx.commit().await?;
    Ok(())
}

/// What a merchant gives back on a sale without products, set by the club.
///
/// # Errors
/// No such merchant.
pub async fn set_merchant_percent(ctx: &Ctx, merchant: UserId, percent: Percent) -> Result<()> {
    ctx.require(Permission::ManageMembers)?;
    write_percent(ctx, merchant, percent).await
}

/// The same, set by the acting merchant. Consumers have none: 403.
pub async fn set_my_percent(ctx: &Ctx, percent: Percent) -> Result<CashbackConfig> {
    write_percent(ctx, ctx.user_id()?, percent).await?;
    mine(ctx).await
}

/// Forgets what was set for a user who leaves. Purchases keep what held for them.
pub(crate) async fn forget(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "with percentages as (delete from user_cashback_configs where user_id = $1)
         delete from merchant_settings where user_id = $1",
        user as UserId,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn write_percent(ctx: &Ctx, merchant: UserId, percent: Percent) -> Result<()> {
    let mut tx = ctx.begin().await?;
    if user_type(&mut tx, merchant).await? != UserType::Merchant {
        return Err(Error::forbidden());
    }
    let before = sqlx::query_scalar!(
        r#"select cashback_percent as "percent: Percent" from merchant_settings where user_id = $1"#,
        merchant as UserId
    )
    .fetch_optional(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into merchant_settings (user_id, cashback_percent) values ($1, $2)
         on conflict (user_id) do update set cashback_percent = excluded.cashback_percent",
        merchant as UserId,
        percent.decimal(),
    )
    .execute(&mut *tx)
    .await?;
    let before = before.map(|percent| json!({ "cashbackPercent": percent }));
    let after = Some(json!({ "cashbackPercent": percent }));
    note(
        &mut tx,
        ctx,
        "merchant_settings.change",
        merchant,
        before,
        after,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

async fn config(conn: &mut PgConnection, ctx: &Ctx, user: UserId) -> Result<CashbackConfig> {
    let own = own(conn, user).await?;
    let (chain, cashback_percent) = match user_type(conn, user).await? {
        UserType::Consumer => (decide(own, None, ctx.tenant.cashback), None),
        UserType::Merchant => {
            let percent = sqlx::query_scalar!(
                r#"select cashback_percent as "percent: Percent" from merchant_settings where user_id = $1"#,
                user as UserId
            )
            .fetch_optional(conn)
            .await?;
            (
                decide(None, own, ctx.tenant.cashback),
                Some(percent.unwrap_or_default()),
            )
        }
    };
    let decided = chain.into_iter().next();
    Ok(CashbackConfig {
        decided: decided.ok_or_else(|| Error::internal("the chain has no end"))?,
        cashback_percent,
    })
}

async fn user_type(conn: &mut PgConnection, user: UserId) -> Result<UserType> {
    sqlx::query_scalar!("select user_type from users where id = $1", user as UserId)
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Error::not_found("user"))
}

async fn own(conn: &mut PgConnection, user: UserId) -> Result<Option<CashbackOverride>> {
    let row = sqlx::query!(
        r#"select consumer_percent as "consumer: Percent", club_percent as "club: Percent",
                  consumer_referrer_percent as "consumer_referrer: Percent",
                  merchant_referrer_percent as "merchant_referrer: Percent", set_by, set_at, reason
           from user_cashback_configs where user_id = $1"#,
        user as UserId
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| CashbackOverride {
        percentages: CashbackSplit {
            consumer_percent: row.consumer,
            club_percent: row.club,
            consumer_referrer_percent: row.consumer_referrer,
            merchant_referrer_percent: row.merchant_referrer,
        },
        set_by: row.set_by,
        set_at: row.set_at,
        reason: row.reason,
    }))
}

fn value(percentages: CashbackSplit) -> Result<Value> {
    to_value(percentages).map_err(Error::internal)
}

async fn note(
    conn: &mut PgConnection,
    ctx: &Ctx,
    action: &str,
    user: UserId,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    let record = audit::Record {
        action,
        subject: format!("user:{user}"),
        before,
        after,
    };
    audit::record(conn, ctx, record).await
}
