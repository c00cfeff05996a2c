//! Withdrawals of the last ninety days for a demonstration, in every state. What was sent went to the sandbox, so that its
//! book and the ledger tell the same.

use super::{
    WithdrawalStatus,
    postings::MoneyOf,
    request::Draft,
    settle::{Locked, lock},
};
use crate::{
    Ctx,
    idempotency::transaction_id,
    ledger::{self, Account, Posting, TransactionKind},
    pix::{
        self, EndToEndId, NewPayout, PayoutId, PayoutStatus, PixProvider,
        sandbox::{Manner, Script},
    },
    profile::{OwnedKey, key_of_document, owned_key},
};
use kernel::{Document, Money, Result, UserId, WithdrawalId};
use sqlx::PgConnection;
use tenancy::administrators::Permission;
use time::{Duration, OffsetDateTime};

/// How many members withdraw, and how often each at most.
const MEMBERS: i64 = 12;
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
const REVIEWER: &str = "command";
/// How much more than the provider holds one of them asks for: it stays approved until there is enough.
const TOO_MUCH: Money = Money::from_centavos(2_500_00);

#[derive(Clone, Copy)]
enum Fate {
    Requested,
    Approved,
    Rejected(&'static str),
    Processing,
    Failed,
    Paid,
}

/// Makes sure that the tenant has withdrawals: when it has none, members with money in their wallets get a Pix key and
/// withdraw some of it. Returns how many were made. Safe to run again. A club with a real provider is left alone.
pub async fn seed(ctx: &Ctx) -> Result<usize> {
    ctx.require(Permission::ManageSettings)?;
    let provider = pix::provider(ctx).await?;
    let mut conn = ctx.conn().await?;
    let is_done = sqlx::query_scalar!(r#"select exists (select from withdrawals) as "is_done!""#)
        .fetch_one(&mut *conn)
        .await?;
    if is_done || provider.name() != "sandbox" {
        return Ok(0);
    }
    let members = members(&mut conn, ctx).await?;
    drop(conn);
    let last = members.last().cloned();
    let plan = plan(members, ctx.now());
    for planned in &plan {
        withdraw(ctx, &*provider, planned).await?;
    }
    let mut made = plan.len();
    if let Some((user, document, _)) = last {
        let waits = too_large(ctx, &*provider, user, document).await?;
        withdraw(ctx, &*provider, &waits).await?;
        made += 1;
    }
    Ok(made)
}

/// One that is larger than what the provider holds: the club collected the member's sales elsewhere, and has not brought the
/// money yet.
async fn too_large(
    ctx: &Ctx,
    provider: &dyn PixProvider,
    user: UserId,
    document: Document,
) -> Result<Planned> {
    let held = provider.balance().await?;
    let amount = held.checked_add(TOO_MUCH).unwrap_or(TOO_MUCH);
    let (id, at) = (ctx.new_id(), ctx.now() - Duration::hours(3));
    let name = transaction_id(id, "sales");
    let posting = Posting::new(name, TransactionKind::Adjustment, id, at)
        .debit(Account::External, amount)
        .credit(Account::Wallet(user), amount);
    ledger::post(&mut *ctx.conn().await?, &posting).await?;
    Ok(Planned {
        user,
        document,
        amount,
        fate: Fate::Approved,
        at: at + Duration::hours(1),
    })
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
fn plan(members: Vec<(UserId, Document, Money)>, now: OffsetDateTime) -> Vec<Planned> {
    let mut plan: Vec<Planned> = Vec::new();
    for (user, document, mut available) in members {
        for nth in 0..EACH {
            let made = plan.len();
            let amount = amount(made);
            if amount > available {
                break;
            }
            let fate = FATES[made % FATES.len()];
            // Also for what comes back: it is not there in between.
            available = available.checked_sub(amount).unwrap_or_default();
            plan.push(Planned {
                user,
                document: document.clone(),
                amount,
                fate,
                at: now - age(fate, made, nth),
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
        Fate::Requested | Fate::Approved | Fate::Processing => nth % 3,
        _ => 3 + (nth * 17 + of_member * 5) % 87,
    };
    let hours = Duration::hours(1 + i64::try_from(nth % 9).unwrap_or_default());
    Duration::days(i64::try_from(days).unwrap_or_default()) + hours
}

/// Those with the most money, with a tax number, and what they have.
async fn members(conn: &mut PgConnection, ctx: &Ctx) -> Result<Vec<(UserId, Document, Money)>> {
    let rows = sqlx::query!(
        r#"select u.id, u.cpf, u.cnpj, a.balance as "balance!: Money"
           from users u join ledger_accounts a on a.owner_id = u.id and a.kind = 13
           where u.status = 'active' and a.balance >= $1 and coalesce(u.cpf, u.cnpj) is not null
           order by a.balance desc, u.id limit $2"#,
        ctx.tenant.withdrawal.min_amount as Money,
        MEMBERS,
    )
    .fetch_all(conn)
    .await?;
    let members = rows.into_iter().filter_map(|row| {
        let document = row
            .cnpj
            .map(Document::from)
            .or(row.cpf.map(Document::from))?;
        Some((row.id, document, row.balance))
    });
    Ok(members.collect())
}

async fn withdraw(
    ctx: &Ctx,
    provider: &dyn PixProvider,
    &Planned {
        user,
        ref document,
        amount,
        fate,
        at,
    }: &Planned,
) -> Result<()> {
    let mut tx = ctx.begin().await?;
    let to = key(&mut tx, user, document, at).await?;
    let fee_percent = ctx.tenant.withdrawal.fee_percent;
    let draft = Draft {
        money: MoneyOf {
            id: WithdrawalId(ctx.new_id()),
            user,
            amount,
            fee: amount.fee(fee_percent),
        },
        fee_percent,
        to,
        at,
    };
    draft.write(&mut tx, false).await?;
    ledger::post(&mut tx, &draft.money.request(at)).await?;
    tx.commit().await?;
    let decided_at = at + Duration::minutes(25);
    match fate {
        Fate::Requested => Ok(()),
        Fate::Approved => {
            let mut conn = ctx.conn().await?;
            approve(&mut conn, draft.money.id, decided_at).await
        }
        Fate::Rejected(reason) => reject(ctx, &draft.money, reason, decided_at).await,
        Fate::Paid => send(ctx, provider, &draft, decided_at).await,
        Fate::Processing => send_as(ctx, provider, &draft, decided_at, Manner::Hold).await,
        Fate::Failed => send_as(ctx, provider, &draft, decided_at, Manner::Reject).await,
    }
}

/// Sends it while the sandbox does this with payouts.
async fn send_as(
    ctx: &Ctx,
    provider: &dyn PixProvider,
    draft: &Draft,
    at: OffsetDateTime,
    manner: Manner,
) -> Result<()> {
    pix::play(ctx, Script::Payouts(manner)).await?;
    send(ctx, provider, draft, at).await?;
    pix::play(ctx, Script::Payouts(Manner::default())).await
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

async fn reject(ctx: &Ctx, money: &MoneyOf, reason: &str, at: OffsetDateTime) -> Result<()> {
    let mut tx = ctx.begin().await?;
    sqlx::query!(
        "update withdrawals set status = 'rejected', decided_by = $2, decided_at = $3, finished_at = $3, reason = $4
         where id = $1",
        money.id as WithdrawalId,
        REVIEWER,
        at,
        reason,
    )
    .execute(&mut *tx)
    .await?;
    ledger::post(&mut tx, &money.back(at)).await?;
    tx.commit().await?;
    Ok(())
}

async fn approve(conn: &mut PgConnection, id: WithdrawalId, at: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "update withdrawals set status = 'approved', decided_by = $2, decided_at = $3 where id = $1",
        id as WithdrawalId,
        REVIEWER,
        at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Approves it, sends it to the sandbox and writes down what became of it, as of then.
async fn send(
    ctx: &Ctx,
    provider: &dyn PixProvider,
    draft: &Draft,
    at: OffsetDateTime,
) -> Result<()> {
    let id = draft.money.id;
    let new = NewPayout {
        id: PayoutId::from(id.0),
        key: draft.to.key.clone(),
        amount: draft.money.net(),
        owner: draft.to.owner.clone(),
    };
    let mut tx = ctx.begin().await?;
    approve(&mut tx, id, at).await?;
    sqlx::query!(
        "update withdrawals set status = 'processing', provider = $2, payout_id = $3, sent_at = $4, look_at = $4
         where id = $1",
        id as WithdrawalId,
        provider.account(),
        &new.id as &PayoutId,
        at,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    provider.send(&new).await?;
    let answer = provider.get_payout(&new.id).await?;
    let mut tx = ctx.begin().await?;
    let withdrawal = lock(&mut tx, id).await?;
    match answer {
        Some(PayoutStatus::Settled(end_to_end_id)) => {
            paid(&mut tx, &withdrawal, &end_to_end_id, at).await?;
        }
        Some(PayoutStatus::Rejected(code)) => failed(&mut tx, &withdrawal, &code, at).await?,
        _ => {}
    }
    tx.commit().await?;
    Ok(())
}

async fn paid(
    conn: &mut PgConnection,
    withdrawal: &Locked,
    end_to_end_id: &EndToEndId,
    at: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "update withdrawals set status = $4, end_to_end_id = $2, finished_at = $3, look_at = null where id = $1",
        withdrawal.money.id as WithdrawalId,
        end_to_end_id as &EndToEndId,
        at,
        WithdrawalStatus::Paid as WithdrawalStatus,
    )
    .execute(&mut *conn)
    .await?;
    ledger::post(conn, &withdrawal.money.paid(at)).await?;
    Ok(())
}

async fn failed(
    conn: &mut PgConnection,
    withdrawal: &Locked,
    code: &str,
    at: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "update withdrawals set status = $4, reason = $2, finished_at = $3, look_at = null where id = $1",
        withdrawal.money.id as WithdrawalId,
        code,
        at,
        WithdrawalStatus::Failed as WithdrawalStatus,
    )
    .execute(&mut *conn)
    .await?;
    ledger::post(conn, &withdrawal.money.back(at)).await?;
    Ok(())
}
