//! Asking the provider what became of payouts.

use super::{
    Attention, WithdrawalStatus, rules,
    settle::{raise_if_lost, settle},
};
use crate::{
    Ctx,
    pix::{self, PayoutId, PixProvider},
};
use kernel::{Error, Result, WithdrawalId};
use tenancy::administrators::Permission;
use time::OffsetDateTime;

/// Asks what became of each payout whose time has come; returns of how many. For a job: safe on two nodes at once, and cut
/// off at any moment. What was paid is asked for a month longer, because it may come back.
///
/// # Errors
/// When the provider cannot be reached; the others wait for the next time.
pub async fn look_at_due(ctx: &Ctx) -> Result<u64> {
    ctx.require(Permission::ManageSettings)?;
    if !is_due(ctx).await? {
        return Ok(0);
    }
    let provider = pix::provider(ctx).await?;
    look_with(ctx, &*provider).await
}

/// Whether it is time to ask for any; cheap enough to ask every few seconds.
pub async fn is_due(ctx: &Ctx) -> Result<bool> {
    let mut conn = ctx.conn().await?;
    let due = sqlx::query_scalar!(
        r#"select exists (select from withdrawals where look_at <= $1 and payout_id is not null) as "due!""#,
        ctx.now(),
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(due)
}

/// A webhook hints at this payout: asks what became of it. One that is nobody's is no news.
pub async fn refresh(ctx: &Ctx, payout: &PayoutId) -> Result<()> {
    let provider = pix::provider(ctx).await?;
    refresh_with(ctx, &*provider, payout).await
}

pub(super) async fn refresh_with(
    ctx: &Ctx,
    provider: &dyn PixProvider,
    id: &PayoutId,
) -> Result<()> {
    let mut conn = ctx.conn().await?;
    let found = sqlx::query!(
        r#"select id, sent_at as "sent_at!", provider as "provider!" from withdrawals where payout_id = $1"#,
        id as &PayoutId,
    )
    .fetch_optional(&mut *conn)
    .await?;
    drop(conn);
    let Some(row) = found else {
        return Ok(());
    };
    let payout = Due {
        id: row.id,
        payout_id: id.clone(),
        provider: row.provider,
        sent_at: row.sent_at,
    };
    look(ctx, provider, &payout).await
}

pub(super) async fn look_with(ctx: &Ctx, provider: &dyn PixProvider) -> Result<u64> {
    let mut looked = 0;
    while let Some(payout) = take_due(ctx).await? {
        look(ctx, provider, &payout).await?;
        looked += 1;
    }
    Ok(looked)
}

/// A payout that was sent, as far as asking for it is concerned.
struct Due {
    id: WithdrawalId,
    payout_id: PayoutId,
    provider: String,
    sent_at: OffsetDateTime,
}

/// The payout whose time came first, its next time written down before anybody is asked: another node takes another one.
async fn take_due(ctx: &Ctx) -> Result<Option<Due>> {
    let now = ctx.now();
    let mut tx = ctx.begin().await?;
    let row = sqlx::query!(
        r#"select id, status, payout_id as "payout_id!: PayoutId", provider as "provider!", sent_at as "sent_at!",
                  finished_at
           from withdrawals where look_at <= $1 and payout_id is not null order by look_at limit 1 for no key update skip locked"#,
        now,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else {
        tx.rollback().await?;
        return Ok(None);
    };
    let since = match row.status {
        WithdrawalStatus::Processing => row.sent_at,
        _ => row.finished_at.unwrap_or(row.sent_at),
    };
    sqlx::query!(
        "update withdrawals set looks = looks + 1, look_at = $2 where id = $1",
        row.id as WithdrawalId,
        rules::next_look(row.status, since, now),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Some(Due {
        id: row.id,
        payout_id: row.payout_id,
        provider: row.provider,
        sent_at: row.sent_at,
    }))
}

/// Asks for one. That the provider does not know it, or does not say what became of it, is no answer until
/// [`rules::UNKNOWN_AFTER`], and then it is a question for a person: sending it again, or giving the money back, is nobody
/// else's to decide.
async fn look(ctx: &Ctx, provider: &dyn PixProvider, payout: &Due) -> Result<()> {
    if payout.provider != provider.account() {
        return raise_if_lost(ctx, payout.id, Attention::ProviderChanged).await;
    }
    let (attention, outcome) = match provider.get_payout(&payout.payout_id).await {
        Ok(Some(answer)) => {
            settle(ctx, payout.id, &answer).await?;
            if answer.is_end() {
                return Ok(());
            }
            (Attention::Unclear, Ok(()))
        }
        Ok(None) => (Attention::UnknownToProvider, Ok(())),
        Err(error) if error.is_temporary() => (Attention::Unclear, Err(error.into())),
        Err(error) => {
            // One payout that cannot be asked for does not keep the others waiting.
            let error = Error::from(error);
            tracing::error!(withdrawal = %payout.id, cause = error.cause(), "a payout cannot be asked for");
            (Attention::Unclear, Ok(()))
        }
    };
    if ctx.now() - payout.sent_at >= rules::UNKNOWN_AFTER {
        raise_if_lost(ctx, payout.id, attention).await?;
    }
    outcome
}
