//! Withdrawals of the last ninety days for a demonstration, in every state. What was sent went to the sandbox, so that its
//! book and the ledger tell the same.

mod past;
mod plan;

use super::{postings::MoneyOf, request::Draft};
use crate::{
    Ctx,
    idempotency::transaction_id,
    ledger::{Account, Posting, TransactionKind},
    pix::{
        NewPayout, PayoutId, PayoutStatus, PixProvider, Rewound,
        sandbox::{Manner, Sandbox, Script},
    },
    profile::{OwnedKey, key_of_document, owned_key},
};
use kernel::{Document, Money, Result, UserId, WithdrawalId};
use past::write;
use plan::{Fate, Planned, members, plan};
use sqlx::{PgConnection, Postgres, Transaction};
use time::{Duration, OffsetDateTime};

/// How much more than the provider holds one of them asks for: it stays approved until there is enough.
const TOO_MUCH: Money = Money::from_centavos(2_500_00);

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
    let last = members.last().map(|it| (it.user, it.document.clone()));
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
    let held = at_the_bank.sandbox().balance().await?;
    let mut tx = at_the_bank.keep().await?;
    for ((draft, fate), answer) in drafts.iter().zip(answers) {
        postings.extend(write(&mut tx, draft, *fate, answer).await?);
    }
    let mut made = drafts.len();
    if let Some(member) = last {
        postings.extend(too_large(&mut tx, ctx, member, held).await?);
        made += 1;
    }
    Ok((tx, made))
}

/// One that is larger than what the provider holds: the club collected the member's sales elsewhere, and has not brought the
/// money yet.
async fn too_large(
    conn: &mut PgConnection,
    ctx: &Ctx,
    (user, document): (UserId, Document),
    held: Money,
) -> Result<Vec<Posting>> {
    let (id, at) = (ctx.new_id(), ctx.now() - Duration::hours(3));
    let planned = Planned {
        user,
        document,
        amount: held.checked_add(TOO_MUCH).unwrap_or(TOO_MUCH),
        fate: Fate::Approved,
        at: at + Duration::hours(1),
    };
    let draft = draft(conn, ctx, &planned).await?;
    let sales = Posting::new(
        transaction_id(id, "sales"),
        TransactionKind::Adjustment,
        id,
        at,
    )
    .debit(Account::External, planned.amount)
    .credit(Account::Wallet(user), planned.amount);
    let asked = write(conn, &draft, planned.fate, None).await?;
    Ok([vec![sales], asked].concat())
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
