//! What the withdrawals' pages ask and change.

use super::{Filter, Queue, WithdrawalView};
use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{is_member_blocked, of_decision};
#[cfg(feature = "ssr")]
use crate::{form, visit};
#[cfg(feature = "ssr")]
use club::{
    Ctx,
    pix::EndToEndId,
    withdrawals::{self, Halt, Verdict, Withdrawal, WithdrawalStatus},
};
#[cfg(feature = "ssr")]
use kernel::{Error, Money, PageRequest, Result as Outcome, WithdrawalId};

/// One page of the withdrawals that match, and what waits in all.
#[server(endpoint = "admin/withdrawals")]
pub(crate) async fn list_withdrawals(filter: Filter) -> Result<Queue, Refusal> {
    let ctx = visit::tenant()?;
    let page = PageRequest {
        limit: None,
        cursor: filter.cursor.parse().ok(),
    };
    let waiting = withdrawals::waiting(&ctx).await?;
    Ok(Queue {
        waiting,
        held: held(&ctx, waiting.approved > 0).await?,
        halt: halt(&ctx, waiting.approved > 0).await?,
        page: withdrawals::list(&ctx, filter.withdrawals(), page).await?,
    })
}

/// One of them, with its history.
#[server(endpoint = "admin/withdrawals/one")]
pub(crate) async fn read_withdrawal(id: String) -> Result<WithdrawalView, Refusal> {
    let ctx = visit::tenant()?;
    let id = parsed(&id)?;
    let withdrawal = withdrawals::by_id(&ctx, id).await?;
    let is_to_be_sent =
        withdrawal.status == WithdrawalStatus::Approved && !is_member_blocked(&withdrawal);
    Ok(WithdrawalView {
        held: held(&ctx, is_to_be_sent).await?,
        halt: halt(&ctx, is_to_be_sent).await?,
        withdrawal,
        history: withdrawals::history(&ctx, id).await?,
    })
}

/// What the bank holds; it is asked only while something waits for it.
#[cfg(feature = "ssr")]
async fn held(ctx: &Ctx, waits: bool) -> Outcome<Option<Money>> {
    if waits {
        withdrawals::held_for_payouts(ctx).await
    } else {
        Ok(None)
    }
}

/// That the bank takes nothing on; of interest only while something waits for it.
#[cfg(feature = "ssr")]
async fn halt(ctx: &Ctx, waits: bool) -> Outcome<Option<Halt>> {
    if waits {
        withdrawals::halt(ctx).await
    } else {
        Ok(None)
    }
}

/// Lets one be sent.
#[server(endpoint = "admin/withdrawals/approve")]
pub(crate) async fn approve_withdrawal(id: String) -> Result<(), Refusal> {
    let approved = at(&id, async |ctx, id| withdrawals::approve(ctx, id).await).await;
    form::settle(of_decision::APPROVE, &[], approved)?;
    form::done(of_decision::APPROVE, "withdrawal_approved", None);
    Ok(())
}

/// Refuses one.
#[server(endpoint = "admin/withdrawals/reject")]
pub(crate) async fn reject_withdrawal(id: String, reason: String) -> Result<(), Refusal> {
    let rejected = at(&id, async |ctx, id| {
        withdrawals::reject(ctx, id, &reason).await
    });
    form::settle(of_decision::REJECT, &[("reason", &reason)], rejected.await)?;
    form::done(of_decision::REJECT, "withdrawal_rejected", None);
    Ok(())
}

/// Says what became of one that the bank does not answer for.
#[server(endpoint = "admin/withdrawals/decide")]
pub(crate) async fn decide_withdrawal(
    id: String,
    outcome: String,
    end_to_end_id: String,
    reason: String,
) -> Result<(), Refusal> {
    let kept = [
        ("outcome", outcome.as_str()),
        ("end_to_end_id", end_to_end_id.as_str()),
        ("reason", reason.as_str()),
    ];
    let decided = at(&id, async |ctx, id| {
        let verdict = verdict(&outcome, &end_to_end_id)?;
        withdrawals::decide(ctx, id, verdict, &reason).await
    });
    form::settle(of_decision::DECIDE, &kept, decided.await)?;
    form::done(of_decision::DECIDE, "withdrawal_decided", None);
    Ok(())
}

/// Takes one off the list of those that a person has to look at.
#[server(endpoint = "admin/withdrawals/acknowledge")]
pub(crate) async fn acknowledge_withdrawal(id: String, reason: String) -> Result<(), Refusal> {
    let seen = at(&id, async |ctx, id| {
        withdrawals::acknowledge(ctx, id, &reason).await
    });
    form::settle(of_decision::ACKNOWLEDGE, &[("reason", &reason)], seen.await)?;
    form::done(of_decision::ACKNOWLEDGE, "withdrawal_acknowledged", None);
    Ok(())
}

#[cfg(feature = "ssr")]
async fn at(
    id: &str,
    act: impl AsyncFnOnce(&Ctx, WithdrawalId) -> Outcome<Withdrawal>,
) -> Outcome<Withdrawal> {
    act(&visit::tenant()?, parsed(id)?).await
}

#[cfg(feature = "ssr")]
fn parsed(id: &str) -> Outcome<WithdrawalId> {
    id.parse().map_err(|_| Error::not_found("withdrawal"))
}

#[cfg(feature = "ssr")]
fn verdict(outcome: &str, end_to_end_id: &str) -> Outcome<Verdict> {
    match outcome {
        "paid" => Ok(Verdict::Paid {
            end_to_end_id: EndToEndId::parse(end_to_end_id.trim())
                .map_err(|reason| Error::invalid("end_to_end_id", reason))?,
        }),
        "not_paid" => Ok(Verdict::NotPaid),
        _ => Err(Error::invalid("outcome", "required")),
    }
}
