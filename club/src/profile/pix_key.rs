//! The Pix key that a user is paid to.

use super::{NewPixKey, PixKeyCheck, UserPixKey};
use crate::{
    Ctx, audit, outbox,
    pix::{self, PixKey, PixKeyKind, PixProvider},
    users,
};
use kernel::{Document, Error, Result, UserId, WithdrawalId};
use serde_json::{Value, json};
use sqlx::PgConnection;
use time::OffsetDateTime;

/// A user's key, and whose it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OwnedKey {
    pub(crate) key: PixKey,
    pub(crate) owner: Document,
    pub(crate) verified_by: PixKeyCheck,
    pub(crate) verified_at: Option<OffsetDateTime>,
    pub(crate) set_at: OffsetDateTime,
}

impl OwnedKey {
    /// As its user sees it.
    pub(super) fn face(&self) -> UserPixKey {
        UserPixKey {
            kind: self.key.kind(),
            key: self.key.as_str().to_owned(),
            verified_by: self.verified_by,
            verified_at: self.verified_at,
            set_at: self.set_at,
        }
    }
}

/// Makes this the key that the acting user is paid to. A CPF or CNPJ has to be the user's own; the owner of another key is
/// looked up in the directory where the provider can, else the provider checks it with each payout. A merchant with a CNPJ
/// is paid as a company where the key does not say. The same key again changes nothing.
///
/// # Errors
/// `key`: the reasons of `PixKey::parse`, `unknown` when nobody has it, `not_yours` when somebody else does. `document:
/// required` without a CPF or CNPJ in the profile. `pix_unavailable` while the owner cannot be looked up.
pub async fn set_pix_key(ctx: &Ctx, new: NewPixKey) -> Result<UserPixKey> {
    ctx.user_id()?;
    let key = parse(&new)?;
    let provider = pix::provider(ctx).await?;
    set_with(ctx, &*provider, key).await
}

fn parse(new: &NewPixKey) -> Result<PixKey> {
    PixKey::parse(new.kind, &new.key).map_err(|reason| Error::invalid("key", reason))
}

pub(super) async fn set_with(
    ctx: &Ctx,
    provider: &dyn PixProvider,
    key: PixKey,
) -> Result<UserPixKey> {
    let user = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    let documents = documents(&mut conn, user).await?;
    // Nobody waits for another server with a connection in hand.
    drop(conn);
    let (owner, verified_by) = owner(provider, &key, &documents).await?;
    let now = ctx.now();
    let after = OwnedKey {
        key,
        owner,
        verified_by,
        verified_at: (verified_by != PixKeyCheck::Payout).then_some(now),
        set_at: now,
    };
    let mut tx = ctx.begin().await?;
    users::lock(&mut tx, user).await?;
    let before = owned_key(&mut tx, user).await?;
    if let Some(before) = &before
        && (&before.key, &before.owner) == (&after.key, &after.owner)
    {
        tx.rollback().await?;
        return Ok(before.face());
    }
    write(&mut tx, user, &after).await?;
    note(&mut tx, ctx, user, (before.as_ref(), Some(&after))).await?;
    tx.commit().await?;
    Ok(after.face())
}

/// Takes the acting user's key away. Withdrawals that were asked for keep theirs. Nothing happens when there is none.
pub async fn remove_pix_key(ctx: &Ctx) -> Result<()> {
    let user = ctx.user_id()?;
    let mut tx = ctx.begin().await?;
    users::lock(&mut tx, user).await?;
    let before = owned_key(&mut tx, user).await?;
    if before.is_some() {
        forget_pix_key(&mut tx, user).await?;
        note(&mut tx, ctx, user, (before.as_ref(), None)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The key that a user is paid to.
pub(crate) async fn owned_key(conn: &mut PgConnection, user: UserId) -> Result<Option<OwnedKey>> {
    let row = sqlx::query!(
        "select kind, key, owner, verified_by, verified_at, set_at from user_pix_keys where user_id = $1",
        user as UserId
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(OwnedKey {
        key: PixKey::parse(row.kind, &row.key).map_err(Error::internal)?,
        owner: row.owner,
        verified_by: row.verified_by,
        verified_at: row.verified_at,
        set_at: row.set_at,
    }))
}

/// Makes a user's own tax number the key that they are paid to, since then: for demonstrations.
pub(crate) async fn key_of_document(
    conn: &mut PgConnection,
    user: UserId,
    document: &Document,
    at: OffsetDateTime,
) -> Result<OwnedKey> {
    let kind = if document.is_cpf() {
        PixKeyKind::Cpf
    } else {
        PixKeyKind::Cnpj
    };
    let key = OwnedKey {
        key: PixKey::parse(kind, document.as_str()).map_err(Error::internal)?,
        owner: document.clone(),
        verified_by: PixKeyCheck::Document,
        verified_at: Some(at),
        set_at: at,
    };
    write(conn, user, &key).await?;
    Ok(key)
}

/// A payout arrived: the provider had checked whose the key is that it was sent to.
pub(crate) async fn key_was_paid(
    conn: &mut PgConnection,
    user: UserId,
    withdrawal: WithdrawalId,
    at: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "update user_pix_keys k set verified_at = $3 from withdrawals w
         where k.user_id = $1 and k.verified_at is null and w.id = $2 and w.key = k.key and w.key_kind = k.kind
           and w.key_owner = k.owner",
        user as UserId,
        withdrawal as WithdrawalId,
        at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Whose the key is, and how that is known.
async fn owner(
    provider: &dyn PixProvider,
    key: &PixKey,
    documents: &[Document],
) -> Result<(Document, PixKeyCheck)> {
    let not_yours = || Error::invalid("key", "not_yours");
    // A company's number before its owner's.
    let preferred = documents
        .last()
        .ok_or_else(|| Error::invalid("document", "required"))?;
    if let Some(named) = key.document() {
        return if documents.contains(&named) {
            Ok((named, PixKeyCheck::Document))
        } else {
            Err(not_yours())
        };
    }
    if !provider.offers().key_lookup {
        return Ok((preferred.clone(), PixKeyCheck::Payout));
    }
    let found = provider
        .lookup_key(key)
        .await?
        .ok_or_else(|| Error::invalid("key", "unknown"))?;
    let owner = documents
        .iter()
        .rev()
        .find(|document| found.may_be(document))
        .ok_or_else(not_yours)?;
    Ok((owner.clone(), PixKeyCheck::Lookup))
}

/// A user's tax numbers, a company's last.
async fn documents(conn: &mut PgConnection, user: UserId) -> Result<Vec<Document>> {
    let row = sqlx::query!("select cpf, cnpj from users where id = $1", user as UserId)
        .fetch_optional(conn)
        .await?
        .ok_or_else(Error::unauthenticated)?;
    let documents = [row.cpf.map(Document::from), row.cnpj.map(Document::from)];
    Ok(documents.into_iter().flatten().collect())
}

async fn write(conn: &mut PgConnection, user: UserId, key: &OwnedKey) -> Result<()> {
    sqlx::query!(
        "insert into user_pix_keys (user_id, kind, key, owner, verified_by, verified_at, set_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (user_id) do update set
             kind = excluded.kind, key = excluded.key, owner = excluded.owner, verified_by = excluded.verified_by,
             verified_at = excluded.verified_at, set_at = excluded.set_at",
        user as UserId,
        key.key.kind() as PixKeyKind,
        key.key.as_str(),
        &key.owner as &Document,
        key.verified_by as PixKeyCheck,
        key.verified_at,
        key.set_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The audit row, which can never be deleted and so does not hold the key, and the event that tells the user.
async fn note(
    conn: &mut PgConnection,
    ctx: &Ctx,
    user: UserId,
    (before, after): (Option<&OwnedKey>, Option<&OwnedKey>),
) -> Result<()> {
    let traced = |key: &OwnedKey| -> Value {
        json!({ "type": key.key.kind(), "verifiedBy": key.verified_by })
    };
    let record = audit::Record {
        action: if after.is_some() {
            "pix_key.set"
        } else {
            "pix_key.remove"
        },
        subject: format!("user:{user}/pix_key"),
        before: before.map(traced),
        after: after.map(traced),
    };
    audit::record(conn, ctx, record).await?;
    let event = json!({ "userId": user, "isRemoved": after.is_none() });
    outbox::enqueue(conn, ctx, "pix_key_changed", event).await
}

/// Deletes a user's key.
pub(super) async fn forget_pix_key(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "delete from user_pix_keys where user_id = $1",
        user as UserId
    )
    .execute(conn)
    .await?;
    Ok(())
}
