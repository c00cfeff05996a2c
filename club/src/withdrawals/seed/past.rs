//! Writing a withdrawal as it went.

use super::plan::{DECIDED_AFTER, Fate};
use crate::{
    ledger::Posting,
    pix::{EndToEndId, PayoutId, PayoutStatus},
    withdrawals::{WithdrawalStatus, postings::MoneyOf, request::Draft},
};
use kernel::{Result, WithdrawalId};
use sqlx::PgConnection;
use time::OffsetDateTime;

const REVIEWER: &str = "command";

/// Writes it with what became of it, as of then; what is to be posted of it.
pub(super) async fn write(
    conn: &mut PgConnection,
    draft: &Draft,
    fate: Fate,
    answer: Option<PayoutStatus>,
) -> Result<Vec<Posting>> {
    let (money, at) = (&draft.money, draft.at + DECIDED_AFTER);
    draft.write(conn, false).await?;
    let mut postings = vec![money.request(draft.at)];
    if let Fate::Rejected(reason) = fate {
        reject(conn, money, reason, at).await?;
        postings.push(money.back(at));
    }
    if matches!(fate, Fate::Approved) || fate.manner().is_some() {
        approve(conn, money, at).await?;
    }
    if fate.manner().is_some() {
        sent(conn, money, at).await?;
    }
    match answer {
        Some(PayoutStatus::Settled(end_to_end_id)) => {
            paid(conn, money, &end_to_end_id, at).await?;
            postings.push(money.paid(at));
        }
        Some(PayoutStatus::Rejected(code)) => {
            failed(conn, money, &code, at).await?;
            postings.push(money.back(at));
        }
        _ => {}
    }
    Ok(postings)
}

async fn reject(
    conn: &mut PgConnection,
    money: &MoneyOf,
    reason: &str,
    at: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "update withdrawals set status = 'rejected', decided_by = $2, decided_at = $3, finished_at = $3, reason = $4
         where id = $1",
        money.id as WithdrawalId,
        REVIEWER,
        at,
        reason,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn approve(conn: &mut PgConnection, money: &MoneyOf, at: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "update withdrawals set status = 'approved', decided_by = $2, decided_at = $3 where id = $1",
        money.id as WithdrawalId,
        REVIEWER,
        at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn sent(conn: &mut PgConnection, money: &MoneyOf, at: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "update withdrawals set status = 'processing', provider = $2, payout_id = $3, sent_at = $4, look_at = $4
         where id = $1",
        money.id as WithdrawalId,
        "sandbox",
        &PayoutId::from(money.id.0) as &PayoutId,
        at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn paid(
    conn: &mut PgConnection,
    money: &MoneyOf,
    end_to_end_id: &EndToEndId,
    at: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "update withdrawals set status = $4, end_to_end_id = $2, finished_at = $3, look_at = null where id = $1",
        money.id as WithdrawalId,
        end_to_end_id as &EndToEndId,
        at,
        WithdrawalStatus::Paid as WithdrawalStatus,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn failed(
    conn: &mut PgConnection,
    money: &MoneyOf,
    code: &str,
    at: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "update withdrawals set status = $4, reason = $2, finished_at = $3, look_at = null where id = $1",
        money.id as WithdrawalId,
        code,
        at,
        WithdrawalStatus::Failed as WithdrawalStatus,
    )
    .execute(conn)
    .await?;
    Ok(())
}
