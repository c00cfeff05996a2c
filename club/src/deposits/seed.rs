//! Ninety days of deposits for a demonstration, in every state. They are paid at the sandbox on the days that they were
//! made, so that its book, the deposits and the ledger tell the same.

use super::{
    DepositStatus,
    credit::{Matched, record},
};
use crate::{
    Ctx,
    ledger::Posting,
    pix::{NewCharge, PixProvider, ReceivedPix, Rewound, Sender, Txid, sandbox::Script},
};
use kernel::{Cpf, DepositId, Money, ReceivedPixId, Result, UserId};
use sqlx::{PgConnection, Postgres, Transaction};
use time::{Duration, OffsetDateTime};

const DAYS: usize = 90;
/// For how many seconds a demonstration's charge can be paid: somebody wants to see one that waits.
const LASTS: u32 = 24 * 60 * 60;
/// After how many seconds a charge pays itself from now on.
const PAYS_ITSELF: u32 = 8;
/// What somebody sent without a charge, …
const UNMATCHED: Money = Money::from_centavos(75_00);
/// … who was one of the first to join.
const PAYER: usize = 3;

/// What becomes of a deposit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Paid,
    PaidLess,
    Expired,
    Cancelled,
    Waiting,
}

struct Member {
    id: UserId,
    since: OffsetDateTime,
    name: String,
    cpf: Option<Cpf>,
}

/// One deposit of the history.
struct Made {
    id: DepositId,
    user: UserId,
    amount: Money,
    fate: Fate,
    at: OffsetDateTime,
    br_code: Option<String>,
    expires_at: OffsetDateTime,
}

/// Makes sure that the tenant has deposits: when it has none, its members put money into their wallets for ninety days,
/// one payment is nobody's, and from now on charges pay themselves. Goes on with the transaction, adds what is to be posted
/// and returns how many were made. For a club whose provider is the sandbox.
pub(crate) async fn seed(
    mut tx: Transaction<'static, Postgres>,
    ctx: &Ctx,
    postings: &mut Vec<Posting>,
) -> Result<(Transaction<'static, Postgres>, usize)> {
    let is_done = sqlx::query_scalar!(r#"select exists (select from deposits) as "is_done!""#)
        .fetch_one(&mut *tx)
        .await?;
    let members = sqlx::query_as!(
        Member,
        r#"select id, created_at as since, trim(first_name || ' ' || last_name) as "name!", cpf
           from users where status = 'active' order by created_at, id"#
    )
    .fetch_all(&mut *tx)
    .await?;
    if is_done || members.is_empty() {
        return Ok((tx, 0));
    }
    history(ctx, tx, &members, postings).await
}

async fn history(
    ctx: &Ctx,
    tx: Transaction<'static, Postgres>,
    members: &[Member],
    postings: &mut Vec<Posting>,
) -> Result<(Transaction<'static, Postgres>, usize)> {
    let now = ctx.now();
    let past = Rewound::to(tx, ctx, now - Duration::days(DAYS.try_into().unwrap_or(90))).await?;
    let mut made = Vec::new();
    for day in 0..DAYS {
        let ago = i64::try_from(DAYS - day).unwrap_or_default();
        for turn in 0..=(day * 5 % 3) {
            let minutes = i64::try_from(turn * 131 + day % 17).unwrap_or_default();
            let at = now - Duration::days(ago) + Duration::minutes(minutes);
            let fate = match made.len() {
                nth if nth % 11 == 7 => Fate::Expired,
                nth if nth % 29 == 5 => Fate::Cancelled,
                nth if nth % 23 == 3 => Fate::PaidLess,
                _ => Fate::Paid,
            };
            // Those who had joined by then.
            let joined = members.partition_point(|member| member.since <= at);
            if joined == 0 {
                continue;
            }
            let user = members[(day * 3 + turn * 7) % joined].id;
            made.push(make(ctx, &past, user, (made.len(), at), fate).await?);
        }
        if day == DAYS - 6 {
            past.sandbox().play(Script::PayKeyAs {
                amount: UNMATCHED,
                sender: sender(&members[PAYER % members.len()]),
            })?;
        }
    }
    for nth in 0..2 {
        let at = now - Duration::minutes(20 - i64::try_from(nth).unwrap_or_default() * 9);
        let place = made.len();
        let user = members[nth % members.len()].id;
        made.push(make(ctx, &past, user, (place, at), Fate::Waiting).await?);
    }
    past.go_on_to(now);
    past.sandbox().play(Script::PayCharges(Some(PAYS_ITSELF)))?;
    let received = past.sandbox().book().received().to_vec();
    let mut tx = past.keep().await?;
    for deposit in &made {
        insert(&mut tx, deposit, &received).await?;
    }
    for pix in &received {
        let whose = made
            .iter()
            .find(|deposit| pix.txid == Some(Txid::from(deposit.id.0)))
            .map(|deposit| Matched {
                deposit: deposit.id,
                user: deposit.user,
            });
        let id = ReceivedPixId(ctx.new_id());
        let at = pix.received_at;
        postings.extend(record(&mut tx, "sandbox", (id, pix), whose, at).await?);
    }
    Ok((tx, made.len()))
}

/// What a member's bank tells of them.
fn sender(member: &Member) -> Sender {
    let cpf = member.cpf.as_ref().map(Cpf::as_str);
    Sender::told(Some(&member.name), cpf, Some("Para a minha carteira"))
}

/// A charge at the sandbox and what becomes of it there.
async fn make(
    ctx: &Ctx,
    past: &Rewound,
    user: UserId,
    (nth, at): (usize, OffsetDateTime),
    fate: Fate,
) -> Result<Made> {
    past.go_on_to(at);
    let id = DepositId(ctx.new_id());
    let txid = Txid::from(id.0);
    let reais = i64::try_from(20 + nth * 37 % 19 * 10).unwrap_or(20);
    let amount = Money::from_centavos(reais * 100);
    let sandbox = past.sandbox();
    let charge = sandbox
        .create_charge(&NewCharge {
            txid: txid.clone(),
            amount,
            expires_in: LASTS,
            payer: None,
            description: None,
        })
        .await?;
    let pay = |amount| Script::Pay {
        txid: txid.clone(),
        amount,
        times: 1,
        after: 40,
    };
    match fate {
        Fate::Paid => sandbox.play(pay(None))?,
        Fate::PaidLess => sandbox.play(pay(Some(Money::from_centavos(reais * 100 - 50))))?,
        Fate::Cancelled => drop(sandbox.cancel_charge(&txid).await?),
        Fate::Expired | Fate::Waiting => {}
    }
    Ok(Made {
        id,
        user,
        amount,
        fate,
        at,
        br_code: charge.br_code,
        expires_at: charge.expires_at,
    })
}

async fn insert(conn: &mut PgConnection, made: &Made, received: &[ReceivedPix]) -> Result<()> {
    let txid = Txid::from(made.id.0);
    let paid = received.iter().find(|pix| pix.txid.as_ref() == Some(&txid));
    let status = match made.fate {
        Fate::Paid | Fate::PaidLess => DepositStatus::Paid,
        Fate::Expired => DepositStatus::Expired,
        Fate::Cancelled => DepositStatus::Cancelled,
        Fate::Waiting => DepositStatus::Waiting,
    };
    sqlx::query!(
        "insert into deposits (id, user_id, idempotency_key, txid, provider, amount, status, br_code, paid_amount,
                               created_at, expires_at, paid_at, checked_at)
         values ($1, $2, $3, $3, 'sandbox', $4, $5, $6, $7, $8, $9, $10, $8)",
        made.id as DepositId,
        made.user as UserId,
        txid.as_str(),
        made.amount.centavos(),
        status as DepositStatus,
        made.br_code,
        paid.map_or(0, |pix| pix.amount.centavos()),
        made.at,
        made.expires_at,
        paid.map(|pix| pix.received_at),
    )
    .execute(conn)
    .await?;
    Ok(())
}
