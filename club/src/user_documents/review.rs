//! Looking at documents, for the club's administrators.

use super::{
    Identity, ReviewedDocument, UserDocument, UserDocumentStatus, operations::cnpj_required,
};
use crate::{
    Ctx, audit,
    files::{self, File, MediaType},
    kyc, outbox,
    users::UserType,
};
use kernel::{Cnpj, Cpf, Error, Page, PageRequest, Result, UserDocumentId, UserId};
use serde_json::json;
use sqlx::PgConnection;
use tenancy::administrators::Permission;
use time::OffsetDateTime;

struct Row {
    id: UserDocumentId,
    kind: super::UserDocumentKind,
    status: UserDocumentStatus,
    media_type: MediaType,
    size: i64,
    submitted_at: OffsetDateTime,
    reviewed_at: Option<OffsetDateTime>,
    reason: Option<String>,
    user_id: UserId,
    name: String,
    cpf: Option<Cpf>,
    cnpj: Option<Cnpj>,
    user_type: UserType,
    kyc_level: i16,
    reviewed_by: Option<String>,
}

/// Selects documents the one way administrators read them; the tail is the rest of the statement.
macro_rules! select_reviewed {
    ($tail:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"select d.id, d.kind, d.status, f.media_type, f.size, d.submitted_at, d.reviewed_at, d.reason, d.user_id,
                      concat_ws(' ', u.first_name, u.last_name) as "name!", u.cpf, u.cnpj, u.user_type, u.kyc_level,
                      d.reviewed_by
               from user_documents d join files f on f.id = d.file_id join users u on u.id = d.user_id "# + $tail
            $(, $argument)*
        )
    };
}

/// What waits for review, the oldest first.
pub async fn queue(ctx: &Ctx, page: PageRequest) -> Result<Page<ReviewedDocument>> {
    ctx.require(Permission::ViewMembers)?;
    let limit = page.limit()?;
    let mut conn = ctx.conn().await?;
    let rows = select_reviewed!(
        "where d.status = 'pending' and ($1::uuid is null or d.id > $1) order by d.id limit $2",
        page.cursor,
        i64::from(limit) + 1,
    )
    .fetch_all(&mut *conn)
    .await?;
    Ok(page_of(rows, limit))
}

/// How many documents wait for review.
pub async fn waiting(ctx: &Ctx) -> Result<i64> {
    ctx.require(Permission::ViewMembers)?;
    let mut conn = ctx.conn().await?;
    let waiting = sqlx::query_scalar!(
        r#"select count(*) as "waiting!" from user_documents where status = 'pending'"#
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(waiting)
}

/// What a user sent, the newest first.
pub async fn of_user(ctx: &Ctx, user: UserId, page: PageRequest) -> Result<Page<ReviewedDocument>> {
    ctx.require(Permission::ViewMembers)?;
    let limit = page.limit()?;
    let mut conn = ctx.conn().await?;
    let rows = select_reviewed!(
        "where d.user_id = $1 and ($2::uuid is null or d.id < $2) order by d.id desc limit $3",
        user as UserId,
        page.cursor,
        i64::from(limit) + 1,
    )
    .fetch_all(&mut *conn)
    .await?;
    Ok(page_of(rows, limit))
}

fn page_of(rows: Vec<Row>, limit: u16) -> Page<ReviewedDocument> {
    let rows = rows.into_iter().map(ReviewedDocument::from).collect();
    Page::cut(rows, limit, |row: &ReviewedDocument| row.document.id.0)
}

/// One document, whoever sent it. Error: `not_found`, also when its user replaced it meanwhile.
pub async fn read_reviewed(ctx: &Ctx, id: UserDocumentId) -> Result<ReviewedDocument> {
    ctx.require(Permission::ViewMembers)?;
    let mut conn = ctx.conn().await?;
    by_id(&mut conn, id).await
}

/// The file of a document, to be looked at; that it was is audited before it is opened. Error: `not_found`.
pub async fn read_content(ctx: &Ctx, id: UserDocumentId) -> Result<File> {
    ctx.require(Permission::ManageMembers)?;
    let mut tx = ctx.begin().await?;
    let document = sqlx::query!(
        "select user_id, file_id from user_documents where id = $1",
        id as UserDocumentId
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(|| Error::not_found("user document"))?;
    let record = audit::Record {
        action: "user_document.read",
        subject: format!("user:{}/document:{id}", document.user_id),
        ..audit::Record::default()
    };
    audit::record(&mut tx, ctx, record).await?;
    tx.commit().await?;
    files::get(ctx, document.file_id).await
}

/// Approves a document that was compared with this identity; its user's KYC level follows.
///
/// Errors: `not_found`, also when its user replaced it meanwhile; `already_reviewed`; `identity_changed` when the
/// account has another now; `cnpj_required` for a company's registration while it has no CNPJ.
pub async fn approve(
    ctx: &Ctx,
    id: UserDocumentId,
    compared_with: &Identity,
) -> Result<ReviewedDocument> {
    review(ctx, id, Decision::Approve(compared_with)).await
}

/// Refuses a document; its user reads the reason.
///
/// Errors: field `reason` `required`, `too_long`; `not_found`, also when its user replaced it meanwhile;
/// `already_reviewed`.
pub async fn refuse(ctx: &Ctx, id: UserDocumentId, reason: &str) -> Result<ReviewedDocument> {
    review(ctx, id, Decision::Refuse(audit::reason(reason)?)).await
}

/// What an administrator makes of a document.
#[derive(Clone, Copy)]
enum Decision<'a> {
    /// It shows this.
    Approve(&'a Identity),
    /// It does not, for this reason.
    Refuse(&'a str),
}

async fn review(ctx: &Ctx, id: UserDocumentId, decision: Decision<'_>) -> Result<ReviewedDocument> {
    ctx.require(Permission::ManageMembers)?;
    let (status, action, refusal) = match decision {
        Decision::Approve(_) => (UserDocumentStatus::Approved, "user_document.approve", None),
        Decision::Refuse(reason) => (
            UserDocumentStatus::Refused,
            "user_document.refuse",
            Some(reason),
        ),
    };
    let mut tx = ctx.begin().await?;
    lock_user(&mut tx, id).await?;
    let reviewed = sqlx::query!(
        "update user_documents set status = $2, reason = $3, reviewed_at = $4, reviewed_by = $5
         where id = $1 and status = 'pending'",
        id as UserDocumentId,
        status as UserDocumentStatus,
        refusal,
        ctx.now(),
        ctx.actor.label(),
    )
    .execute(&mut *tx)
    .await?;
    let document = by_id(&mut tx, id).await?;
    if reviewed.rows_affected() == 0 {
        return Err(Error::conflict(
            "already_reviewed",
            "This document was reviewed before.",
        ));
    }
    if let Decision::Approve(compared_with) = decision {
        require_shown(&document, compared_with)?;
    }
    let user = document.user_id;
    let record = audit::Record {
        action,
        subject: format!("user:{user}/document:{id}"),
        after: Some(json!({ "kind": document.document.kind })),
        ..audit::Record::default()
    };
    audit::record(&mut tx, ctx, record).await?;
    let mut event = json!({ "userId": user, "userDocumentId": id, "status": status });
    if let Some(reason) = refusal {
        event["reason"] = reason.into();
    }
    outbox::enqueue(&mut tx, ctx, "user_document_reviewed", event).await?;
    let kyc_level = kyc::follow_documents(&mut tx, ctx, user).await?;
    tx.commit().await?;
    Ok(ReviewedDocument {
        kyc_level,
        ..document
    })
}

/// Refuses an approval for another name or other numbers than the account has, and of a registration for no number.
fn require_shown(document: &ReviewedDocument, compared_with: &Identity) -> Result<()> {
    if document.identity != *compared_with {
        return Err(Error::conflict(
            "identity_changed",
            "The account's name, CPF or CNPJ changed meanwhile: compare the document again.",
        ));
    }
    if document.document.kind.shows_company() && compared_with.cnpj.is_none() {
        return Err(cnpj_required());
    }
    Ok(())
}

/// Locks the user whose document it is, as whoever sends one does: first the user, then the document.
async fn lock_user(conn: &mut PgConnection, id: UserDocumentId) -> Result<()> {
    sqlx::query!(
        "select id from users where id = (select user_id from user_documents where id = $1) for no key update",
        id as UserDocumentId,
    )
    .fetch_optional(conn)
    .await?
    .map(drop)
    .ok_or_else(|| Error::not_found("user document"))
}

async fn by_id(conn: &mut PgConnection, id: UserDocumentId) -> Result<ReviewedDocument> {
    select_reviewed!("where d.id = $1", id as UserDocumentId)
        .fetch_optional(conn)
        .await?
        .map(ReviewedDocument::from)
        .ok_or_else(|| Error::not_found("user document"))
}

impl From<Row> for ReviewedDocument {
    fn from(row: Row) -> Self {
        Self {
            document: UserDocument {
                id: row.id,
                kind: row.kind,
                status: row.status,
                media_type: row.media_type,
                size: row.size,
                submitted_at: row.submitted_at,
                reviewed_at: row.reviewed_at,
                reason: row.reason,
            },
            user_id: row.user_id,
            identity: Identity {
                name: row.name,
                cpf: row.cpf,
                cnpj: row.cnpj,
            },
            user_type: row.user_type,
            kyc_level: row.kyc_level,
            reviewed_by: row.reviewed_by,
        }
    }
}
