//! Leaving the club.

use crate::{Ctx, audit, auth, notifications, outbox};
use kernel::{Error, Result, UserId};
use secrecy::SecretString;
use serde_json::json;

/// Deletes the acting user's account, after the password was given: what names the person is cleared, the private key is
/// destroyed, every session ends. The row stays, without a person in it, for what refers to it. Errors: field `password`
/// `wrong`.
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
    sqlx::query!(
        "with sessions as (delete from refresh_tokens where user_id = $1),
              links as (delete from password_resets where user_id = $1)
         delete from user_modules where user_id = $1",
        id as UserId,
    )
    .execute(&mut *tx)
    .await?;
    notifications::forget(&mut tx, id).await?;
    let record = audit::Record {
        action: "user.delete",
        subject: format!("user:{id}"),
        ..audit::Record::default()
    };
    audit::record(&mut tx, ctx, record).await?;
    outbox::enqueue(&mut tx, ctx, "user_deleted", json!({ "userId": id })).await?;
    tx.commit().await?;
    Ok(())
}
