//! The last step: what every new tenant begins with, in one transaction, after which it is served.

use super::{fail_point, register::Draft};
use crate::{
    PlatformCtx, audit, migrations::tenant_version, modules::Module, tenants::WithdrawalConfig,
};
use kernel::{CashbackSplit, Result};
use sqlx::PgConnection;
use time::Duration;

/// How long a new tenant is served without a subscription.
const TRIAL: Duration = Duration::days(30);

/// Gives the tenant its percentages, withdrawal rules, modules and zero stats, and opens it.
pub(super) async fn settle(ctx: &PlatformCtx, draft: &Draft) -> Result<()> {
    let mut tx = ctx.platform.master.begin().await?;
    cashback(&mut tx, ctx, draft).await?;
    withdrawal(&mut tx, ctx, draft).await?;
    modules(&mut tx, ctx, draft).await?;
    sqlx::query!(
        "insert into tenant_stats (tenant_id, computed_at) values ($1, $2) on conflict do nothing",
        draft.id.0,
        ctx.now()
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update tenants
         set provisioning = 'active', provisioning_error = null, trial_ends_at = $2, updated_at = $3,
             schema_version = $4, schema_checked_at = $3, schema_error = null
         where id = $1",
        draft.id.0,
        ctx.now() + TRIAL,
        ctx.now(),
        tenant_version(),
    )
    .execute(&mut *tx)
    .await?;
    let record = audit::Record {
        tenant_id: Some(draft.id),
        action: "tenant.create",
        subject: draft.slug.as_str(),
        before: None,
        after: Some(
            serde_json::json!({ "database": draft.database_name, "user": draft.database_user }),
        ),
    };
    audit::record(&mut tx, ctx, record).await?;
    fail_point::reached("settled");
    tx.commit().await?;
    Ok(())
}

async fn cashback(conn: &mut PgConnection, ctx: &PlatformCtx, draft: &Draft) -> Result<()> {
    let split = CashbackSplit::default();
    sqlx::query!(
        "insert into tenant_cashback_configs
             (tenant_id, consumer_percent, club_percent, consumer_referrer_percent, merchant_referrer_percent, updated_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing",
        draft.id.0,
        split.consumer_percent.decimal(),
        split.club_percent.decimal(),
        split.consumer_referrer_percent.decimal(),
        split.merchant_referrer_percent.decimal(),
        ctx.now(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn withdrawal(conn: &mut PgConnection, ctx: &PlatformCtx, draft: &Draft) -> Result<()> {
    let rules = WithdrawalConfig::default();
    sqlx::query!(
        "insert into tenant_withdrawal_configs
             (tenant_id, fee_percent, min_amount, daily_limit, automatic_approval_limit, updated_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing",
        draft.id.0,
        rules.fee_percent.decimal(),
        rules.min_amount as _,
        rules.daily_limit as _,
        rules.automatic_approval_limit as _,
        ctx.now(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn modules(conn: &mut PgConnection, ctx: &PlatformCtx, draft: &Draft) -> Result<()> {
    for (place, module) in (0_i16..).zip(Module::INITIAL) {
        sqlx::query!(
            "insert into tenant_modules
                 (tenant_id, module_key, is_enabled, is_enabled_by_default, display_name, sort_order, set_by, set_at)
             values ($1, $2, true, true, $3, $4, $5, $6)
             on conflict do nothing",
            draft.id.0,
            module.key(),
            module.initial_name(),
            place,
            ctx.actor.label(),
            ctx.now(),
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
