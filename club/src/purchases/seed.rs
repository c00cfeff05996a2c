//! Ninety days of plausible sales for a demonstration, made by the same rules and postings as everybody's.

use super::{
    SoughtConsumer,
    decided::{Decided, Line},
    new_purchase::{Order, Sale, Way},
    parties::parties,
    release::release,
};
use crate::{
    Ctx,
    cashback::{self, MoneySettingsPatch},
    ledger::{self, Posting},
    users::UserType,
};
use kernel::{Money, Percent, Result, UserId};
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

const DAYS: usize = 90;
/// After how many days a demonstration's cashback can be spent, so that some is always pending.
const RELEASE_DAYS: i16 = 7;
/// What a demonstration's merchants may owe.
const CREDIT: Money = Money::from_centavos(20_000_00);
/// From which level on: one whose company's registration was approved.
const CREDIT_LEVEL: i16 = 1;
/// What its merchants give back, in ten thousandths of a percent.
const PERCENTS: [i64; 4] = [50_000, 80_000, 100_000, 35_000];

/// Who sells to whom in a demonstration.
pub(crate) struct Market {
    consumers: Vec<Member>,
    merchants: Vec<Member>,
}

/// Sets up a tenant without sales for ninety days of them among its members; nothing when it has sales, or nobody to make
/// them.
pub(crate) async fn open_market(ctx: &Ctx) -> Result<Option<Market>> {
    let mut conn = ctx.conn().await?;
    let consumers = members(&mut conn, UserType::Consumer).await?;
    let merchants = members(&mut conn, UserType::Merchant).await?;
    let has_sales = sqlx::query_scalar!(r#"select exists (select from purchases) as "has_sales!""#)
        .fetch_one(&mut *conn)
        .await?;
    drop(conn);
    if has_sales || consumers.is_empty() || merchants.is_empty() {
        return Ok(None);
    }
    let patch = MoneySettingsPatch {
        release_days: Some(RELEASE_DAYS),
        merchant_credit_limit: Some(CREDIT),
        merchant_credit_level: Some(CREDIT_LEVEL),
    };
    cashback::change_settings(ctx, patch).await?;
    for ((merchant, _), percent) in merchants.iter().zip(PERCENTS.into_iter().cycle()) {
        let percent = Percent::from_ten_thousandths(percent).unwrap_or_default();
        cashback::set_merchant_percent(ctx, *merchant, percent).await?;
    }
    Ok(Some(Market {
        consumers,
        merchants,
    }))
}

/// Writes ninety days of sales, and what is to be posted of them. Returns how many were made.
pub(crate) async fn seed(
    conn: &mut PgConnection,
    ctx: &Ctx,
    market: &Market,
    postings: &mut Vec<Posting>,
) -> Result<usize> {
    let Market {
        consumers,
        merchants,
    } = market;
    for (merchant, _) in merchants {
        ledger::set_credit(conn, *merchant, CREDIT).await?;
    }
    let mut made = 0;
    for day in 0..DAYS {
        let ago = i64::try_from(DAYS - day).unwrap_or_default();
        let morning = ctx.now() - Duration::days(ago);
        let (_, released) = release(conn, morning).await?;
        postings.extend(released);
        for sale in 0..=(day * 7 % 4) {
            let at = morning + Duration::minutes(i64::try_from(sale * 97).unwrap_or_default());
            let place = day * 5 + sale * 3;
            let (consumer, merchant) = (
                there(consumers, place, at),
                there(merchants, day + sale, at),
            );
            postings.extend(sell(conn, ctx, consumer, merchant, (made, at)).await?);
            made += 1;
        }
    }
    Ok(made)
}

/// One sale of some price between R$ 15,00 and R$ 300,00.
async fn sell(
    conn: &mut PgConnection,
    ctx: &Ctx,
    consumer: UserId,
    merchant: UserId,
    (nth, at): (usize, OffsetDateTime),
) -> Result<Option<Posting>> {
    let centavos = i64::try_from(1_500 + (nth * 7_919 + 37) % 28_500).unwrap_or(1_500);
    let price = Money::from_centavos(centavos);
    let order = Order {
        way: Way::External {
            consumer: SoughtConsumer::default(),
            receipt_number: Some(format!("NF-{}", 1_000 + nth)),
        },
        sale: Sale::Price(price),
    };
    let parties = parties(conn, consumer, merchant).await?;
    let line = Line::of_price(price, &parties.merchant);
    let decided = Decided::of(conn, ctx, &order, &parties, vec![line], at).await?;
    decided.write(conn).await?;
    Ok(decided.sale())
}

/// A member and since when they are one.
type Member = (UserId, OffsetDateTime);

/// One of those who had joined by then; of all of them where nobody had.
fn there(members: &[Member], place: usize, at: OffsetDateTime) -> UserId {
    let joined = match members.partition_point(|(_, since)| *since <= at) {
        0 => members.len(),
        joined => joined,
    };
    members[place % joined].0
}

/// By when they joined.
async fn members(conn: &mut PgConnection, user_type: UserType) -> Result<Vec<Member>> {
    let members = sqlx::query!(
        "select id, created_at from users where user_type = $1 and status = 'active' order by created_at, id",
        user_type as UserType,
    )
    .fetch_all(conn)
    .await?;
    Ok(members
        .into_iter()
        .map(|member| (member.id, member.created_at))
        .collect())
}
