//! What the club's administrators decide about withdrawals.

use super::{
    Refusal, Verdict, Withdrawal, WithdrawalStatus, owner, read,
    request::{event, is_offered},
    rules,
    settle::{self, Locked, NOT_PAID, lock, settle},
};
use crate::{
    Ctx, audit, ledger, outbox,
    pix::{self, PixProvider},
    users::UserStatus,
};
use kernel::{Error, Result, WithdrawalId};
use serde_json::{Value, json};
use sqlx::PgConnection;
use tenancy::{
    administrators::Permission,
    tenants::{self, WithdrawalConfig},
};

/// The club's rules for withdrawals, for its administrators.
pub fn settings(ctx: &Ctx) -> Result<WithdrawalConfig> {
    ctx.require(Permission::ViewConsole)?;
    Ok(ctx.tenant.withdrawal.clone())
}

/// Replaces the club's rules for withdrawals; they hold for those asked for from now on. They live with the tenant, beside
/// its percentages, and the change stands in the platform's audit log. What a KYC level may take out is `kyc`.
///
/// # Errors
/// `minAmount: must_be_positive`, `dailyLimit: below_minimum`, `automaticApprovalLimit: must_not_be_negative`.
pub async fn change_settings(ctx: &Ctx, rules: WithdrawalConfig) -> Result<()> {
    ctx.require(Permission::ManageSettings)?;
    let platform = ctx.platform.ctx(ctx.actor.clone(), ctx.origin.clone());
    tenants::set_withdrawal(&platform, ctx.tenant.slug.as_str(), rules).await
}

/// Lets a withdrawal be sent. Approved again by the same person, it is what it was.
///
/// # Errors
/// No such withdrawal, `already_decided`, `member_blocked`, `payouts_not_offered` when the club's provider does not send
/// money, `pix_key_not_yours` when its key belongs to a number that is no longer its user's.
pub async fn approve(ctx: &Ctx, id: WithdrawalId) -> Result<Withdrawal> {
    ctx.require(Permission::ManageMembers)?;
    let is_offered = is_offered(ctx).await?;
    let mut tx = ctx.begin().await?;
    let Locked {
        money,
        status,
        user_status,
        ..
    } = lock(&mut tx, id).await?;
    if status != WithdrawalStatus::Requested {
        let is_approval = |it: &Withdrawal| it.status != WithdrawalStatus::Rejected;
        return decided(&mut tx, ctx, id, is_approval).await;
    }
    if !is_offered {
        rules::refused(&[Refusal::PayoutsNotOffered])?;
    }
    if user_status == UserStatus::Blocked {
        return Err(Error::conflict(
            "member_blocked",
            "This member is blocked. Let them in again first, or refuse the withdrawal.",
        ));
    }
    owner::require_theirs(&mut tx, id).await?;
    sqlx::query!(
        "update withdrawals set status = 'approved', decided_by = $2, decided_at = $3 where id = $1",
        id as WithdrawalId,
        ctx.actor.label(),
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    outbox::enqueue(&mut tx, ctx, "withdrawal_approved", event(&money)).await?;
    let after = json!({ "status": WithdrawalStatus::Approved });
    note(
        &mut tx,
        ctx,
        "withdrawal.approve",
        id,
        (WithdrawalStatus::Requested, after),
    )
    .await?;
    let withdrawal = read::one(&mut tx, id, None).await?;
    tx.commit().await?;
    Ok(withdrawal)
}

/// Refuses a withdrawal that was not sent, approved or not; the money goes back at once. The user reads the reason.
/// Refused again by the same person for the same reason, it is what it was.
///
/// # Errors
/// No such withdrawal, `already_decided`, `reason` `required` or `too_long`.
pub async fn reject(ctx: &Ctx, id: WithdrawalId, reason: &str) -> Result<Withdrawal> {
    ctx.require(Permission::ManageMembers)?;
    let reason = audit::reason(reason)?;
    let mut tx = ctx.begin().await?;
    let Locked { money, status, .. } = lock(&mut tx, id).await?;
    if !matches!(
        status,
        WithdrawalStatus::Requested | WithdrawalStatus::Approved
    ) {
        let is_rejection = |it: &Withdrawal| {
            it.status == WithdrawalStatus::Rejected && it.reason.as_deref() == Some(reason)
        };
        return decided(&mut tx, ctx, id, is_rejection).await;
    }
    sqlx::query!(
        "update withdrawals set status = 'rejected', decided_by = $2, decided_at = $3, finished_at = $3, reason = $4,
                                look_at = null
         where id = $1",
        id as WithdrawalId,
        ctx.actor.label(),
        ctx.now(),
        reason,
    )
    .execute(&mut *tx)
    .await?;
    let mut event = event(&money);
    event["reason"] = json!(reason);
    outbox::enqueue(&mut tx, ctx, "withdrawal_rejected", event).await?;
    let after = json!({ "status": WithdrawalStatus::Rejected, "reason": reason });
    note(&mut tx, ctx, "withdrawal.reject", id, (status, after)).await?;
    let withdrawal = read::one(&mut tx, id, None).await?;
    ledger::post(&mut tx, &money.back(ctx.now())).await?;
    tx.commit().await?;
    Ok(withdrawal)
}

/// Says what became of a payout that needs a person, after they asked the institution. The provider is asked once more
/// first, and when it knows, its word is what counts.
///
/// # Errors
/// No such withdrawal, `nothing_to_decide` when it does not wait for a person, `reason` `required` or `too_long`,
/// `pix_unavailable` or `pix_unanswered` when the provider cannot be asked now.
pub async fn decide(
    ctx: &Ctx,
    id: WithdrawalId,
    verdict: Verdict,
    reason: &str,
) -> Result<Withdrawal> {
    ctx.require(Permission::ManageSettings)?;
    let provider = pix::provider(ctx).await?;
    decide_with(ctx, &*provider, id, verdict, reason).await
}

pub(super) async fn decide_with(
    ctx: &Ctx,
    provider: &dyn PixProvider,
    id: WithdrawalId,
    verdict: Verdict,
    reason: &str,
) -> Result<Withdrawal> {
    ctx.require(Permission::ManageSettings)?;
    let reason = audit::reason(reason)?;
    ask_once_more(ctx, provider, id).await?;
    let mut tx = ctx.begin().await?;
    let withdrawal = lock(&mut tx, id).await?;
    if withdrawal.status == WithdrawalStatus::Processing {
        lost(&withdrawal)?;
        match &verdict {
            Verdict::Paid { end_to_end_id } => {
                let nothing = kernel::Money::ZERO;
                settle::pay(&mut tx, ctx, &withdrawal, end_to_end_id, nothing).await?;
            }
            Verdict::NotPaid => settle::fail(&mut tx, ctx, &withdrawal.money, NOT_PAID).await?,
        }
        let after = json!({ "verdict": verdict, "reason": reason });
        note(
            &mut tx,
            ctx,
            "withdrawal.decide",
            id,
            (WithdrawalStatus::Processing, after),
        )
        .await?;
    }
    let withdrawal = read::one(&mut tx, id, None).await?;
    tx.commit().await?;
    Ok(withdrawal)
}

/// Takes a finished withdrawal off the list of those that a person has to look at, after somebody did. The provider goes on
/// contradicting itself, or us, and that is no news any more.
///
/// # Errors
/// No such withdrawal, `nothing_to_decide` when nobody has to look at it or it is still on its way, `reason` `required` or
/// `too_long`.
pub async fn acknowledge(ctx: &Ctx, id: WithdrawalId, reason: &str) -> Result<Withdrawal> {
    ctx.require(Permission::ManageSettings)?;
    let reason = audit::reason(reason)?;
    let mut tx = ctx.begin().await?;
    let withdrawal = lock(&mut tx, id).await?;
    let Some(attention) = withdrawal
        .attention
        .filter(|_| !withdrawal.status.is_open())
    else {
        return Err(nothing_to_decide());
    };
    sqlx::query!(
        "update withdrawals set attention = null, acknowledged = attention where id = $1",
        id as WithdrawalId
    )
    .execute(&mut *tx)
    .await?;
    let after = json!({ "acknowledged": attention, "reason": reason });
    let change = (withdrawal.status, after);
    note(&mut tx, ctx, "withdrawal.acknowledge", id, change).await?;
    let withdrawal = read::one(&mut tx, id, None).await?;
    tx.commit().await?;
    Ok(withdrawal)
}

async fn ask_once_more(ctx: &Ctx, provider: &dyn PixProvider, id: WithdrawalId) -> Result<()> {
    let mut tx = ctx.begin().await?;
    let withdrawal = lock(&mut tx, id).await?;
    tx.rollback().await?;
    lost(&withdrawal)?;
    if withdrawal.provider.as_deref() != Some(provider.account().as_str()) {
        return Ok(());
    }
    let Some(payout) = &withdrawal.payout_id else {
        return Ok(());
    };
    match provider.get_payout(payout).await {
        Ok(Some(answer)) => settle(ctx, id, &answer).await,
        Ok(None) => Ok(()),
        Err(error) if error.is_temporary() => Err(error.into()),
        Err(error) => {
            // That its answers cannot be used is why a person decides.
            tracing::warn!(withdrawal = %id, %error, "a person decides without the provider's word");
            Ok(())
        }
    }
}

fn lost(withdrawal: &Locked) -> Result<()> {
    if withdrawal.status == WithdrawalStatus::Processing && withdrawal.attention.is_some() {
        return Ok(());
    }
    Err(nothing_to_decide())
}

fn nothing_to_decide() -> Error {
    Error::conflict(
        "nothing_to_decide",
        "This withdrawal does not wait for a person.",
    )
}

/// A withdrawal that is decided already: a second click of whoever decided it so finds what the first one did.
async fn decided(
    conn: &mut PgConnection,
    ctx: &Ctx,
    id: WithdrawalId,
    is_it: impl Fn(&Withdrawal) -> bool,
) -> Result<Withdrawal> {
    let withdrawal = read::one(conn, id, None).await?;
    let handling = withdrawal.handling.as_ref();
    let by = handling.and_then(|handling| handling.decided_by.as_deref());
    if by == Some(ctx.actor.label().as_str()) && is_it(&withdrawal) {
        return Ok(withdrawal);
    }
    Err(Error::conflict(
        "already_decided",
        "This withdrawal was approved or rejected before.",
    ))
}

pub(super) async fn note(
    conn: &mut PgConnection,
    ctx: &Ctx,
    action: &str,
    id: WithdrawalId,
    (before, after): (WithdrawalStatus, Value),
) -> Result<()> {
    let record = audit::Record {
        action,
        subject: format!("withdrawal:{id}"),
        before: Some(json!({ "status": before })),
        after: Some(after),
    };
    audit::record(conn, ctx, record).await
}
