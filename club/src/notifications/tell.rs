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

/// Tells the users what these events are about, in their order. Whoever has left the club is told nothing.
pub(crate) async fn tell(conn: &mut PgConnection, ctx: &Ctx, events: &[Event]) -> Result<()> {
    let told: Vec<(&Event, Told)> = events
        .iter()
        .flat_map(|event| {
            rules::news(&event.kind, &event.payload)
                .into_iter()
                .map(move |told| (event, told))
        })
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    let locales = locales(conn, &told).await?;
    let club = &ctx.tenant.branding.app_name;
    let mut rows = Columns::default();
    for (event, told) in told {
        let to: Vec<_> = match told.to {
            Whom::User(user) => locales.get_key_value(&user).into_iter().collect(),
            Whom::Everybody => locales.iter().collect(),
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
    insert(conn, &rows).await
}

/// The languages of those who are told something.
async fn locales(
    conn: &mut PgConnection,
    told: &[(&Event, Told)],
) -> Result<BTreeMap<UserId, Locale>> {
    let mut is_for_everybody = false;
    let mut users = Vec::new();
    for (_, told) in told {
        match told.to {
            Whom::User(user) => users.push(user.0),
            Whom::Everybody => is_for_everybody = true,
        }
    }
    let rows = sqlx::query!(
        "select id, locale from users where (id = any ($1) or $2) and status <> 'deleted'",
        &users,
        is_for_everybody,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.locale)).collect())
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
