//! Making a purchase.

use super::{
    NewItem, NewPurchase, Payment, Purchase,
    decided::{Decided, Line},
    new_purchase::{Order, Sale, Way},
    parties::{Parties, find_consumer, is_or_was, parties},
    read,
};
use crate::{
    Ctx, cashback,
    idempotency::{self, Claim, Key, StoredAnswer},
    ledger::{Attempt, Attempts},
    modules::require_module_of,
    products,
};
use axum::http::StatusCode;
use kernel::{Error, PurchaseId, Result, UserId};
use sqlx::PgConnection;
use tenancy::modules::Module;

/// Makes a purchase: from the acting consumer's wallet, or one that the acting merchant registers. Answers a
/// [`Purchase`], 201; an external sale whose receipt number is known answers the first one, 200, whatever its products cost,
/// whoever has the module and whether its consumer can still be found by now.
///
/// # Errors
/// The refused fields (`consumer` or `merchantId` `unknown`, `price` `changed`, …), no such product, `product_archived`, the module
/// `marketplace` off for a purchase of products, `insufficient_balance`, `receipt_number_used` for
/// another consumer, price or other products, and those of `idempotency::claim`. Merchants pay from no wallet and consumers register no
/// sales: 403.
pub async fn record(ctx: &Ctx, key: &Key, new: NewPurchase) -> Result<StoredAnswer> {
    let actor = ctx.user_id()?;
    let order = new.check()?;
    if order.payment() == Payment::External {
        cashback::keep_credit(&mut *ctx.conn().await?, actor).await?;
    }
    let allowed = match order.sale {
        Sale::Products { .. } => require_module_of(ctx, Module::Marketplace).await,
        Sale::Price(_) => Ok(()),
    };
    let mut attempts = Attempts::default();
    loop {
        let mut tx = ctx.begin().await?;
        let outcome = attempt(&mut tx, ctx, key, actor, &order, &allowed).await;
        if let Some(answer) = attempts.end(tx, outcome).await? {
            return Ok(answer);
        }
    }
}

async fn attempt(
    conn: &mut PgConnection,
    ctx: &Ctx,
    key: &Key,
    actor: UserId,
    order: &Order,
    allowed: &Result<()>,
) -> Result<Attempt<StoredAnswer>> {
    if let Claim::Replay(answer) = idempotency::claim(conn, ctx, key).await? {
        return Ok(Attempt::Done(answer));
    }
    // Before the module and the prices are looked at: what was sold is sold, and its answer is still owed.
    if let Some(first) = registered(conn, actor, order).await? {
        let answer = idempotency::keep(conn, ctx, key, StatusCode::OK, &first).await?;
        return Ok(Attempt::Done(answer));
    }
    allowed.clone()?;
    let (parties, lines) = resolve(conn, actor, order).await?;
    let decided = Decided::of(conn, ctx, order, &parties, lines, ctx.now()).await?;
    if !decided.write(conn).await? {
        // Registered by another request since we looked.
        let first = registered(conn, actor, order).await?;
        let first = first.ok_or_else(|| Error::internal("a receipt number is gone"))?;
        let answer = idempotency::keep(conn, ctx, key, StatusCode::OK, &first).await?;
        return Ok(Attempt::Done(answer));
    }
    let purchase = read::read(conn, decided.money.id, None).await?;
    let answer = idempotency::keep(conn, ctx, key, StatusCode::CREATED, &purchase).await?;
    // The posting last: its locks are held for the shortest time.
    match decided.post(conn).await {
        Err(error) if error.code == "debt_overpaid" => Ok(Attempt::Moved(error)),
        posted => posted.map(|()| Attempt::Done(answer)),
    }
}

/// Who buys from whom, and what.
async fn resolve(
    conn: &mut PgConnection,
    actor: UserId,
    order: &Order,
) -> Result<(Parties, Vec<Line>)> {
    let (merchant, lines) = match &order.sale {
        Sale::Products { items, .. } => {
            let (merchant, lines) = product_lines(conn, items).await?;
            (Some(merchant), Some(lines))
        }
        Sale::Price(_) => (None, None),
    };
    let found = match &order.way {
        Way::Wallet { merchant: named } => {
            let merchant = merchant.or(*named);
            let merchant = merchant.ok_or_else(|| Error::invalid("merchantId", "required"))?;
            parties(conn, actor, merchant).await
        }
        Way::External { consumer, .. } => {
            if merchant.is_some_and(|merchant| merchant != actor) {
                return Err(Error::invalid("items", "not_yours"));
            }
            let consumer = find_consumer(conn, consumer).await?;
            parties(conn, consumer, actor).await
        }
    };
    // Who acts is signed in, so an unknown one is somebody of the other type.
    let acting = match order.payment() {
        Payment::Wallet => "consumer",
        Payment::External => "merchantId",
    };
    let parties = found.map_err(|error| {
        if error.fields.contains_key(acting) {
            Error::forbidden()
        } else {
            error
        }
    })?;
    let lines = match (&order.sale, lines) {
        (Sale::Price(price), _) => vec![Line::of_price(*price, &parties.merchant)],
        (Sale::Products { .. }, lines) => lines.unwrap_or_default(),
    };
    Ok((parties, lines))
}

/// The products as they are sold now, all of one merchant.
async fn product_lines(conn: &mut PgConnection, items: &[NewItem]) -> Result<(UserId, Vec<Line>)> {
    let ids: Vec<_> = items.iter().map(|item| item.product_id).collect();
    let products = products::for_sale(conn, &ids).await?;
    let merchant = products
        .first()
        .map(|product| product.merchant_id)
        .ok_or_else(|| Error::invalid("items", "required"))?;
    if products
        .iter()
        .any(|product| product.merchant_id != merchant)
    {
        return Err(Error::invalid("items", "of_several_merchants"));
    }
    let lines = products.into_iter().zip(items).map(|(product, item)| Line {
        product: Some((product.id, product.name)),
        quantity: item.quantity,
        unit_price: product.price,
        percent: product.cashback_percent,
    });
    Ok((merchant, lines.collect()))
}

/// The purchase that the acting merchant registered under this receipt number before, if there is one.
///
/// # Errors
/// `receipt_number_used` when it is another sale: to somebody else, of other products, or of another price than the one
/// that is said. `consumer: unknown` when nobody is found and it cannot have been the first sale's consumer.
async fn registered(
    conn: &mut PgConnection,
    merchant: UserId,
    order: &Order,
) -> Result<Option<Purchase>> {
    let Way::External {
        consumer,
        receipt_number: Some(number),
    } = &order.way
    else {
        return Ok(None);
    };
    let id = sqlx::query_scalar!(
        r#"select id as "id: PurchaseId" from purchases where merchant_id = $1 and receipt_number = $2"#,
        merchant as UserId,
        number,
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(id) = id else { return Ok(None) };
    let first = read::read(conn, id, None).await?;
    if !is_or_was(conn, consumer, first.consumer.id).await? || !order.sale.is(&first) {
        return Err(Error::conflict(
            "receipt_number_used",
            "This receipt number belongs to a sale to somebody else, of other products, or of another price.",
        ));
    }
    Ok(Some(first))
}
