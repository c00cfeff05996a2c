//! Who withdraws what and when, and what becomes of it.

use crate::{Ctx, ledger::Posting, pix::sandbox::Manner, seed::Purse};
use kernel::{Document, Money, Result, UserId};
use sqlx::PgConnection;
use std::cmp::Reverse;
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
/// How long the club takes to decide.
pub(super) const DECIDED_AFTER: Duration = Duration::minutes(25);

/// What becomes of one.
#[derive(Clone, Copy)]
pub(super) enum Fate {
    Requested,
    Approved,
    Rejected(&'static str),
    Processing,
    Failed,
    Paid,
}

impl Fate {
    /// What the sandbox does with it; `None` when it is not sent.
    pub(super) fn manner(self) -> Option<Manner> {
        match self {
            Self::Requested | Self::Approved | Self::Rejected(_) => None,
            Self::Processing => Some(Manner::Hold),
            Self::Failed => Some(Manner::Reject),
            Self::Paid => Some(Manner::default()),
        }
    }
}

/// One withdrawal that is to have happened.
pub(super) struct Planned {
    pub(super) user: UserId,
    pub(super) document: Document,
    pub(super) amount: Money,
    pub(super) fate: Fate,
    pub(super) at: OffsetDateTime,
}

/// Who withdraws what, earliest first: lists are in the order in which things were written.
pub(super) fn plan(members: Vec<Member>, now: OffsetDateTime) -> Vec<Planned> {
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

/// A member who may withdraw.
pub(super) struct Member {
    pub(super) user: UserId,
    pub(super) document: Document,
    purse: Purse,
}

/// Those with the most money, with a tax number, and what they have.
pub(super) async fn members(
    conn: &mut PgConnection,
    ctx: &Ctx,
    postings: &[Posting],
) -> Result<Vec<Member>> {
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
            purse: Purse::of(row.id, row.balance, postings),
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
