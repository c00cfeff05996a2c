//! Sending one's documents and reading them back.

use super::{Identity, UserDocument, UserDocumentKind};
use crate::{
    Ctx, audit,
    files::{self, Content, Encryption, File, FileKind, StoredFile},
    outbox,
};
use axum::body::Bytes;
use kernel::{Error, FileId, Page, PageRequest, Result, UserDocumentId, UserId};
use serde_json::json;
use sqlx::PgConnection;

/// Selects documents the one way their owners read them; the tail is the rest of the statement.
macro_rules! select_documents {
    ($tail:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            UserDocument,
            "select d.id, d.kind, d.status, f.media_type, f.size, d.submitted_at, d.reviewed_at, d.reason
             from user_documents d join files f on f.id = d.file_id " + $tail
            $(, $argument)*
        )
    };
}

/// The acting user sends a document; it takes the place of one of the same kind that waits for review.
///
/// Errors: `tax_number_required` while the account has neither CPF nor CNPJ, and `cnpj_required` for a company's
/// registration while it has no CNPJ, because that is what documents are compared with; those of [`files::put`], and field `file` `unsupported_type` for a selfie that is not an image.
pub async fn submit(ctx: &Ctx, kind: UserDocumentKind, bytes: Bytes) -> Result<UserDocument> {
    let user = ctx.user_id()?;
    if files::recognise(&bytes) == Some(Content::Pdf) && !kind.may_be_pdf() {
        return Err(Error::invalid("file", "unsupported_type"));
    }
    // Asked before the heavy work, and once more under the lock.
    let mut conn = ctx.conn().await?;
    lock_sender(&mut conn, user, kind).await?;
    drop(conn);
    let file = files::put(ctx, FileKind::UserDocument, bytes, Encryption::Sealed).await?;
    let written = write(ctx, user, kind, &file).await;
    match &written {
        Ok((_, Some(replaced))) => files::remove(ctx, *replaced).await,
        Ok((_, None)) => {}
        Err(error) => files::give_up(ctx, file.id, error).await,
    }
    written.map(|(document, _)| document)
}

/// What the acting user sent, newest first.
pub async fn list(ctx: &Ctx, page: PageRequest) -> Result<Page<UserDocument>> {
    let user = ctx.user_id()?;
    let limit = page.limit()?;
    let mut conn = ctx.conn().await?;
    let rows = select_documents!(
        "where d.user_id = $1 and ($2::uuid is null or d.id < $2) order by d.id desc limit $3",
        user as UserId,
        page.cursor,
        i64::from(limit) + 1,
    )
    .fetch_all(&mut *conn)
    .await?;
    Ok(Page::cut(rows, limit, |row| row.id.0))
}

/// One of the acting user's documents. Error: `not_found`, also for another's.
pub async fn read(ctx: &Ctx, id: UserDocumentId) -> Result<UserDocument> {
    let user = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    own(&mut conn, id, user).await
}

/// The file of one of the acting user's documents. Error: `not_found`, also for another's.
pub async fn content(ctx: &Ctx, id: UserDocumentId) -> Result<File> {
    let user = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    let file = sqlx::query_scalar!(
        "select file_id from user_documents where id = $1 and user_id = $2",
        id as UserDocumentId,
        user as UserId,
    )
    .fetch_optional(&mut *conn)
    .await?;
    drop(conn);
    files::get(ctx, file.ok_or_else(|| Error::not_found("user document"))?).await
}

/// Everything that a user sent, newest first: for a copy of what we hold about them.
pub(crate) async fn all(conn: &mut PgConnection, user: UserId) -> Result<Vec<UserDocument>> {
    let rows = select_documents!("where d.user_id = $1 order by d.id desc", user as UserId)
        .fetch_all(conn)
        .await?;
    Ok(rows)
}

/// Forgets all documents of a user who leaves. Remove the files that it names once that is committed.
pub(crate) async fn forget(conn: &mut PgConnection, user: UserId) -> Result<Vec<FileId>> {
    let files = sqlx::query_scalar!(
        "delete from user_documents where user_id = $1 returning file_id",
        user as UserId,
    )
    .fetch_all(&mut *conn)
    .await?;
    for file in &files {
        files::release(conn, *file).await?;
    }
    Ok(files)
}

/// Has the documents vouch no more that were approved for a name or a tax number which is another now; their user is told
/// to send them again. The caller has locked the user's row.
pub(crate) async fn outdate(
    conn: &mut PgConnection,
    ctx: &Ctx,
    user: UserId,
    [before, after]: [&Identity; 2],
) -> Result<()> {
    let mut kinds = UserDocumentKind::ALL.to_vec();
    kinds.retain(|kind| {
        let is_another_number = if kind.shows_company() {
            before.cnpj != after.cnpj
        } else {
            before.cpf != after.cpf
        };
        is_another_number || before.name != after.name
    });
    let outdated = sqlx::query!(
        "update user_documents set status = 'outdated'
         where user_id = $1 and status = 'approved' and kind = any($2) returning id, kind",
        user as UserId,
        &kinds as &[UserDocumentKind],
    )
    .fetch_all(&mut *conn)
    .await?;
    for document in &outdated {
        let record = audit::Record {
            action: "user_document.outdate",
            subject: format!("user:{user}/document:{}", document.id),
            after: Some(json!({ "kind": document.kind })),
            ..audit::Record::default()
        };
        audit::record(conn, ctx, record).await?;
    }
    if outdated.is_empty() {
        return Ok(());
    }
    let event = json!({ "userId": user });
    outbox::enqueue(conn, ctx, "user_documents_outdated", event).await
}

async fn own(conn: &mut PgConnection, id: UserDocumentId, user: UserId) -> Result<UserDocument> {
    select_documents!(
        "where d.id = $1 and d.user_id = $2",
        id as UserDocumentId,
        user as UserId,
    )
    .fetch_optional(conn)
    .await?
    .ok_or_else(|| Error::not_found("user document"))
}

/// Writes the row, and says which file it replaced.
async fn write(
    ctx: &Ctx,
    user: UserId,
    kind: UserDocumentKind,
    file: &StoredFile,
) -> Result<(UserDocument, Option<FileId>)> {
    let id = UserDocumentId(ctx.new_id());
    let mut tx = ctx.begin().await?;
    lock_sender(&mut tx, user, kind).await?;
    let replaced = sqlx::query_scalar!(
        "delete from user_documents where user_id = $1 and kind = $2 and status = 'pending' returning file_id",
        user as UserId,
        kind as UserDocumentKind,
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(replaced) = replaced {
        files::release(&mut tx, replaced).await?;
    }
    files::keep(&mut tx, ctx, file).await?;
    sqlx::query!(
        "insert into user_documents (id, user_id, kind, file_id, submitted_at) values ($1, $2, $3, $4, $5)",
        id as UserDocumentId,
        user as UserId,
        kind as UserDocumentKind,
        file.id as FileId,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    let record = audit::Record {
        action: "user_document.submit",
        subject: format!("user:{user}/document:{id}"),
        after: Some(json!({ "kind": kind, "replaced": replaced.is_some() })),
        ..audit::Record::default()
    };
    audit::record(&mut tx, ctx, record).await?;
    let event = json!({ "userId": user, "userDocumentId": id, "kind": kind });
    outbox::enqueue(&mut tx, ctx, "user_document_submitted", event).await?;
    let document = own(&mut tx, id, user).await?;
    tx.commit().await?;
    Ok((document, replaced))
}

/// Locks a user who may send this document: one who is still here and gave the tax number that it is compared with.
/// Whoever leaves meanwhile waits, or is found to be gone.
async fn lock_sender(conn: &mut PgConnection, user: UserId, kind: UserDocumentKind) -> Result<()> {
    let has = sqlx::query!(
        r#"select (cpf is not null or cnpj is not null) as "a_number!", (cnpj is not null) as "a_cnpj!" from users
           where id = $1 and status = 'active' for no key update"#,
        user as UserId,
    )
    .fetch_optional(conn)
    .await?
    .ok_or_else(Error::unauthenticated)?;
    if !has.a_number {
        return Err(Error::conflict(
            "tax_number_required",
            "Give your CPF or CNPJ first: documents are compared with it.",
        ));
    }
    if kind.shows_company() && !has.a_cnpj {
        return Err(cnpj_required());
    }
    Ok(())
}

/// A company's registration says nothing about an account without a company's number.
pub(super) fn cnpj_required() -> Error {
    Error::conflict(
        "cnpj_required",
        "The account has no CNPJ to compare a company's registration with.",
    )
}
