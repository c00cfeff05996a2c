//! Blocks of a demonstration: one that still holds all it held, and one of which a part was freed.

use super::{
    NewWalletBlock, NewWalletLift,
    operations::{blocking, freeing, write_block, write_lift},
};
use crate::{
    Ctx,
    ledger::{self, Posting},
    seed::Purse,
};
use kernel::{Money, Result, UserId, WalletBlockId, WalletLiftId};
use sqlx::PgConnection;
use std::cmp::Reverse;
use time::Duration;

/// What is held back, each of another member.
const BLOCKS: [Planned; 2] = [
    Planned {
        days: 9,
        amount: Money::from_centavos(60_00),
        reason: "Ordem da 2ª Vara Cível, recebida por ofício",
        freed: None,
    },
    Planned {
        days: 16,
        amount: Money::from_centavos(85_00),
        reason: "O banco de quem pagou contestou dois depósitos",
        freed: Some(Freed {
            days: 4,
            amount: Money::from_centavos(35_00),
            reason: "Uma das contestações foi encerrada a favor do membro",
        }),
    },
];

/// One block that is to have been made so many days ago.
struct Planned {
    days: i64,
    amount: Money,
    reason: &'static str,
    freed: Option<Freed>,
}

/// What of it was freed so many days ago.
struct Freed {
    days: i64,
    amount: Money,
    reason: &'static str,
}

/// Holds a part of two wallets back, when none is held back: of those with the most money, once it is there by what is to be
/// posted. Adds to that and returns how many were made; none where nothing is to be posted, because a statement that is
/// written already has no place for what happened before.
pub(crate) async fn seed(
    conn: &mut PgConnection,
    ctx: &Ctx,
    postings: &mut Vec<Posting>,
) -> Result<usize> {
    if postings.is_empty() {
        return Ok(0);
    }
    let Some(mut members) = members(conn, ctx, postings).await? else {
        return Ok(0);
    };
    let mut made = 0;
    for planned in &BLOCKS {
        let at = ctx.now() - Duration::days(planned.days);
        let can = members
            .iter()
            .position(|(_, purse)| purse.free(at) >= planned.amount);
        if let Some(place) = can {
            let (user, _) = members.remove(place);
            postings.extend(write(conn, ctx, planned, user).await?);
            made += 1;
        }
    }
    Ok(made)
}

/// The consumers, those with the most money first; nobody when something is held back already.
async fn members(
    conn: &mut PgConnection,
    ctx: &Ctx,
    postings: &[Posting],
) -> Result<Option<Vec<(UserId, Purse)>>> {
    let consumers = sqlx::query_scalar!(
        "select id from users where user_type = 'consumer' and status = 'active' order by id"
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut members = Vec::new();
    for user in consumers {
        let wallet = ledger::wallet(conn, user).await?;
        if wallet.blocked.is_positive() {
            return Ok(None);
        }
        members.push((user, Purse::of(user, wallet.available, postings)));
    }
    members.sort_by_key(|(_, purse)| Reverse(purse.free(ctx.now())));
    Ok(Some(members))
}

/// Writes it as of then; what is to be posted of it.
async fn write(
    conn: &mut PgConnection,
    ctx: &Ctx,
    planned: &Planned,
    user_id: UserId,
) -> Result<Vec<Posting>> {
    let (by, now) = (ctx.actor.label(), ctx.now());
    let block = NewWalletBlock {
        id: WalletBlockId(ctx.new_id()),
        user_id,
        amount: planned.amount,
        reason: planned.reason.to_owned(),
    };
    let at = now - Duration::days(planned.days);
    write_block(conn, &block, planned.reason, (&by, at)).await?;
    let mut postings = vec![blocking(&block, at)];
    if let Some(freed) = &planned.freed {
        let lift = NewWalletLift {
            id: WalletLiftId(ctx.new_id()),
            block_id: block.id,
            amount: freed.amount,
            reason: freed.reason.to_owned(),
        };
        let at = now - Duration::days(freed.days);
        write_lift(conn, &lift, freed.reason, (&by, at)).await?;
        // Nobody owes anything: nothing was refunded.
        postings.push(freeing(&lift, user_id, Money::ZERO, at));
    }
    Ok(postings)
}
