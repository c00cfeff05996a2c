//! Making receipts. Nothing is stored: the same movement has the same receipt whenever it is asked for, as long as those
//! whom it names are called the same.

use super::{Facts, Receipt, facts, words};
use crate::{Ctx, users};
use kernel::{Error, Result, TransactionId, UserId};

/// The signed receipt of a transaction that moved something of the acting user's.
///
/// # Errors
/// `not_found`, also for a transaction that moved only what is others'.
pub async fn receipt(ctx: &Ctx, transaction: TransactionId) -> Result<Receipt> {
    let user = ctx.user_id()?;
    let facts = facts::read(&mut *ctx.conn().await?, ctx, transaction, user).await?;
    sign(ctx, facts).await
}

/// The same as a PDF of one page, in the user's language and the club's time zone.
///
/// # Errors
/// Those of [`receipt`].
pub async fn pdf(ctx: &Ctx, transaction: TransactionId) -> Result<Vec<u8>> {
    let user = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    let facts = facts::read(&mut conn, ctx, transaction, user).await?;
    let seen = sqlx::query!(
        r#"select locale, $2::timestamptz at time zone $3 as "local!" from users where id = $1"#,
        user as UserId,
        facts.happened_at,
        ctx.tenant.time_zone,
    )
    .fetch_one(&mut *conn)
    .await?;
    drop(conn);
    let receipt = sign(ctx, facts).await?;
    let page = words::page(ctx, &receipt, seen.locale, seen.local)?;
    // Drawing is work for the processor.
    tokio::task::spawn_blocking(move || page.draw(&receipt))
        .await
        .map_err(Error::internal)?
}

async fn sign(ctx: &Ctx, facts: Facts) -> Result<Receipt> {
    let text = facts.text()?;
    let signed = users::sign(ctx, facts.user_id, text.as_bytes()).await?;
    Ok(Receipt {
        facts,
        text,
        signature: signed.signature,
        public_key: signed.public_key,
    })
}
