//! The pictures of products.

use super::{MOST_IMAGES, ProductImage, operations, reading};
use crate::{
    Ctx,
    files::{self, Encryption, FileKind, StoredFile},
};
use axum::body::Bytes;
use kernel::{Error, FileId, ProductId, Result, UserId};
use serde_json::json;
use sqlx::PgConnection;

/// A merchant adds a picture to a product of theirs; it comes last.
///
/// Errors: `not_found` for another's; field `file` `too_many` beyond [`MOST_IMAGES`]; those of [`files::put`].
pub async fn add_image(ctx: &Ctx, id: ProductId, bytes: Bytes) -> Result<ProductImage> {
    let merchant = ctx.user_id()?;
    // Asked before the heavy work, and once more under the lock.
    let mut conn = ctx.conn().await?;
    let product = reading::own(&mut conn, id, merchant).await?;
    drop(conn);
    require_room(product.images.len())?;
    let file = files::put(ctx, FileKind::ProductImage, bytes, Encryption::Plain).await?;
    let added = append(ctx, id, merchant, &file).await;
    if let Err(error) = &added {
        files::give_up(ctx, file.id, error).await;
    }
    added
}

/// A merchant takes a picture off a product of theirs. Error: `not_found`, also for another's.
pub async fn remove_image(ctx: &Ctx, id: ProductId, image: FileId) -> Result<()> {
    let merchant = ctx.user_id()?;
    let mut tx = ctx.begin().await?;
    operations::lock_own(&mut tx, id, merchant).await?;
    let removed = sqlx::query!(
        "delete from product_images where product_id = $1 and file_id = $2",
        id as ProductId,
        image as FileId,
    )
    .execute(&mut *tx)
    .await?;
    if removed.rows_affected() == 0 {
        return Err(Error::not_found("image"));
    }
    files::release(&mut tx, image).await?;
    let gone = json!({ "image": image });
    operations::tell(&mut tx, ctx, "change", id, Some(gone), None).await?;
    tx.commit().await?;
    files::remove(ctx, image).await;
    Ok(())
}

/// A picture of a product that the acting person sees. Error: `not_found`.
pub async fn image(ctx: &Ctx, id: ProductId, image: FileId) -> Result<files::File> {
    may_see(ctx, id, image).await?;
    files::get(ctx, image).await
}

/// Refuses who does not see this picture of this product. Error: `not_found`.
pub(super) async fn may_see(ctx: &Ctx, id: ProductId, image: FileId) -> Result<()> {
    let viewer = reading::viewer(ctx)?;
    let mut conn = ctx.conn().await?;
    sqlx::query!(
        "select i.file_id from product_images i
         join products p on p.id = i.product_id join users m on m.id = p.merchant_id
         where p.id = $1 and i.file_id = $2
           and ($3::uuid is null or p.merchant_id = $3 or (p.archived_at is null and m.status = 'active'))",
        id as ProductId,
        image as FileId,
        viewer as Option<UserId>,
    )
    .fetch_optional(&mut *conn)
    .await?
    .map(drop)
    .ok_or_else(|| Error::not_found("image"))
}

/// Forgets all pictures of a merchant who leaves. Remove the files that it names once that is committed.
pub(crate) async fn forget_images(
    conn: &mut PgConnection,
    merchant: UserId,
) -> Result<Vec<FileId>> {
    let files = sqlx::query_scalar!(
        "delete from product_images i using products p where p.id = i.product_id and p.merchant_id = $1
         returning i.file_id",
        merchant as UserId,
    )
    .fetch_all(&mut *conn)
    .await?;
    for file in &files {
        files::release(conn, *file).await?;
    }
    Ok(files)
}

async fn append(
    ctx: &Ctx,
    id: ProductId,
    merchant: UserId,
    file: &StoredFile,
) -> Result<ProductImage> {
    let (width, height) = file
        .pixels
        .ok_or_else(|| Error::internal("a picture of a product is an image"))?;
    let mut tx = ctx.begin().await?;
    require_present(&mut tx, merchant).await?;
    operations::lock_own(&mut tx, id, merchant).await?;
    let position = next_position(&mut tx, id).await?;
    files::keep(&mut tx, ctx, file).await?;
    sqlx::query!(
        "insert into product_images (file_id, product_id, position) values ($1, $2, $3)",
        file.id as FileId,
        id as ProductId,
        position,
    )
    .execute(&mut *tx)
    .await?;
    let added = json!({ "image": file.id });
    operations::tell(&mut tx, ctx, "change", id, None, Some(added)).await?;
    tx.commit().await?;
    Ok(ProductImage {
        id: file.id,
        url: reading::url(id, file.id),
        width,
        height,
    })
}

/// Refuses a merchant who left meanwhile: nothing would ever remove their picture. Until the transaction ends nobody
/// leaves.
async fn require_present(conn: &mut PgConnection, merchant: UserId) -> Result<()> {
    sqlx::query!(
        "select id from users where id = $1 and status <> 'deleted' for share",
        merchant as UserId
    )
    .fetch_optional(conn)
    .await?
    .map(drop)
    .ok_or_else(Error::unauthenticated)
}

/// After the last one; taking one off leaves a gap, which nobody sees.
async fn next_position(conn: &mut PgConnection, id: ProductId) -> Result<i16> {
    let present = sqlx::query!(
        r#"select count(*) as "count!", coalesce(max(position), -1) + 1 as "next!" from product_images
           where product_id = $1"#,
        id as ProductId,
    )
    .fetch_one(conn)
    .await?;
    require_room(usize::try_from(present.count).map_err(Error::internal)?)?;
    i16::try_from(present.next).map_err(Error::internal)
}

fn require_room(images: usize) -> Result<()> {
    if images < MOST_IMAGES {
        Ok(())
    } else {
        Err(Error::invalid("file", "too_many"))
    }
}
