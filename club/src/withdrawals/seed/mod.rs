//! Withdrawals of the last ninety days for a demonstration, in every state. What was sent went to the sandbox, so that its
//! book and the ledger tell the same.

mod past;
mod plan;
mod short;

pub(crate) use short::seed_short;

use super::{postings::MoneyOf, request::Draft};
use crate::{
    Ctx,
    ledger::Posting,
    pix::{
        NewPayout, PayoutId, PayoutStatus, PixProvider, Rewound,
        sandbox::{Manner, Sandbox, Script},
    },
    profile::{OwnedKey, key_of_document, owned_key},
};
use kernel::{Document, Result, UserId, WithdrawalId};
use past::write;
use plan::{Planned, members, plan};
use sqlx::{PgConnection, Postgres, Transaction};
use time::OffsetDateTime;

/// Makes sure that the tenant has withdrawals: when it has none, members with money in their wallets get a Pix key and
/// withdraw some of it, once it is there by what is to be posted. Goes on with the transaction, adds to what is to be posted
/// and returns how many were made. For a club whose provider is the sandbox.
pub(crate) async fn seed(
    mut tx: Transaction<'static, Postgres>,
    ctx: &Ctx,
    postings: &mut Vec<Posting>,
) -> Result<(Transaction<'static, Postgres>, usize)> {
    let is_done = sqlx::query_scalar!(r#"select exists (select from withdrawals) as "is_done!""#)
        .fetch_one(&mut *tx)
        .await?;
    if is_done {
        return Ok((tx, 0));
    }
    let members = members(&mut tx, ctx, postings).await?;
    let mut drafts = Vec::new();
    for planned in plan(members, ctx.now()) {
        drafts.push((draft(&mut tx, ctx, &planned).await?, planned.fate));
    }
    let at_the_bank = Rewound::to(tx, ctx, ctx.now()).await?;
    let mut answers = Vec::new();
    for (draft, fate) in &drafts {
        answers.push(match fate.manner() {
            Some(manner) => send(at_the_bank.sandbox(), draft, manner).await?,
            None => None,
        });
    }
    let mut tx = at_the_bank.keep().await?;
    for ((draft, fate), answer) in drafts.iter().zip(answers) {
        postings.extend(write(&mut tx, draft, *fate, answer).await?);
    }
    Ok((tx, drafts.len()))
}

async fn draft(
    conn: &mut PgConnection,
    ctx: &Ctx,
    &Planned {
        user,
        ref document,
        amount,
        at,
        ..
    }: &Planned,
) -> Result<Draft> {
    let fee_percent = ctx.tenant.withdrawal.fee_percent;
    Ok(Draft {
        money: MoneyOf {
            id: WithdrawalId(ctx.new_id()),
            user,
            amount,
            fee: amount.fee(fee_percent),
        },
        fee_percent,
        to: key(conn, user, document, at).await?,
        at,
    })
}

/// The member's key: their own tax number, when they have none.
async fn key(
    conn: &mut PgConnection,
    user: UserId,
    document: &Document,
    at: OffsetDateTime,
) -> Result<OwnedKey> {
    match owned_key(conn, user).await? {
        Some(key) => Ok(key),
        None => key_of_document(conn, user, document, at).await,
    }
}

/// Sends it while the sandbox does this with payouts; what became of it.
async fn send(sandbox: &Sandbox, draft: &Draft, manner: Manner) -> Result<Option<PayoutStatus>> {
    let new = NewPayout {
        id: PayoutId::from(draft.money.id.0),
        key: draft.to.key.clone(),
        amount: draft.money.net(),
        owner: draft.to.owner.clone(),
    };
    sandbox.play(Script::Payouts(manner))?;
    sandbox.send(&new).await?;
    sandbox.play(Script::Payouts(Manner::default()))?;
    Ok(sandbox.get_payout(&new.id).await?)
}
