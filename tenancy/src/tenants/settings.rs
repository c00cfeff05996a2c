//! A tenant's default percentages and its rules for withdrawals.

use super::{
    WithdrawalConfig,
    operations::{begin_settings, commit},
};
use crate::PlatformCtx;
use kernel::{CashbackSplit, Error, Result};

/// Sets the percentages that hold for purchases without an override from now on. They must sum to 100.
pub async fn set_cashback(ctx: &PlatformCtx, slug: &str, split: CashbackSplit) -> Result<()> {
    let (mut tx, tenant) = begin_settings(ctx, slug).await?;
    split.check()?;
    sqlx::query!(
        "insert into tenant_cashback_configs
             (tenant_id, consumer_percent, club_percent, consumer_referrer_percent, merchant_referrer_percent, updated_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id) do update set
             consumer_percent = excluded.consumer_percent,
             club_percent = excluded.club_percent,
             consumer_referrer_percent = excluded.consumer_referrer_percent,
             merchant_referrer_percent = excluded.merchant_referrer_percent,
             updated_at = excluded.updated_at",
        tenant.id as _,
        split.consumer_percent as _,
        split.club_percent as _,
        split.consumer_referrer_percent as _,
        split.merchant_referrer_percent as _,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    let (was, is) = (&tenant.cashback, &split);
    commit(ctx, tx, &tenant, "tenant.set_cashback", was, is).await
}

/// Sets the rules for withdrawals asked for from now on.
pub async fn set_withdrawal(ctx: &PlatformCtx, slug: &str, rules: WithdrawalConfig) -> Result<()> {
    let (mut tx, tenant) = begin_settings(ctx, slug).await?;
    let (least, automatic) = (rules.min_amount, rules.automatic_approval_limit);
    let has_room = rules.daily_limit.is_none_or(|limit| limit >= least);
    Error::check([
        ("minAmount", least.is_positive(), "must_be_positive"),
        ("dailyLimit", has_room, "below_minimum"),
        (
            "automaticApprovalLimit",
            !automatic.is_negative(),
            "must_not_be_negative",
        ),
    ])?;
    sqlx::query!(
        "insert into tenant_withdrawal_configs
             (tenant_id, fee_percent, min_amount, daily_limit, automatic_approval_limit, updated_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (tenant_id) do update set
             fee_percent = excluded.fee_percent,
             min_amount = excluded.min_amount,
             daily_limit = excluded.daily_limit,
             automatic_approval_limit = excluded.automatic_approval_limit,
             updated_at = excluded.updated_at",
        tenant.id as _,
        rules.fee_percent as _,
        rules.min_amount as _,
        rules.daily_limit as _,
        rules.automatic_approval_limit as _,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    let (was, is) = (&tenant.withdrawal, &rules);
    commit(ctx, tx, &tenant, "tenant.set_withdrawal", was, is).await
}
