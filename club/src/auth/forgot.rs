//! A forgotten password: a link by e-mail that is good for an hour and once.

use super::{end_sessions, sign_in};
use crate::{Ctx, audit};
use kernel::{Email, Error, Result, UserId};
use secrecy::{ExposeSecret, SecretString};
use tenancy::{
    mail::Mail,
    passwords,
    secrets::{random_token, sha256},
};
use time::Duration;

/// How long the link is good.
const LIFETIME: Duration = Duration::HOUR;

/// Sends a link to set a new password, when the address belongs to an account. The answer comes before anything is
/// looked up, so neither it nor its time tells whether there is one; what goes wrong is logged.
pub async fn forgot_password(ctx: &Ctx, email: &str) -> Result<()> {
    let email = Email::parse(email).map_err(|reason| Error::invalid("email", reason))?;
    sign_in::throttled(ctx, email.as_str()).await?;
    let background = ctx.platform.background.clone();
    let ctx = ctx.clone();
    background.spawn(async move {
        if let Err(error) = send_link(&ctx, &email).await {
            tracing::error!(tenant = %ctx.tenant.slug, request_id = ctx.origin.request_id, ?error, "no link was sent");
        }
    });
    Ok(())
}

/// Sets a new password with the token of a link; ends every session of the account. Errors: field `password` for a weak
/// one, field `token` `invalid` for a token that is unknown, used or too old.
pub async fn reset_password(ctx: &Ctx, token: &SecretString, password: SecretString) -> Result<()> {
    let hash = sha256(token.expose_secret().as_bytes());
    sign_in::throttled(ctx, &format!("password-reset:{hash:02x?}")).await?;
    passwords::check_strength(password.expose_secret())
        .map_err(|reason| Error::invalid("password", reason))?;
    // A guess costs an indexed query, not a password hash.
    let mut conn = ctx.conn().await?;
    let known = owner(&mut conn, ctx, &hash).await?;
    drop(conn);
    known.ok_or_else(invalid_token)?;
    let password_hash = ctx.platform.passwords.hash(password).await?;

    let mut tx = ctx.begin().await?;
    let user = owner(&mut tx, ctx, &hash)
        .await?
        .ok_or_else(invalid_token)?;
    let changed = sqlx::query!(
        "update users set password_hash = $2, updated_at = $3 where id = $1 and status = 'active'",
        user as UserId,
        password_hash,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    // The update above has locked the user's row: of two with one token, the second finds it used.
    let spent = sqlx::query!(
        "update password_resets set used_at = $2 where user_id = $1 and used_at is null
         and exists (select from password_resets where token_hash = $3 and used_at is null)",
        user as UserId,
        ctx.now(),
        &hash,
    )
    .execute(&mut *tx)
    .await?;
    if changed.rows_affected() == 0 || spent.rows_affected() == 0 {
        return Err(invalid_token());
    }
    end_sessions(&mut tx, ctx, user).await?;
    let record = audit::Record {
        action: "user.reset_password",
        subject: format!("user:{user}"),
        ..audit::Record::default()
    };
    audit::record(&mut tx, ctx, record).await?;
    tx.commit().await?;
    Ok(())
}

async fn owner(conn: &mut sqlx::PgConnection, ctx: &Ctx, hash: &[u8]) -> Result<Option<UserId>> {
    let user = sqlx::query_scalar!(
        "select user_id from password_resets where token_hash = $1 and used_at is null and expires_at > $2",
        hash,
        ctx.now(),
    )
    .fetch_optional(conn)
    .await?;
    Ok(user)
}

async fn send_link(ctx: &Ctx, email: &Email) -> Result<()> {
    let mut conn = ctx.conn().await?;
    let account = sqlx::query!(
        "select id, first_name, email from users where lower(email) = $1 and status = 'active'",
        email.key(),
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(account) = account else {
        return Ok(());
    };
    let token = random_token();
    sqlx::query!(
        "insert into password_resets (token_hash, user_id, created_at, expires_at) values ($1, $2, $3, $4)",
        &sha256(token.expose_secret().as_bytes()),
        account.id as UserId,
        ctx.now(),
        ctx.now() + LIFETIME,
    )
    .execute(&mut *conn)
    .await?;
    drop(conn);
    ctx.platform
        .mailer
        .send(message(ctx, account.email, &account.first_name, &token))
        .await
}

fn message(ctx: &Ctx, to: Email, first_name: &str, token: &SecretString) -> Mail {
    let club = &ctx.tenant.branding.app_name;
    let address = ctx.platform.public.url(Some(ctx.tenant.slug.as_str()));
    let token = token.expose_secret();
    Mail {
        from_name: club.clone(),
        to,
        subject: format!("{club}: nova senha"),
        text: format!(
            "Olá, {first_name}!\n\n\
             Recebemos um pedido para trocar a sua senha no {club}. Para criar uma nova senha, abra este endereço:\n\n\
             {address}/reset-password?token={token}\n\n\
             O endereço vale por uma hora e só pode ser usado uma vez. Se não foi você que pediu, ignore esta \
             mensagem: a sua senha continua a mesma.\n\n\
             {club}\n"
        ),
    }
}

fn invalid_token() -> Error {
    Error::invalid("token", "invalid")
}
