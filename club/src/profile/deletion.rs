//! Leaving the club.

use super::pix_key;
use crate::{
    Ctx, audit, auth, files,
    ledger::{self, WalletBalances},
    notifications, outbox, products, user_documents, withdrawals,
};
use kernel::{Error, Result, UserId};
use secrecy::SecretString;
use serde_json::json;
use sqlx::PgConnection;

/// Deletes the acting user's account, after the password was given: what names the person is cleared, the private key is
/// destroyed, every session ends, and the files they sent (documents, pictures of products) are removed. The row stays,
/// without a person in it, for what refers to it.
///
/// # Errors
/// Field `password` `wrong`, `withdrawal_open` while money is on its way out, `wallet_not_empty` while there is anything
/// in the wallet, pending, blocked or owed.
pub async fn delete(ctx: &Ctx, password: SecretString) -> Result<()> {
    let id = ctx.user_id()?;
    let checked_hash = auth::confirm_password(ctx, password, "password").await?;
    let mut tx = ctx.begin().await?;
    let deleted = sqlx::query!(
        "update users set first_name = '', last_name = '', email = 'deleted-' || id || '@deleted.invalid',
                          phone = null, cpf = null, cnpj = null, password_hash = '', private_key = '',
                          status = 'deleted', token_version = token_version + 1, updated_at = $3, deleted_at = $3
         where id = $1 and password_hash = $2",
        id as UserId,
        checked_hash,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::invalid("password", "wrong"));
    }
    settled(&mut tx, id).await?;
    pix_key::forget_pix_key(&mut tx, id).await?;
    withdrawals::forget(&mut tx, id).await?;
    sqlx::query!(
        "with sessions as (delete from refresh_tokens where user_id = $1),
              links as (delete from password_resets where user_id = $1)
         delete from user_modules where user_id = $1",
        id as UserId,
    )
    .execute(&mut *tx)
    .await?;
    notifications::forget(&mut tx, id).await?;
    let mut files = user_documents::forget(&mut tx, id).await?;
    files.append(&mut products::forget_images(&mut tx, id).await?);
    let record = audit::Record {
        action: "user.delete",
        subject: format!("user:{id}"),
        ..audit::Record::default()
    };
    audit::record(&mut tx, ctx, record).await?;
    outbox::enqueue(&mut tx, ctx, "user_deleted", json!({ "userId": id })).await?;
    tx.commit().await?;
    for file in files {
        files::remove(ctx, file).await;
    }
    Ok(())
}

/// Nothing is left to settle between the user and the club. Their row is locked, so nothing can be asked for meanwhile.
async fn settled(conn: &mut PgConnection, id: UserId) -> Result<()> {
    if withdrawals::has_open(conn, id).await? {
        return Err(Error::conflict(
            "withdrawal_open",
            "A withdrawal is on its way. Wait until it has arrived.",
        ));
    }
    if ledger::wallet(conn, id).await? != WalletBalances::default() {
        return Err(Error::conflict(
            "wallet_not_empty",
            "There is still money in the wallet, or owed.",
        ));
    }
    Ok(())
}
