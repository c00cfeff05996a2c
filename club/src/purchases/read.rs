//! Reading purchases and refunds.

use super::{Item, Party, Payment, Purchase, PurchaseFilter, PurchaseStatus, Refund};
use crate::{
    Ctx,
    users::{UserStatus, UserType, known_as},
};
use kernel::{Error, Money, Page, PageRequest, PurchaseId, RefundId, Result, Shares, UserId};
use sqlx::PgConnection;
use std::collections::HashMap;
use tenancy::{Actor, administrators::Permission};
use time::OffsetDateTime;
use uuid::Uuid;

struct Row {
    id: PurchaseId,
    payment: Payment,
    status: PurchaseStatus,
    consumer_id: UserId,
    consumer_type: UserType,
    consumer_status: UserStatus,
    consumer_first_name: String,
    consumer_last_name: String,
    merchant_id: UserId,
    merchant_type: UserType,
    merchant_status: UserStatus,
    merchant_first_name: String,
    merchant_last_name: String,
    price: Money,
    pool: Money,
    consumer_share: Money,
    club_share: Money,
    consumer_referrer_share: Money,
    merchant_referrer_share: Money,
    refunded: Money,
    receipt_number: Option<String>,
    purchased_at: OffsetDateTime,
    release_at: OffsetDateTime,
    released_at: Option<OffsetDateTime>,
}

/// Selects purchases the one way they are read; the tail is the rest of the statement.
macro_rules! select_purchases {
    ($tail:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"select p.id, p.payment, p.consumer_id, p.merchant_id, p.price, p.pool, p.consumer_share, p.club_share,
                      p.consumer_referrer_share, p.merchant_referrer_share, p.refunded, p.receipt_number,
                      p.purchased_at, p.release_at, p.released_at,
                      consumer.user_type as consumer_type, consumer.status as consumer_status,
                      consumer.first_name as consumer_first_name, consumer.last_name as consumer_last_name,
                      merchant.user_type as merchant_type, merchant.status as merchant_status,
                      merchant.first_name as merchant_first_name, merchant.last_name as merchant_last_name,
                      case when p.refunded = 0 then 'completed' when p.refunded = p.price then 'refunded'
                           else 'partially_refunded' end as "status!: PurchaseStatus"
               from purchases p
               join users consumer on consumer.id = p.consumer_id
               join users merchant on merchant.id = p.merchant_id "# + $tail
            $(, $argument)*
        )
    };
}

/// Whose purchases, deposits and withdrawals the actor may see: a user their own, an administrator of the club everybody's.
pub(crate) fn scope(ctx: &Ctx) -> Result<Option<UserId>> {
    if let Actor::User(user) = ctx.actor {
        return Ok(Some(user));
    }
    ctx.require(Permission::ViewMembers)?;
    Ok(None)
}

/// One purchase, for its consumer, its merchant and the club's administrators.
pub async fn by_id(ctx: &Ctx, id: PurchaseId) -> Result<Purchase> {
    let scope = scope(ctx)?;
    let mut conn = ctx.conn().await?;
    read(&mut conn, id, scope).await
}

/// The purchases that match, newest first.
pub async fn list(ctx: &Ctx, filter: PurchaseFilter, page: PageRequest) -> Result<Page<Purchase>> {
    let user = scope(ctx)?.or(filter.user_id);
    let limit = page.limit()?;
    let mut conn = ctx.conn().await?;
    let rows = select_purchases!(
        "where ($1::uuid is null or p.id < $1)
           and ($2::uuid is null or p.consumer_id = $2 or p.merchant_id = $2)
           and ($3::text is null or p.payment = $3)
           and ($4::text is null or $4 = case when p.refunded = 0 then 'completed'
                                              when p.refunded = p.price then 'refunded' else 'partially_refunded' end)
           and ($5::timestamptz is null or p.purchased_at >= $5)
           and ($6::timestamptz is null or p.purchased_at < $6)
         order by p.id desc limit $7",
        page.cursor,
        user as Option<UserId>,
        filter.payment as Option<Payment>,
        filter.status as Option<PurchaseStatus>,
        filter.from,
        filter.to,
        i64::from(limit) + 1,
    )
    .fetch_all(&mut *conn)
    .await?;
    let page = Page::cut(rows, limit, |row| row.id.0);
    Ok(Page {
        data: with_items(&mut conn, page.data).await?,
        next_cursor: page.next_cursor,
    })
}

/// The refunds of a purchase, the newest first, for those who may see it.
pub async fn refunds(ctx: &Ctx, id: PurchaseId, page: PageRequest) -> Result<Page<Refund>> {
    let scope = scope(ctx)?;
    let limit = page.limit()?;
    let mut conn = ctx.conn().await?;
    read(&mut conn, id, scope).await?;
    let rows = sqlx::query!(
        r#"select id as "id: RefundId", number, amount, reason, consumer_share, club_share, consumer_referrer_share,
                  merchant_referrer_share, consumer_debt, consumer_referrer_debt, merchant_referrer_debt, refunded_at
           from refunds
           where purchase_id = $1
             and ($2::uuid is null or number < (select number from refunds where id = $2 and purchase_id = $1))
           order by number desc limit $3"#,
        id as PurchaseId,
        page.cursor,
        i64::from(limit) + 1,
    )
    .fetch_all(&mut *conn)
    .await?;
    let refunds = rows.into_iter().map(|row| Refund {
        id: row.id,
        purchase_id: id,
        number: row.number,
        amount: row.amount,
        reason: row.reason,
        taken_back: Shares {
            consumer: row.consumer_share,
            club: row.club_share,
            consumer_referrer: row.consumer_referrer_share,
            merchant_referrer: row.merchant_referrer_share,
        },
        debts: Shares {
            consumer: row.consumer_debt,
            club: Money::ZERO,
            consumer_referrer: row.consumer_referrer_debt,
            merchant_referrer: row.merchant_referrer_debt,
        },
        refunded_at: row.refunded_at,
    });
    Ok(Page::cut(refunds.collect(), limit, |refund: &Refund| {
        refund.id.0
    }))
}

/// How many refunds there were of each of these purchases, and what they took back; nothing of those without any.
pub(super) async fn already_taken(
    conn: &mut PgConnection,
    purchases: &[PurchaseId],
) -> Result<HashMap<PurchaseId, (i32, Shares)>> {
    let ids: Vec<_> = purchases.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select purchase_id as "id: PurchaseId", count(*)::integer as "count!",
                  sum(consumer_share)::bigint as "consumer!: Money", sum(club_share)::bigint as "club!: Money",
                  sum(consumer_referrer_share)::bigint as "consumer_referrer!: Money",
                  sum(merchant_referrer_share)::bigint as "merchant_referrer!: Money"
           from refunds where purchase_id = any ($1) group by purchase_id"#,
        &ids,
    )
    .fetch_all(conn)
    .await?;
    let taken = rows.into_iter().map(|row| {
        let shares = Shares {
            consumer: row.consumer,
            club: row.club,
            consumer_referrer: row.consumer_referrer,
            merchant_referrer: row.merchant_referrer,
        };
        (row.id, (row.count, shares))
    });
    Ok(taken.collect())
}

/// One purchase, of this user's when there is one.
pub(super) async fn read(
    conn: &mut PgConnection,
    id: PurchaseId,
    user: Option<UserId>,
) -> Result<Purchase> {
    let row = select_purchases!(
        "where p.id = $1 and ($2::uuid is null or p.consumer_id = $2 or p.merchant_id = $2)",
        id as PurchaseId,
        user as Option<UserId>,
    )
    .fetch_optional(&mut *conn)
    .await?;
    with_items(conn, row.into_iter().collect())
        .await?
        .pop()
        .ok_or_else(|| Error::not_found("purchase"))
}

async fn with_items(conn: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<Purchase>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id.0).collect();
    let mut items: HashMap<Uuid, Vec<Item>> = HashMap::new();
    let found = sqlx::query!(
        "select purchase_id, product_id, name, quantity, unit_price, cashback_percent, cashback
         from purchase_items where purchase_id = any ($1) order by purchase_id, position",
        &ids,
    )
    .fetch_all(conn)
    .await?;
    for row in found {
        items.entry(row.purchase_id.0).or_default().push(Item {
            product_id: row.product_id,
            name: row.name,
            quantity: row.quantity,
            unit_price: row.unit_price,
            cashback_percent: row.cashback_percent,
            cashback: row.cashback,
        });
    }
    let purchases = rows.into_iter().map(|row| Purchase {
        items: items.remove(&row.id.0).unwrap_or_default(),
        id: row.id,
        payment: row.payment,
        status: row.status,
        consumer: Party {
            id: row.consumer_id,
            name: known_as(
                row.consumer_type,
                row.consumer_status,
                &row.consumer_first_name,
                &row.consumer_last_name,
            ),
        },
        merchant: Party {
            id: row.merchant_id,
            name: known_as(
                row.merchant_type,
                row.merchant_status,
                &row.merchant_first_name,
                &row.merchant_last_name,
            ),
        },
        price: row.price,
        pool: row.pool,
        shares: Shares {
            consumer: row.consumer_share,
            club: row.club_share,
            consumer_referrer: row.consumer_referrer_share,
            merchant_referrer: row.merchant_referrer_share,
        },
        refunded: row.refunded,
        receipt_number: row.receipt_number,
        purchased_at: row.purchased_at,
        release_at: row.release_at,
        released_at: row.released_at,
    });
    Ok(purchases.collect())
}
