//! Reading one's referrals.

use super::{Referral, Referrals};
use crate::{Ctx, users::UserStatus};
use kernel::{Error, Money, Page, PageRequest, Result, UserId};

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
    let people = page.data.into_iter().map(|row| Referral {
        name: (row.status != UserStatus::Deleted).then(|| short(&row.first_name, &row.last_name)),
        user_type: row.user_type,
        joined_at: row.created_at,
        earned: Money::ZERO,
    });
    Ok(Referrals {
        referral_id: summary.referral_id,
        people: summary.people,
        total_earned: Money::ZERO,
        data: people.collect(),
        next_cursor: page.next_cursor,
    })
}

/// `Ana S.`
fn short(first_name: &str, last_name: &str) -> String {
    match last_name.chars().next() {
        Some(initial) => format!("{first_name} {}.", initial.to_uppercase()),
        None => first_name.to_owned(),
    }
}
