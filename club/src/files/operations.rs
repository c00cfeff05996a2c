//! Storing, reading and removing files. Who may is the caller's business.

use super::{
    Content, Encryption, FileKind, LARGEST, MediaType,
    image::{self, Drawn},
    recognise, seal,
};
use crate::Ctx;
use axum::body::Bytes;
use kernel::{Error, FileId, Kind, Result};
use secrecy::{ExposeSecret, SecretSlice};
use sqlx::PgConnection;
use std::collections::HashSet;
use tenancy::secrets::{self, Place};
use time::Duration;

/// Bytes without a row that are younger than this may belong to an upload that goes on.
const SETTLED: Duration = Duration::hours(24);

/// A file whose bytes are stored and whose row is not, until [`keep`] writes it.
#[derive(Clone, Debug)]
pub struct StoredFile {
    /// Its id, and the name of its bytes.
    pub id: FileId,
    /// What it is for.
    pub kind: FileKind,
    /// What it is.
    pub media_type: MediaType,
    /// Bytes before encryption.
    pub size: i64,
    /// Width and height of an image, in pixels.
    pub pixels: Option<(i32, i32)>,
    sealed_key: Option<String>,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct File {
    /// What it is.
    pub media_type: MediaType,
    /// What is in it.
    pub bytes: Bytes,
}

/// Makes an uploaded file harmless and stores its bytes.
///
/// Errors: `payload_too_large` (field `file` `too_large`) above 10 MB; field `file` `required` (empty), `unsupported_type` (not of the four kinds,
/// or not one that this kind of file may be), `unreadable`, `too_many_pixels`.
pub async fn put(
    ctx: &Ctx,
    kind: FileKind,
    bytes: Bytes,
    encryption: Encryption,
) -> Result<StoredFile> {
    let content = admit(kind, &bytes)?;
    let (tenant, id) = (ctx.tenant.id, new_id());
    let key = match encryption {
        Encryption::Plain => None,
        Encryption::Sealed => Some(SecretSlice::from(secrets::random::<32>().to_vec())),
    };
    let sealed_key = match &key {
        None => None,
        Some(key) => {
            let sealed = ctx
                .platform
                .keyring
                .seal(place(ctx, id), key.expose_secret());
            Some(sealed.await?)
        }
    };
    let files = &ctx.platform.files;
    let harmless = files.work(move || {
        let harmless = make_harmless(kind, content, bytes)?;
        let size = i64::try_from(harmless.bytes.len()).map_err(Error::internal)?;
        let stored = match key {
            None => harmless.bytes,
            Some(key) => seal::seal(key.expose_secret(), tenant, id, harmless.bytes.into())?.into(),
        };
        Ok((harmless.media_type, harmless.pixels, size, stored))
    });
    let (media_type, pixels, size, stored) = harmless.await?;
    files.put(tenant, id, stored).await?;
    Ok(StoredFile {
        id,
        kind,
        media_type,
        size,
        pixels,
        sealed_key,
    })
}

/// Writes the file's row, in the transaction of what refers to it.
pub async fn keep(conn: &mut PgConnection, ctx: &Ctx, file: &StoredFile) -> Result<()> {
    sqlx::query!(
        "insert into files (id, kind, media_type, size, width, height, sealed_key, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        file.id as FileId,
        file.kind as FileKind,
        file.media_type as MediaType,
        file.size,
        file.pixels.map(|(width, _)| width),
        file.pixels.map(|(_, height)| height),
        file.sealed_key,
        ctx.now(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives up a file whose transaction ended with this error. After a failure of the database or on the way to it nobody
/// knows whether the row was committed: its bytes stay, and [`sweep`] finds out.
pub async fn give_up(ctx: &Ctx, id: FileId, because: &Error) {
    if !matches!(because.kind, Kind::Internal | Kind::Unavailable) {
        remove(ctx, id).await;
    }
}

/// Reads a file, decrypted. Error: `not_found`.
pub async fn get(ctx: &Ctx, id: FileId) -> Result<File> {
    let mut conn = ctx.conn().await?;
    let row = sqlx::query!(
        "select media_type, sealed_key from files where id = $1",
        id as FileId
    )
    .fetch_optional(&mut *conn)
    .await?
    .ok_or_else(|| Error::not_found("file"))?;
    // The connection is others' while the bytes are fetched.
    drop(conn);
    let (tenant, files) = (ctx.tenant.id, &ctx.platform.files);
    let stored = files.get(tenant, id).await?;
    let stored = stored.ok_or_else(|| Error::internal(format!("the bytes of {id} are gone")))?;
    let bytes = match row.sealed_key {
        None => stored,
        Some(sealed) => {
            let key = ctx.platform.keyring.unseal(place(ctx, id), &sealed).await?;
            let open = move || seal::open(key.expose_secret(), tenant, id, stored.into());
            files.work(open).await?.into()
        }
    };
    Ok(File {
        media_type: row.media_type,
        bytes,
    })
}

/// Deletes the file's row, in the transaction that forgets what referred to it. [`remove`] it once that is committed.
pub async fn release(conn: &mut PgConnection, id: FileId) -> Result<()> {
    sqlx::query!("delete from files where id = $1", id as FileId)
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes the bytes of a file that has no row (any more). A failure is only logged: [`sweep`] tries again.
pub async fn remove(ctx: &Ctx, id: FileId) {
    if let Err(error) = ctx.platform.files.remove(ctx.tenant.id, id).await {
        tracing::warn!(file = %id, cause = error.cause(), "the bytes of a file could not be removed");
    }
}

/// Removes bytes that have been without a row for a day, and says how many. For a job; safe to run again.
pub async fn sweep(ctx: &Ctx) -> Result<usize> {
    let settled = ctx.now() - SETTLED;
    let stored = ctx.platform.files.list(ctx.tenant.id).await?;
    let settled = stored.into_iter().filter(|file| file.written_at < settled);
    let ids: Vec<_> = settled.map(|file| file.id).collect();
    let mut conn = ctx.conn().await?;
    let kept = sqlx::query_scalar!("select id from files where id = any($1)", &ids as _)
        .fetch_all(&mut *conn)
        .await?;
    let kept: HashSet<_> = kept.into_iter().collect();
    let mut removed = 0;
    for id in ids.into_iter().filter(|id| !kept.contains(id)) {
        ctx.platform.files.remove(ctx.tenant.id, id).await?;
        removed += 1;
    }
    Ok(removed)
}

/// Seals every file's key again with the tenant's newest data key, and says how many it replaced. Safe to run again.
pub async fn reseal(ctx: &Ctx) -> Result<u64> {
    let mut tx = ctx.begin().await?;
    let rows = sqlx::query!(
        r#"select id, sealed_key as "sealed_key!" from files where sealed_key is not null order by id
           for no key update"#
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut count = 0;
    for row in rows {
        let keyring = &ctx.platform.keyring;
        let resealed = keyring.reseal(place(ctx, row.id), &row.sealed_key).await?;
        let Some(resealed) = resealed else { continue };
        sqlx::query!(
            "update files set sealed_key = $2 where id = $1",
            row.id as FileId,
            resealed
        )
        .execute(&mut *tx)
        .await?;
        count += 1;
    }
    tx.commit().await?;
    Ok(count)
}

/// What the file is, if this kind of file may be that.
fn admit(kind: FileKind, bytes: &[u8]) -> Result<Content> {
    if bytes.is_empty() {
        return Err(Error::invalid("file", "required"));
    }
    if bytes.len() > LARGEST {
        return Err(too_large());
    }
    recognise(bytes)
        .filter(|content| *content != Content::Pdf || kind.may_be_pdf())
        .ok_or_else(|| Error::invalid("file", "unsupported_type"))
}

pub(super) fn too_large() -> Error {
    Error::new(
        Kind::TooLarge,
        "payload_too_large",
        "The file is larger than 10 MB.",
    )
    .and("file", "too_large")
}

struct Harmless {
    bytes: Bytes,
    media_type: MediaType,
    pixels: Option<(i32, i32)>,
}

fn make_harmless(kind: FileKind, content: Content, bytes: Bytes) -> Result<Harmless> {
    if content == Content::Pdf {
        return Ok(Harmless {
            bytes,
            media_type: MediaType::Pdf,
            pixels: None,
        });
    }
    let Drawn {
        bytes,
        media_type,
        width,
        height,
    } = image::draw_again(&bytes, content, kind.longest_side())
        .map_err(|reason| Error::invalid("file", reason))?;
    let pixels = (width.try_into(), height.try_into());
    let (Ok(width), Ok(height)) = pixels else {
        return Err(Error::internal("an image with too long a side was drawn"));
    };
    Ok(Harmless {
        bytes: bytes.into(),
        media_type,
        pixels: Some((width, height)),
    })
}

/// Random in all its bits: who knows one file's id knows nothing of another's.
fn new_id() -> FileId {
    FileId(uuid::Builder::from_random_bytes(secrets::random()).into_uuid())
}

fn place(ctx: &Ctx, id: FileId) -> Place {
    Place {
        tenant: Some(ctx.tenant.id),
        column: "files.sealed_key",
        row: id.0,
    }
}
