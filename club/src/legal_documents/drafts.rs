//! Writing and publishing, for the club's administrators.

use super::{DocumentKind, DocumentVersion, LegalTexts, rules};
use crate::{Ctx, audit, outbox};
use kernel::{DocumentId, Error, OnConstraint, Result};
use serde_json::json;
use sqlx::{PgConnection, types::Json};
use tenancy::administrators::Permission;
use time::OffsetDateTime;

struct Row {
    id: DocumentId,
    kind: DocumentKind,
    version: Option<i32>,
    texts: Json<LegalTexts>,
    drafted_at: OffsetDateTime,
    drafted_by: String,
    published_at: Option<OffsetDateTime>,
    published_by: Option<String>,
    acceptances: i64,
}

/// Selects versions and drafts the one way administrators read them; the tail is the rest of the statement.
macro_rules! select_versions {
    ($tail:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"select d.id, d.kind, d.version, d.texts as "texts: Json<LegalTexts>", d.drafted_at, d.drafted_by,
                      d.published_at, d.published_by,
                      (select count(*) from document_acceptances a where a.document_id = d.id) as "acceptances!"
               from documents d "# + $tail
            $(, $argument)*
        )
    };
}

/// The draft and the versions of a kind, or of every kind: the draft first, then the newest.
pub async fn versions(ctx: &Ctx, kind: Option<DocumentKind>) -> Result<Vec<DocumentVersion>> {
    ctx.require(Permission::ViewConsole)?;
    let mut conn = ctx.conn().await?;
    let rows = select_versions!(
        "where $1::text is null or d.kind = $1 order by d.kind, d.version desc nulls first",
        kind as Option<DocumentKind>,
    )
    .fetch_all(&mut *conn)
    .await?;
    Ok(rows.into_iter().map(DocumentVersion::from).collect())
}

/// A version or a draft. Error: `not_found`.
pub async fn by_id(ctx: &Ctx, id: DocumentId) -> Result<DocumentVersion> {
    ctx.require(Permission::ViewConsole)?;
    let mut conn = ctx.conn().await?;
    one(&mut conn, id).await
}

/// Writes the draft of a kind, in place of the one whose `drafted_at` its writer saw; `None`: there was none.
///
/// Errors: fields `title`, `body`, `en.title`, `en.body` `required`, `too_long`, `invalid`; `draft_changed` when somebody
/// wrote, published or threw away the draft meanwhile.
pub async fn draft(
    ctx: &Ctx,
    kind: DocumentKind,
    texts: LegalTexts,
    seen: Option<OffsetDateTime>,
) -> Result<DocumentVersion> {
    ctx.require(Permission::ManageSettings)?;
    let texts = rules::check(texts)?;
    let mut tx = ctx.begin().await?;
    let present = sqlx::query!(
        "select id, drafted_at from documents where kind = $1 and version is null for update",
        kind as DocumentKind,
    )
    .fetch_optional(&mut *tx)
    .await?;
    if present.as_ref().map(|draft| draft.drafted_at) != seen {
        return Err(changed());
    }
    let id = present.map_or_else(|| DocumentId(ctx.new_id()), |draft| draft.id);
    sqlx::query!(
        "insert into documents (id, kind, texts, drafted_at, drafted_by) values ($1, $2, $3, $4, $5)
         on conflict (id) do update
             set texts = excluded.texts, drafted_at = excluded.drafted_at, drafted_by = excluded.drafted_by",
        id as DocumentId,
        kind as DocumentKind,
        Json(&texts) as _,
        ctx.now(),
        ctx.actor.label(),
    )
    .execute(&mut *tx)
    .await
    .on_constraint("documents_draft_key", changed)?;
    let what = json!({ "kind": kind });
    tell(&mut tx, ctx, "document.draft", id, what).await?;
    let draft = one(&mut tx, id).await?;
    tx.commit().await?;
    Ok(draft)
}

/// Throws a draft away. Errors: `not_found`; `already_published`.
pub async fn discard(ctx: &Ctx, id: DocumentId) -> Result<()> {
    ctx.require(Permission::ManageSettings)?;
    let mut tx = ctx.begin().await?;
    let draft = lock_draft(&mut tx, id).await?;
    sqlx::query!("delete from documents where id = $1", id as DocumentId)
        .execute(&mut *tx)
        .await?;
    tell(
        &mut tx,
        ctx,
        "document.discard",
        id,
        json!({ "kind": draft.kind }),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Publishes a draft, as it was when its publisher saw it (`drafted_at`), as the next version of its kind: it is in force at
/// once and never changes again.
///
/// Errors: `not_found`; `already_published`; `draft_changed` when somebody wrote it anew meanwhile.
pub async fn publish(ctx: &Ctx, id: DocumentId, seen: OffsetDateTime) -> Result<DocumentVersion> {
    ctx.require(Permission::ManageSettings)?;
    let mut tx = ctx.begin().await?;
    let draft = lock_draft(&mut tx, id).await?;
    if draft.drafted_at != seen {
        return Err(changed());
    }
    // Whoever is accepting the version that is in force has done so before, or finds this one.
    sqlx::query!(
        "select id from documents where kind = $1 and version is not null order by version desc limit 1 for update",
        draft.kind as DocumentKind,
    )
    .fetch_optional(&mut *tx)
    .await?;
    sqlx::query!(
        "update documents set published_at = $2, published_by = $3,
                version = 1 + coalesce((select max(d.version) from documents d where d.kind = $4), 0)
         where id = $1",
        id as DocumentId,
        ctx.now(),
        ctx.actor.label(),
        draft.kind as DocumentKind,
    )
    .execute(&mut *tx)
    .await?;
    let published = one(&mut tx, id).await?;
    let what = json!({ "kind": published.kind, "version": published.version });
    tell(&mut tx, ctx, "document.publish", id, what).await?;
    let event = json!({ "documentId": id, "kind": published.kind, "version": published.version });
    outbox::enqueue(&mut tx, ctx, "document_published", event).await?;
    tx.commit().await?;
    Ok(published)
}

async fn one(conn: &mut PgConnection, id: DocumentId) -> Result<DocumentVersion> {
    select_versions!("where d.id = $1", id as DocumentId)
        .fetch_optional(conn)
        .await?
        .map(DocumentVersion::from)
        .ok_or_else(|| Error::not_found("document"))
}

async fn lock_draft(conn: &mut PgConnection, id: DocumentId) -> Result<DocumentVersion> {
    sqlx::query!(
        "select id from documents where id = $1 for update",
        id as DocumentId
    )
    .fetch_optional(&mut *conn)
    .await?;
    let document = one(conn, id).await?;
    if document.version.is_some() {
        return Err(Error::conflict(
            "already_published",
            "What is published never changes; write a new draft.",
        ));
    }
    Ok(document)
}

fn changed() -> Error {
    Error::conflict(
        "draft_changed",
        "Somebody else changed this draft meanwhile: look at it again.",
    )
}

async fn tell(
    conn: &mut PgConnection,
    ctx: &Ctx,
    action: &str,
    id: DocumentId,
    after: serde_json::Value,
) -> Result<()> {
    let record = audit::Record {
        action,
        subject: format!("document:{id}"),
        after: Some(after),
        ..audit::Record::default()
    };
    audit::record(conn, ctx, record).await
}

impl From<Row> for DocumentVersion {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            version: row.version,
            texts: row.texts.0,
            drafted_at: row.drafted_at,
            drafted_by: row.drafted_by,
            published_at: row.published_at,
            published_by: row.published_by,
            acceptances: row.acceptances,
        }
    }
}
