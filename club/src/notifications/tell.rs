//! Turning events into rows, in the relay's transaction.

use super::{
    NotificationKind,
    rules::{self, Told, Whom},
};
use crate::{Ctx, outbox::Event};
use kernel::{Locale, Result, UserId};
use sqlx::PgConnection;
use std::collections::BTreeMap;
use time::OffsetDateTime;
use uuid::Uuid;

/// Rows as the database takes them: a column each.
#[derive(Default)]
struct Columns {
    ids: Vec<Uuid>,
    users: Vec<Uuid>,
    events: Vec<i64>,
    kinds: Vec<NotificationKind>,
    subjects: Vec<Option<Uuid>>,
    titles: Vec<String>,
    bodies: Vec<String>,
    times: Vec<OffsetDateTime>,
}

/// Those who are still in the club, with the language that each reads.
pub(crate) type Readers = BTreeMap<UserId, Locale>;

/// Whom these events are to be told to. None of them leaves the club before the transaction ends: it is no more than what a
/// notification's foreign key holds, only sooner.
pub(crate) async fn hold_readers(conn: &mut PgConnection, events: &[Event]) -> Result<Readers> {
    let mut is_for_everybody = false;
    let mut users = Vec::new();
    for (_, told) in news(events) {
        match told.to {
            Whom::User(user) => users.push(user.0),
            Whom::Everybody => is_for_everybody = true,
        }
    }
    if users.is_empty() && !is_for_everybody {
        return Ok(Readers::new());
    }
    let rows = sqlx::query!(
        "select id, locale from users where (id = any ($1) or $2) and status <> 'deleted' order by id for key share",
        &users,
        is_for_everybody,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.locale)).collect())
}

/// Tells these readers what the events are about, in their order. Whoever has left the club is not among them.
pub(crate) async fn tell(
    conn: &mut PgConnection,
    ctx: &Ctx,
    events: &[Event],
    readers: &Readers,
) -> Result<()> {
    let club = &ctx.tenant.branding.app_name;
    let mut rows = Columns::default();
    for (event, told) in news(events) {
        let to: Vec<_> = match told.to {
            Whom::User(user) => readers.get_key_value(&user).into_iter().collect(),
            Whom::Everybody => readers.iter().collect(),
        };
        for (user, locale) in to {
            let text = told.news.text(*locale, club);
            rows.ids.push(ctx.new_id());
            rows.users.push(user.0);
            rows.events.push(event.id);
            rows.kinds.push(told.news.kind());
            rows.subjects.push(told.subject);
            rows.titles.push(text.title);
            rows.bodies.push(text.body);
            rows.times.push(event.created_at);
        }
    }
    if rows.ids.is_empty() {
        return Ok(());
    }
    insert(conn, &rows).await
}

fn news(events: &[Event]) -> impl Iterator<Item = (&Event, Told)> {
    events.iter().flat_map(|event| {
        let news = rules::news(&event.kind, &event.payload);
        news.into_iter().map(move |told| (event, told))
    })
}

async fn insert(conn: &mut PgConnection, rows: &Columns) -> Result<()> {
    sqlx::query!(
        "insert into notifications (id, user_id, event_id, kind, subject_id, title, body, created_at)
         select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::uuid[], $6::text[], $7::text[],
                              $8::timestamptz[])",
        &rows.ids,
        &rows.users,
        &rows.events,
        &rows.kinds as &[NotificationKind],
        &rows.subjects as &[Option<Uuid>],
        &rows.titles,
        &rows.bodies,
        &rows.times,
    )
    .execute(conn)
    .await?;
    Ok(())
}
