//! Reading one's referrals.

use super::{Referral, Referrals};
use crate::{Ctx, users::known_as};
use kernel::{Error, Money, Page, PageRequest, Result, UserId};
use sqlx::PgConnection;
use std::collections::HashMap;

/// Whom the acting user brought, newest first, and what it earned them.
pub async fn mine(ctx: &Ctx, page: PageRequest) -> Result<Referrals> {
    let me = ctx.user_id()?;
    let limit = page.limit()?;
    let mut conn = ctx.conn().await?;
    let summary = sqlx::query!(
        r#"select u.referral_id, (select count(*) from users r where r.referred_by = u.id) as "people!"
           from users u where u.id = $1"#,
        me as UserId,
    )
    .fetch_optional(&mut *conn)
    .await?
    .ok_or_else(Error::unauthenticated)?;
    let rows = sqlx::query!(
        "select id, first_name, last_name, status, user_type, created_at from users
         where referred_by = $1 and ($2::uuid is null or id < $2) order by id desc limit $3",
        me as UserId,
        page.cursor,
        i64::from(limit) + 1,
    )
    .fetch_all(&mut *conn)
    .await?;
    let page = Page::cut(rows, limit, |row| row.id.0);
    let earned = earned(&mut conn, me).await?;
    let by = |id: UserId| earned.get(&id).copied().unwrap_or_default();
    let people = page.data.into_iter().map(|row| Referral {
        name: known_as(row.user_type, row.status, &row.first_name, &row.last_name),
        user_type: row.user_type,
        joined_at: row.created_at,
        earned: by(row.id),
    });
    Ok(Referrals {
        referral_id: summary.referral_id,
        people: summary.people,
        total_earned: sum(earned.values())?,
        data: people.collect(),
        next_cursor: page.next_cursor,
    })
}

/// What each person earned this user: the shares of their purchases, less what refunds took back of them.
async fn earned(conn: &mut PgConnection, me: UserId) -> Result<HashMap<UserId, Money>> {
    let rows = sqlx::query!(
        r#"select part.referred as "referred!: UserId", sum(part.share)::bigint as "earned!: Money"
           from (select consumer_id as referred, consumer_referrer_share - coalesce((
                            select sum(r.consumer_referrer_share) from refunds r where r.purchase_id = p.id), 0) as share
                 from purchases p where consumer_referrer_id = $1
                 union all
                 select merchant_id, merchant_referrer_share - coalesce((
                            select sum(r.merchant_referrer_share) from refunds r where r.purchase_id = p.id), 0)
                 from purchases p where merchant_referrer_id = $1) part
           group by part.referred"#,
        me as UserId,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.referred, row.earned))
        .collect())
}

fn sum<'a>(mut amounts: impl Iterator<Item = &'a Money>) -> Result<Money> {
    amounts
        .try_fold(Money::ZERO, |sum, amount| sum.checked_add(*amount))
        .ok_or_else(|| Error::internal("more was earned than can be counted"))
}
