//! Reading and accepting what is in force.

use super::{Acceptance, Document, DocumentKind, DocumentWithText, LegalTexts};
use crate::{Ctx, audit, outbox};
use kernel::{DocumentId, Error, Locale, Page, Result, UserId};
use serde_json::json;
use sqlx::{PgConnection, types::Json};
use time::OffsetDateTime;

struct Row {
    id: DocumentId,
    kind: DocumentKind,
    version: i32,
    texts: Json<LegalTexts>,
    published_at: OffsetDateTime,
    is_in_force: bool,
    accepted_at: Option<OffsetDateTime>,
    own_locale: Locale,
}

/// Selects published versions the one way users read them (`$1`); the tail is the rest of the condition.
macro_rules! select_published {
    ($tail:tt, $user:expr $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"select d.id, d.kind, d.version as "version!", d.texts as "texts: Json<LegalTexts>",
                      d.published_at as "published_at!",
                      not exists (select from documents n where n.kind = d.kind and n.version > d.version)
                          as "is_in_force!",
                      a.accepted_at as "accepted_at?", u.locale as "own_locale"
               from documents d join users u on u.id = $1
               left join document_acceptances a on a.document_id = d.id and a.user_id = u.id
               where d.version is not null "# + $tail,
            $user as UserId
            $(, $argument)*
        )
    };
}

/// The versions in force, one of each kind that has any, without their texts; in this language where they have it, else in
/// Portuguese. Without a language it is the acting user's.
pub async fn in_force(ctx: &Ctx, locale: Option<Locale>) -> Result<Page<Document>> {
    let user = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    let rows = select_published!(
        "and not exists (select from documents n where n.kind = d.kind and n.version > d.version)",
        user
    )
    .fetch_all(&mut *conn)
    .await?;
    let documents = rows.into_iter().map(|row| told(row, locale).document);
    let mut data: Vec<_> = documents.collect();
    data.sort_by_key(|document| document.kind);
    Ok(Page {
        data,
        next_cursor: None,
    })
}

/// A published version with its text, also one that is no longer in force. Error: `not_found`, also for a draft.
pub async fn read(ctx: &Ctx, id: DocumentId, locale: Option<Locale>) -> Result<DocumentWithText> {
    let user = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    let row = select_published!("and d.id = $2", user, id as DocumentId)
        .fetch_optional(&mut *conn)
        .await?;
    row.map(|row| told(row, locale))
        .ok_or_else(|| Error::not_found("document"))
}

/// The acting user accepts a version; says also whether it is new. Accepting it again changes nothing.
///
/// Errors: `not_found`; `document_not_in_force` when there is a newer version.
pub async fn accept(ctx: &Ctx, id: DocumentId) -> Result<(Acceptance, bool)> {
    let user = ctx.user_id()?;
    let mut tx = ctx.begin().await?;
    // Whoever publishes the next version waits until this is written, or has committed when it is read below.
    sqlx::query!(
        "select id from documents where id = $1 and version is not null for key share",
        id as DocumentId
    )
    .fetch_optional(&mut *tx)
    .await?;
    let row = select_published!("and d.id = $2", user, id as DocumentId)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| Error::not_found("document"))?;
    // Accepted while it was in force: a repeated request is told the same.
    if row.accepted_at.is_none() && !row.is_in_force {
        return Err(Error::conflict(
            "document_not_in_force",
            "There is a newer version; read and accept that one.",
        ));
    }
    let inserted = sqlx::query!(
        "insert into document_acceptances (user_id, document_id, accepted_at, ip) values ($1, $2, $3, $4)
         on conflict do nothing",
        user as UserId,
        id as DocumentId,
        ctx.now(),
        ctx.origin.ip.map(|ip| ip.to_string()),
    )
    .execute(&mut *tx)
    .await?;
    let is_new = inserted.rows_affected() == 1;
    if is_new {
        let record = audit::Record {
            action: "document.accept",
            subject: format!("document:{id}"),
            after: Some(json!({ "kind": row.kind, "version": row.version })),
            ..audit::Record::default()
        };
        audit::record(&mut tx, ctx, record).await?;
        let event = json!({ "userId": user, "documentId": id, "kind": row.kind });
        outbox::enqueue(&mut tx, ctx, "document_accepted", event).await?;
    }
    let acceptance = acceptances(&mut tx, user).await?;
    let acceptance = acceptance.into_iter().find(|it| it.document_id == id);
    tx.commit().await?;
    let acceptance = acceptance.ok_or_else(|| Error::internal("an acceptance is gone"))?;
    Ok((acceptance, is_new))
}

/// Everything that a user accepted, the newest first.
pub(crate) async fn acceptances(conn: &mut PgConnection, user: UserId) -> Result<Vec<Acceptance>> {
    let acceptances = sqlx::query_as!(
        Acceptance,
        r#"select a.document_id, d.kind, d.version as "version!", a.accepted_at, a.ip
           from document_acceptances a join documents d on d.id = a.document_id
           where a.user_id = $1 order by a.accepted_at desc, a.document_id"#,
        user as UserId,
    )
    .fetch_all(conn)
    .await?;
    Ok(acceptances)
}

fn told(row: Row, locale: Option<Locale>) -> DocumentWithText {
    let (locale, text) = row.texts.0.into_locale(locale.unwrap_or(row.own_locale));
    DocumentWithText {
        document: Document {
            id: row.id,
            kind: row.kind,
            version: row.version,
            locale,
            title: text.title,
            published_at: row.published_at,
            is_in_force: row.is_in_force,
            accepted_at: row.accepted_at,
        },
        body: text.body,
    }
}
