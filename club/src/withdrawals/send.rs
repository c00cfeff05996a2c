//! Sending what is approved, each once.

use super::{
    Refusal, WithdrawalStatus,
    halt::{self, Asked},
    rules,
    settle::{lock, settle},
};
use crate::{
    Ctx,
    pix::{self, NewPayout, PayoutId, PayoutStatus, PixKey, PixProvider, ProviderError},
};
use kernel::{Error, Money, Result, WithdrawalId};
use std::time::Duration;
use tenancy::administrators::Permission;
use time::OffsetDateTime;
use tokio::time::timeout;

/// How long somebody who looks at a page waits for the provider's word.
const PATIENCE: Duration = Duration::from_secs(2);

/// Sends all approved withdrawals, oldest approval first; returns how many. For a job: safe on two nodes at once, and cut
/// off at any moment.
///
/// What the provider holds is asked before each: nothing is taken up that cannot be paid now. One that is too large for it
/// keeps no smaller one waiting. A provider that does not say it, or takes nothing on, ends the round: all stay approved,
/// and the console says so ([`halt`](super::halt)).
///
/// That money is short is no failure: what takes more than is there waits until there is enough, and the console says so
/// ([`held_for_payouts`]). The provider is asked again ever less often, and at once when another one is approved or money
/// came in.
///
/// Nothing is sent to a member who is blocked: what is approved waits until they are let in again, or is refused.
///
/// # Errors
/// `pix_unavailable`, `pix_refused`, `payouts_not_offered`: what is left waits.
pub async fn send_approved(ctx: &Ctx) -> Result<u64> {
    ctx.require(Permission::ManageSettings)?;
    if !is_waiting(ctx).await? {
        return Ok(0);
    }
    let provider = pix::provider(ctx).await?;
    send_with(ctx, &*provider).await
}

/// Whether it is time to send what is approved; cheap enough to ask every few seconds.
pub async fn is_waiting(ctx: &Ctx) -> Result<bool> {
    let mut conn = ctx.conn().await?;
    let waits = sqlx::query_scalar!(
        r#"select exists (select from withdrawals w join users u on u.id = w.user_id
                          where w.status = 'approved' and u.status = 'active'
                            and (w.look_at is null or w.look_at <= $1)) as "waits!""#,
        ctx.now(),
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(waits)
}

pub(super) async fn send_with(ctx: &Ctx, provider: &dyn PixProvider) -> Result<u64> {
    if !provider.offers().payouts {
        return rules::refused(&[Refusal::PayoutsNotOffered]).map(|()| 0);
    }
    postpone(ctx).await?;
    let account = provider.account();
    let mut sent = 0;
    loop {
        let held = match held(provider).await {
            Ok(held) => held,
            Err(error) => {
                let (mut conn, words) = (ctx.conn().await?, halt::words(&error));
                halt::note(&mut conn, ctx, &account, Asked::Balance, &words).await?;
                return Err(error.into());
            }
        };
        let Some(taken) = take(ctx, &account, held).await? else {
            halt::over(ctx, &account, Asked::Balance).await?;
            return Ok(sent);
        };
        deliver(ctx, provider, &taken).await?;
        sent += 1;
    }
}

/// Writes down when it is asked again for what is not sent now; before it is asked, so that one that is down, a node that
/// dies and other nodes change nothing about that. One question is asked for all of them: whoever was approved last decides.
async fn postpone(ctx: &Ctx) -> Result<()> {
    let now = ctx.now();
    let mut conn = ctx.conn().await?;
    let newest =
        sqlx::query_scalar!("select max(decided_at) from withdrawals where status = 'approved'")
            .fetch_one(&mut *conn)
            .await?;
    sqlx::query!(
        "update withdrawals set look_at = $1
         where id in (select id from withdrawals where status = 'approved' for no key update skip locked)",
        rules::next_look(WithdrawalStatus::Approved, newest.unwrap_or(now), now),
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}

/// Money came in: what waits for some is tried at once.
pub(crate) async fn try_again(ctx: &Ctx) -> Result<()> {
    sqlx::query!(
        "update withdrawals set look_at = null
         where id in (select id from withdrawals where status = 'approved' and look_at is not null
                      for no key update skip locked)"
    )
    .execute(&mut *ctx.conn().await?)
    .await?;
    Ok(())
}

/// What the provider holds for the club now, for whoever wonders why an approved withdrawal is not sent; `None` when it does
/// not tell, or not at once.
pub async fn held_for_payouts(ctx: &Ctx) -> Result<Option<Money>> {
    ctx.require(Permission::ViewMembers)?;
    let Ok(provider) = pix::provider(ctx).await else {
        return Ok(None);
    };
    let told = timeout(PATIENCE, provider.balance()).await;
    Ok(told.ok().and_then(std::result::Result::ok))
}

/// What the provider holds for the club; `None` when telling is not among its services. Any other answer is an error:
/// without knowing, nothing is sent.
async fn held(provider: &dyn PixProvider) -> std::result::Result<Option<Money>, ProviderError> {
    match provider.balance().await {
        Ok(held) => Ok(Some(held)),
        Err(error) if error.is_not_offered() => Ok(None),
        Err(error) => Err(error),
    }
}

/// A withdrawal that is written down as sent, and has to be sent now or never.
pub(super) struct Taken {
    pub(super) id: WithdrawalId,
    pub(super) payout: NewPayout,
}

/// Takes the approved withdrawal that was decided, or not taken on, the longest ago, of an active member up for sending that is covered by what is held. When this is
/// committed it counts as sent: whoever dies from here on leaves it to be asked for. `None` when there is none, and when the
/// club has another account by now. Who is just being blocked is passed over, and nobody is blocked in between.
pub(super) async fn take(ctx: &Ctx, account: &str, held: Option<Money>) -> Result<Option<Taken>> {
    let mut tx = ctx.begin().await?;
    if pix::hold(&mut tx).await? != account {
        tx.rollback().await?;
        return Ok(None);
    }
    let row = sqlx::query!(
        r#"select w.id, w.amount - w.fee as "net!: Money", w.key_kind, w.key, w.key_owner
           from withdrawals w join users u on u.id = w.user_id
           where w.status = 'approved' and u.status = 'active' and ($1::bigint is null or w.amount - w.fee <= $1)
           order by coalesce(w.not_taken_at, w.decided_at) limit 1 for no key update of w skip locked for key share of u skip locked"#,
        held as Option<Money>,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else {
        tx.rollback().await?;
        return Ok(None);
    };
    let key = row.key.as_deref().unwrap_or_default();
    let payout = NewPayout {
        id: PayoutId::from(row.id.0),
        key: PixKey::parse(row.key_kind, key).map_err(Error::internal)?,
        amount: row.net,
        owner: row
            .key_owner
            .ok_or_else(|| Error::internal("an open withdrawal has an owner of its key"))?,
    };
    let now = ctx.now();
    sqlx::query!(
        "update withdrawals set status = 'processing', provider = $2, payout_id = $3, sent_at = $4, look_at = $5,
                                not_taken = null
         where id = $1",
        row.id as WithdrawalId,
        account,
        &payout.id as &PayoutId,
        now,
        rules::next_look(WithdrawalStatus::Processing, now, now) as Option<OffsetDateTime>,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Some(Taken { id: row.id, payout }))
}

/// The one call of `send` for a withdrawal that was taken up.
///
/// # Errors
/// The provider takes nothing on now; the withdrawal is approved as before.
pub(super) async fn deliver(ctx: &Ctx, provider: &dyn PixProvider, taken: &Taken) -> Result<()> {
    let answer = match provider.send(&taken.payout).await {
        Ok(answer) => answer,
        // By the provider's contract these mean that nothing was taken on, …
        Err(error @ ProviderError::Unreachable(_)) => {
            return put_back(ctx, &provider.account(), taken.id, error).await;
        }
        Err(error) if error.is_not_offered() => {
            return put_back(ctx, &provider.account(), taken.id, error).await;
        }
        // … and this that it never will be.
        Err(ProviderError::Refused { code, .. }) => PayoutStatus::Rejected(code.into_owned()),
        // By it these do not come. If they do, nobody knows.
        Err(ProviderError::Unknown(_) | ProviderError::Malformed(_)) => PayoutStatus::Unknown,
    };
    settle(ctx, taken.id, &answer).await?;
    if answer != PayoutStatus::Unknown {
        halt::over(ctx, &provider.account(), Asked::Payout).await?;
    }
    Ok(())
}

/// The provider took a payout not on, and said so: the withdrawal is approved as before, unless a person has said meanwhile
/// what became of it. Nobody else can have sent it: whoever took it up is the only one to come here with it.
async fn put_back(ctx: &Ctx, account: &str, id: WithdrawalId, error: ProviderError) -> Result<()> {
    let (now, words) = (ctx.now(), halt::words(&error));
    let mut tx = ctx.begin().await?;
    let withdrawal = lock(&mut tx, id).await?;
    let since = halt::note(&mut tx, ctx, account, Asked::Payout, &words).await?;
    if withdrawal.status == WithdrawalStatus::Processing {
        sqlx::query!(
            "update withdrawals set status = 'approved', provider = null, payout_id = null, sent_at = null, looks = 0,
                                    attention = null, not_taken = $2, not_taken_at = $3, look_at = $4
             where id = $1",
            id as WithdrawalId,
            words,
            now,
            rules::next_look(WithdrawalStatus::Approved, since, now),
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Err(error.into())
}
