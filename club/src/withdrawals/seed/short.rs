//! A withdrawal of a demonstration that waits for money, and how that comes: a buyer paid by Pix what they spent at a shop,
//! their bank took it back, and the shop takes out what it sold for. The buyer owes it, and until it is paid the provider
//! holds less than the members have. All of it goes the way of every member's money.

use super::{
    draft,
    past::write,
    plan::{DECIDED_AFTER, Fate, Planned},
};
use crate::{
    Ctx,
    deposits::{self, NewDeposit},
    idempotency::Key,
    ledger::{self, Account},
    pix::{self, sandbox::Script},
    purchases::{self, NewPurchase, Payment},
};
use kernel::{Document, Error, Money, Result, UserId};
use tenancy::{Actor, Clock};
use time::Duration;

/// What the buyer paid, and how often: more than everybody's deposits that are still there.
const PAID: Money = Money::from_centavos(9_500_00);
const TIMES: u8 = 3;
/// How much more than the provider holds the shop asks for.
const TOO_MUCH: Money = Money::from_centavos(8_000_00);
/// Between one step and the next.
const STEP: Duration = Duration::minutes(2);

/// Lets it happen in the last hour, after everything else of the demonstration was posted; how many withdrawals were made. None
/// where nobody sells or buys, or where the shop has not enough for it.
pub(crate) async fn seed_short(ctx: &Ctx) -> Result<usize> {
    let Some((buyer, shop, document)) = sides(ctx).await? else {
        return Ok(0);
    };
    // The plan's withdrawals ended before.
    let clock = Clock::fixed(ctx.now() - 2 * DECIDED_AFTER + STEP);
    let ctx = &ctx.by_clock(clock.clone());
    let buys = ctx.acting_as(Actor::User(buyer));
    let price = spend(&buys, ctx, &clock, shop).await?;
    clock.advance(STEP);
    contest(ctx, price).await?;
    clock.advance(STEP);

    let held = pix::book(ctx).await?.balance();
    let planned = Planned {
        user: shop,
        document,
        amount: held.checked_add(TOO_MUCH).unwrap_or(TOO_MUCH),
        fate: Fate::Approved,
        at: ctx.now(),
    };
    let mut tx = ctx.begin().await?;
    if ledger::balance(&mut tx, Account::Wallet(shop)).await? < planned.amount {
        return Ok(0);
    }
    let draft = draft(&mut tx, ctx, &planned).await?;
    let postings = write(&mut tx, &draft, planned.fate, None).await?;
    ledger::post_batch(&mut tx, &postings).await?;
    tx.commit().await?;
    Ok(1)
}

/// Who buys and who sells: the last of each to have joined.
async fn sides(ctx: &Ctx) -> Result<Option<(UserId, UserId, Document)>> {
    let mut conn = ctx.conn().await?;
    let buyer = sqlx::query_scalar!(
        "select id from users where user_type = 'consumer' and status = 'active' order by id desc limit 1"
    )
    .fetch_optional(&mut *conn)
    .await?;
    let shop = sqlx::query!(
        r#"select id, cnpj as "cnpj!" from users
           where user_type = 'merchant' and status = 'active' and cnpj is not null order by id desc limit 1"#
    )
    .fetch_optional(&mut *conn)
    .await?;
    Ok(buyer
        .zip(shop)
        .map(|(buyer, shop)| (buyer, shop.id, Document::from(shop.cnpj))))
}

/// The buyer pays in, which the sandbox does by itself, and spends all of it; how much that is.
async fn spend(buys: &Ctx, ctx: &Ctx, clock: &Clock, shop: UserId) -> Result<Money> {
    let mut price = Money::ZERO;
    for _ in 0..TIMES {
        deposits::create(buys, &key(ctx)?, NewDeposit { amount: PAID }).await?;
        price = price.checked_add(PAID).unwrap_or(price);
    }
    clock.advance(STEP);
    deposits::catch_up(ctx).await?;
    let new = NewPurchase {
        payment: Payment::Wallet,
        items: Vec::new(),
        price: Some(price),
        merchant_id: Some(shop),
        consumer: None,
        receipt_number: None,
    };
    purchases::record(buys, &key(ctx)?, new).await?;
    Ok(price)
}

/// The buyer's bank takes back what came in last, so much in all.
async fn contest(ctx: &Ctx, all: Money) -> Result<()> {
    let book = pix::book(ctx).await?;
    let mut left = all;
    for pix in book.received().iter().rev() {
        if !left.is_positive() {
            break;
        }
        left = left.checked_sub(pix.amount).unwrap_or_default();
        pix::play(
            ctx,
            Script::TakeBack {
                pix: pix.end_to_end_id.clone(),
                amount: pix.amount,
            },
        )
        .await?;
    }
    deposits::catch_up(ctx).await.map(drop)
}

/// A key that nothing else has.
fn key(ctx: &Ctx) -> Result<Key> {
    Key::new(&ctx.new_id().to_string(), "POST", "/", b"").map_err(Error::internal)
}
