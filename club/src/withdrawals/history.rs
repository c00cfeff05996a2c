//! What happened to a withdrawal, for the club's administrators: its own time stamps, and what people decided about it,
//! which stands in the audit log.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

#[cfg(feature = "ssr")]
use super::{Withdrawal, WithdrawalStatus, read};
#[cfg(feature = "ssr")]
use crate::Ctx;
#[cfg(feature = "ssr")]
use kernel::{Result, WithdrawalId};
#[cfg(feature = "ssr")]
use tenancy::administrators::Permission;

/// What can happen to a withdrawal, in the order of its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// It was asked for.
    Requested,
    /// It was approved.
    Approved,
    /// Its user's tax number changed, so a person has to look at it again.
    Reconsidered,
    /// It was refused.
    Rejected,
    /// It was sent.
    Sent,
    /// The provider did not take it on.
    NotTaken,
    /// A person said what became of it.
    Decided,
    /// It arrived.
    Paid,
    /// It did not arrive.
    Failed,
    /// A person took it off the list of those that need one.
    Acknowledged,
}

/// Something that happened to a withdrawal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Happening {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What.
    pub what: What,
    /// Who decided it, as the audit log names them; `None` for what nobody decides.
    pub by: Option<String>,
    /// Why, in a person's words; of a failure, the provider's code.
    pub reason: Option<String>,
}

/// Everything that happened to a withdrawal, the oldest first.
#[cfg(feature = "ssr")]
pub async fn history(ctx: &Ctx, id: WithdrawalId) -> Result<Vec<Happening>> {
    ctx.require(Permission::ViewMembers)?;
    let mut conn = ctx.conn().await?;
    let withdrawal = read::one(&mut conn, id, None).await?;
    let deeds = sqlx::query!(
        "select at, actor, action, after ->> 'reason' as reason from audit_log where subject = $1",
        format!("withdrawal:{id}"),
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut history: Vec<_> = deeds
        .into_iter()
        .filter_map(|deed| {
            Some(Happening {
                at: deed.at,
                what: of_action(&deed.action)?,
                by: Some(deed.actor),
                reason: deed.reason,
            })
        })
        .collect();
    history.extend(of_stamps(&withdrawal, &history));
    history.sort_by_key(|happening| (happening.at, happening.what));
    Ok(history)
}

#[cfg(feature = "ssr")]
fn of_action(action: &str) -> Option<What> {
    Some(match action {
        "withdrawal.approve" => What::Approved,
        "withdrawal.reconsider" => What::Reconsidered,
        "withdrawal.reject" => What::Rejected,
        "withdrawal.decide" => What::Decided,
        "withdrawal.acknowledge" => What::Acknowledged,
        _ => return None,
    })
}

/// What stands with the withdrawal itself. That it was decided is in there too, for what no person decided.
#[cfg(feature = "ssr")]
fn of_stamps(withdrawal: &Withdrawal, audited: &[Happening]) -> Vec<Happening> {
    let handling = withdrawal.handling.as_ref();
    let happened = |what, at: Option<OffsetDateTime>| {
        at.map(|at| Happening {
            at,
            what,
            by: None,
            reason: None,
        })
    };
    let is_audited = audited
        .iter()
        .any(|deed| matches!(deed.what, What::Approved | What::Rejected));
    let is_rejected = withdrawal.status == WithdrawalStatus::Rejected;
    let decided = happened(
        if is_rejected {
            What::Rejected
        } else {
            What::Approved
        },
        withdrawal.decided_at.filter(|_| !is_audited),
    )
    .map(|decided| Happening {
        by: handling.and_then(|handling| handling.decided_by.clone()),
        reason: withdrawal.reason.clone().filter(|_| is_rejected),
        ..decided
    });
    let not_taken = handling.and_then(|handling| {
        let happened = happened(What::NotTaken, handling.not_taken_at)?;
        let reason = handling.not_taken.clone();
        Some(Happening { reason, ..happened })
    });
    let finished = match withdrawal.status {
        WithdrawalStatus::Paid => happened(What::Paid, withdrawal.finished_at),
        WithdrawalStatus::Failed => {
            happened(What::Failed, withdrawal.finished_at).map(|failed| Happening {
                reason: withdrawal.reason.clone(),
                ..failed
            })
        }
        _ => None,
    };
    [
        happened(What::Requested, Some(withdrawal.requested_at)),
        decided,
        happened(What::Sent, handling.and_then(|handling| handling.sent_at)),
        not_taken,
        finished,
    ]
    .into_iter()
    .flatten()
    .collect()
}
