//! Giving unmatched money back to who paid it.

use super::{
    UnmatchedPix,
    decide::{checked, lock, tell},
    read::read,
};
use crate::{
    Ctx,
    deposits::{credit::less, take_back},
    pix::{self, EndToEndId, PixProvider, ProviderError, RefundId},
};
use kernel::{Error, Kind, Money, ReceivedPixId, Result};
use serde_json::json;
use tenancy::administrators::Permission;

/// How many refunds one round of the job asks about.
const AT_ONCE: i64 = 100;

/// Gives unmatched money back to who paid it. When the provider does not answer, [`finish_returns`] goes on asking.
///
/// # Errors
/// `not_found`, `not_in_suspense`, `return_in_progress`, `no_payer` when it came back from a withdrawal, `another_provider`
/// when the club has left that account since, `pix_refused`, `reason: required` or `too_long`.
pub async fn return_to_payer(ctx: &Ctx, id: ReceivedPixId, reason: &str) -> Result<UnmatchedPix> {
    ctx.require(Permission::ManageMembers)?;
    let reason = checked(reason)?;
    let refund = RefundId::from(ctx.new_id());
    let mut tx = ctx.begin().await?;
    let account = pix::hold(&mut tx).await?;
    let pix = lock(&mut tx, id).await?;
    let Some((end_to_end_id, held_by)) = pix.payment else {
        return Err(Error::conflict(
            "no_payer",
            "It came back from a withdrawal: nobody paid it who could have it back.",
        ));
    };
    if held_by != account {
        return Err(Error::conflict(
            "another_provider",
            "It came in at an account that the club has left; give it back there.",
        ));
    }
    let amount = less(pix.amount, pix.returned);
    sqlx::query!(
        "insert into pix_refunds (end_to_end_id, refund_id, amount, nature, status, requested_by, requested_at)
         values ($1, $2, $3, 'ordinary', 'requested', $4, $5)",
        end_to_end_id.as_str(),
        refund.as_str(),
        amount.centavos(),
        ctx.actor.label(),
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update received_pix set resolved_by = $2, resolved_at = $3, reason = $4 where id = $1",
        id as ReceivedPixId,
        ctx.actor.label(),
        ctx.now(),
        reason,
    )
    .execute(&mut *tx)
    .await?;
    tell(
        &mut tx,
        ctx,
        "pix.return",
        id,
        json!({ "refundId": refund, "amount": amount }),
    )
    .await?;
    tx.commit().await?;
    let open = OpenRefund {
        end_to_end_id,
        refund_id: refund,
        amount,
    };
    // The account that it came in at: while it is on its way back, the club has no other.
    match ask(ctx, &*pix::provider(ctx).await?, &open).await {
        Ok(Asked::Noted) => {}
        Ok(Asked::Refused(refusal)) => return Err(refusal.into()),
        Err(error) => {
            tracing::info!(pix = %id, cause = error.cause(), "a refund has no answer yet");
        }
    }
    read(&mut *ctx.conn().await?, ctx, id).await
}

/// A refund that was asked for and is not settled.
struct OpenRefund {
    end_to_end_id: EndToEndId,
    refund_id: RefundId,
    amount: Money,
}

/// Asks about the refunds that are not settled, under the ids that they have; how many those were. For a job.
pub async fn finish_returns(ctx: &Ctx) -> Result<usize> {
    ctx.require(Permission::ManageSettings)?;
    let provider = pix::provider(ctx).await?;
    let open = sqlx::query_as!(
        OpenRefund,
        "select r.end_to_end_id, r.refund_id, r.amount from pix_refunds r
         join received_pix p on p.end_to_end_id = r.end_to_end_id
         where r.status in ('requested', 'processing') and p.provider = $1 order by r.requested_at limit $2",
        provider.account(),
        AT_ONCE,
    )
    .fetch_all(&mut *ctx.conn().await?)
    .await?;
    let mut failure = Ok(open.len());
    for refund in &open {
        match ask(ctx, &*provider, refund).await {
            Ok(_) => {}
            Err(error) if error.kind == Kind::Unavailable => return Err(error),
            Err(error) => failure = Err(error),
        }
    }
    failure
}

/// What came of asking for a refund.
enum Asked {
    /// The provider has it, and what it says is written down.
    Noted,
    /// The provider refused it and has none of this id: the money stays where it is.
    Refused(ProviderError),
}

/// Has the provider do a refund, or say what became of it: under one id that is the same. A refusal alone proves nothing,
/// because that is also how a second request for a refund that was done is answered; so what it has is asked for again.
async fn ask(ctx: &Ctx, provider: &dyn PixProvider, refund: &OpenRefund) -> Result<Asked> {
    let (pix, id) = (&refund.end_to_end_id, &refund.refund_id);
    let known = match provider.get_refund(pix, id).await? {
        Some(known) => known,
        None => match provider.refund(pix, id, refund.amount).await {
            Ok(made) => made,
            Err(refusal @ ProviderError::Refused { .. }) => {
                match provider.get_refund(pix, id).await? {
                    Some(known) => known,
                    None => return give_up(ctx, refund, refusal).await,
                }
            }
            Err(error) => return Err(error.into()),
        },
    };
    take_back::settle(ctx, pix, &known).await?;
    Ok(Asked::Noted)
}

/// Notes that there is no refund. Should the provider show it after all, it is posted like any other.
async fn give_up(ctx: &Ctx, refund: &OpenRefund, refusal: ProviderError) -> Result<Asked> {
    sqlx::query!(
        "update pix_refunds set status = 'failed', settled_at = $3
         where end_to_end_id = $1 and refund_id = $2 and status in ('requested', 'processing')",
        refund.end_to_end_id.as_str(),
        refund.refund_id.as_str(),
        ctx.now(),
    )
    .execute(&mut *ctx.conn().await?)
    .await?;
    Ok(Asked::Refused(refusal))
}
