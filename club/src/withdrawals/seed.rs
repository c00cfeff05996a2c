//! Withdrawals of the last ninety days for a demonstration, in every state. What was sent went to the sandbox, so that its
//! book and the ledger tell the same.

use super::{WithdrawalStatus, postings::MoneyOf, request::Draft};
use crate::{
    Ctx,
    idempotency::transaction_id,
    ledger::{Account, Posting, TransactionKind},
    pix::{
        EndToEndId, NewPayout, PayoutId, PayoutStatus, PixProvider, Rewound,
        sandbox::{Manner, Sandbox, Script},
    },
    profile::{OwnedKey, key_of_document, owned_key},
};
use kernel::{Document, Money, Result, UserId, WithdrawalId};
use sqlx::{PgConnection, Postgres, Transaction};
use std::{cmp::Reverse, iter};
use time::{Duration, OffsetDateTime};

/// How many members withdraw, and how often each at most.
const MEMBERS: usize = 12;
const EACH: usize = 4;
/// What becomes of them, in turn.
const FATES: [Fate; 12] = [
    Fate::Paid,
    Fate::Requested,
    Fate::Paid,
    Fate::Rejected("O CPF do cadastro não confere com o documento enviado."),
    Fate::Paid,
    Fate::Requested,
    Fate::Paid,
    Fate::Failed,
    Fate::Paid,
    Fate::Processing,
    Fate::Paid,
    Fate::Requested,
];
/// How much more than the provider holds one of them asks for: it stays approved until there is enough.
const TOO_MUCH: Money = Money::from_centavos(2_500_00);
const REVIEWER: &str = "command";
/// How long the club takes to decide.
const DECIDED_AFTER: Duration = Duration::minutes(25);

#[derive(Clone, Copy)]
enum Fate {
    Requested,
    Approved,
    Rejected(&'static str),
    Processing,
    Failed,
    Paid,
}

impl Fate {
    /// What the sandbox does with it; `None` when it is not sent.
    fn manner(self) -> Option<Manner> {
        match self {
            Self::Requested | Self::Approved | Self::Rejected(_) => None,
            Self::Processing => Some(Manner::Hold),
            Self::Failed => Some(Manner::Reject),
            Self::Paid => Some(Manner::default()),
        }
    }
}

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

/// A member who may withdraw.
struct Member {
    user: UserId,
    document: Document,
    purse: Purse,
}

/// What is in a wallet over time: what was there before, and every change, the oldest first.
struct Purse {
    before: Money,
    changes: Vec<(OffsetDateTime, Money)>,
}

impl Purse {
    /// What can be taken out at this moment so that everything later still goes as it does.
    fn free(&self, at: OffsetDateTime) -> Money {
        let (mut balance, mut least) = (self.before, None);
        for &(when, change) in &self.changes {
            if when > at {
                least = Some(least.map_or(balance, |least: Money| least.min(balance)));
            }
            balance = balance.checked_add(change).unwrap_or_default();
        }
        least.map_or(balance, |least| least.min(balance))
    }

    /// The first moment from this one on at which so much can be taken out.
    fn free_from(&self, from: OffsetDateTime, amount: Money) -> Option<OffsetDateTime> {
        let later = self
            .changes
            .iter()
            .map(|(when, _)| *when + Duration::MINUTE);
        iter::once(from)
            .chain(later.filter(|at| *at > from))
            .find(|at| self.free(*at) >= amount)
    }

    fn take(&mut self, at: OffsetDateTime, amount: Money) {
        let place = self.changes.partition_point(|(when, _)| *when <= at);
        let change = amount.checked_neg().unwrap_or_default();
        self.changes.insert(place, (at, change));
    }
}

/// One withdrawal that is to have happened.
struct Planned {
    user: UserId,
    document: Document,
    amount: Money,
    fate: Fate,
    at: OffsetDateTime,
}

/// Who withdraws what, earliest first: lists are in the order in which things were written.
fn plan(members: Vec<Member>, now: OffsetDateTime) -> Vec<Planned> {
    let mut plan: Vec<Planned> = Vec::new();
    for mut member in members {
        for nth in 0..EACH {
            let made = plan.len();
            let (amount, fate) = (amount(made), FATES[made % FATES.len()]);
            let at = member.purse.free_from(now - age(fate, made, nth), amount);
            let Some(at) = at.filter(|at| *at <= now - 2 * DECIDED_AFTER) else {
                break;
            };
            // Also for what comes back: it is not there in between.
            member.purse.take(at, amount);
            plan.push(Planned {
                user: member.user,
                document: member.document.clone(),
                amount,
                fate,
                at,
            });
        }
    }
    plan.sort_by_key(|planned| planned.at);
    plan
}

/// Between R$ 50,00 and R$ 120,00.
fn amount(nth: usize) -> Money {
    Money::from_centavos(i64::try_from(50_00 + nth * 1_337 % 70_00).unwrap_or(50_00))
}

/// How long ago it was asked for; what still waits, in the last days.
fn age(fate: Fate, nth: usize, of_member: usize) -> Duration {
    let days = match fate {
        Fate::Requested | Fate::Processing => nth % 3,
        _ => 3 + (nth * 17 + of_member * 5) % 87,
    };
    let hours = Duration::hours(1 + i64::try_from(nth % 9).unwrap_or_default());
    Duration::days(i64::try_from(days).unwrap_or_default()) + hours
}

/// Those with the most money, with a tax number, and what they have.
async fn members(conn: &mut PgConnection, ctx: &Ctx, postings: &[Posting]) -> Result<Vec<Member>> {
    let rows = sqlx::query!(
        r#"select u.id, u.cpf, u.cnpj, coalesce(a.balance, 0) as "balance!: Money"
           from users u left join ledger_accounts a on a.owner_id = u.id and a.kind = 13
           where u.status = 'active' and coalesce(u.cpf, u.cnpj) is not null
           order by u.id"#,
    )
    .fetch_all(conn)
    .await?;
    let members = rows.into_iter().filter_map(|row| {
        let document = row.cnpj.map(Document::from);
        Some(Member {
            user: row.id,
            document: document.or(row.cpf.map(Document::from))?,
            purse: purse(row.id, row.balance, postings),
        })
    });
    let now = ctx.now();
    let mut members: Vec<_> = members
        .filter(|member| member.purse.free(now) >= ctx.tenant.withdrawal.min_amount)
        .collect();
    members.sort_by_key(|member| Reverse(member.purse.free(now)));
    members.truncate(MEMBERS);
    Ok(members)
}

fn purse(user: UserId, before: Money, postings: &[Posting]) -> Purse {
    let wallet = Account::Wallet(user);
    let mut changes: Vec<_> = postings
        .iter()
        .flat_map(|posting| {
            let of_wallet = posting
                .legs
                .iter()
                .filter(|(account, _)| *account == wallet);
            of_wallet.map(|(_, amount)| (posting.happened_at, *amount))
        })
        .collect();
    changes.sort_by_key(|(when, _)| *when);
    Purse { before, changes }
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

/// Writes it with what became of it, as of then; what is to be posted of it.
async fn write(
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
