//! Beginning a session: by registering, or by e-mail and password.

use super::{Credentials, SignedIn, TokenType, Tokens, access, refresh};
use crate::{
    Ctx,
    users::{self, NewUser, UserStatus},
};
use kernel::{Email, Error, FamilyId, Kind, Result, UserId};
use secrecy::SecretString;
use sqlx::PgConnection;

/// Registers a user (see [`users::register`]) and signs them in, in one transaction.
pub async fn register(ctx: &Ctx, new: NewUser) -> Result<SignedIn> {
    throttled(ctx, &new.email).await?;
    let registration = users::prepare(ctx, new).await?;
    let mut tx = ctx.begin().await?;
    let user = users::insert(&mut tx, ctx, registration).await?;
    let tokens = open_session(&mut tx, ctx, user.id, None).await?;
    tx.commit().await?;
    Ok(SignedIn { user, tokens })
}

/// Signs a user in. Unknown, wrong, blocked and deleted are one answer (401 `wrong_credentials`) in one time; 429 when
/// the account or the address was tried too often.
pub async fn login(ctx: &Ctx, credentials: Credentials) -> Result<SignedIn> {
    throttled(ctx, &credentials.email).await?;
    let mut conn = ctx.conn().await?;
    let account = sqlx::query!(
        "select id, password_hash from users where lower(email) = $1 and status = 'active'",
        email_key(&credentials.email),
    )
    .fetch_optional(&mut *conn)
    .await?;
    drop(conn);
    let stored = account
        .as_ref()
        .map(|account| account.password_hash.clone());
    let right = ctx
        .platform
        .passwords
        .verify(credentials.password, stored.clone())
        .await?;
    let (true, Some(account)) = (right, account) else {
        return Err(wrong_credentials());
    };
    let mut tx = ctx.begin().await?;
    let tokens = open_session(&mut tx, ctx, account.id, stored.as_deref()).await?;
    let user = users::read(&mut tx, account.id)
        .await?
        .ok_or_else(wrong_credentials)?;
    tx.commit().await?;
    ctx.platform
        .throttle
        .signed_in(&account_key(ctx, &credentials.email), ctx.origin.ip)
        .await;
    Ok(SignedIn { user, tokens })
}

/// Begins a session of a user whose row it locks. With the hash that a password was compared with, refuses when that is
/// no longer the stored one.
pub(crate) async fn open_session(
    conn: &mut PgConnection,
    ctx: &Ctx,
    user: UserId,
    checked_hash: Option<&str>,
) -> Result<Tokens> {
    let row = sqlx::query!(
        "select status, token_version from users
         where id = $1 and ($2::text is null or password_hash = $2) for no key update",
        user as UserId,
        checked_hash,
    )
    .fetch_optional(&mut *conn)
    .await?;
    let Some(row) = row.filter(|row| row.status == UserStatus::Active) else {
        return Err(wrong_credentials());
    };
    let refresh_token = refresh::begin_family(conn, ctx, user, FamilyId(ctx.new_id())).await?;
    tokens(ctx, user, row.token_version, refresh_token)
}

/// A pair of tokens around this refresh token.
pub(super) fn tokens(
    ctx: &Ctx,
    user: UserId,
    version: i32,
    refresh_token: SecretString,
) -> Result<Tokens> {
    Ok(Tokens {
        access_token: access::issue(ctx, user, version)?,
        refresh_token,
        token_type: TokenType::Bearer,
        expires_in: access::LIFETIME,
    })
}

/// Compares the acting user's password, for what asks for it again; returns the hash it was compared with. `field` names
/// the input that is refused as `wrong`.
pub(crate) async fn confirm_password(
    ctx: &Ctx,
    password: SecretString,
    field: &'static str,
) -> Result<String> {
    let user = ctx.user_id()?;
    throttled(ctx, &user.to_string()).await?;
    let mut conn = ctx.conn().await?;
    let stored = sqlx::query_scalar!(
        "select password_hash from users where id = $1 and status = 'active'",
        user as UserId,
    )
    .fetch_optional(&mut *conn)
    .await?;
    drop(conn);
    let right = ctx
        .platform
        .passwords
        .verify(password, stored.clone())
        .await?;
    match stored {
        Some(stored) if right => Ok(stored),
        _ => Err(Error::invalid(field, "wrong")),
    }
}

/// Counts an attempt on an account of this tenant; 429 when there were too many.
pub(super) async fn throttled(ctx: &Ctx, account: &str) -> Result<()> {
    let account = account_key(ctx, account);
    ctx.platform
        .throttle
        .sign_in(&account, ctx.origin.ip)
        .await
        .map(drop)
}

fn account_key(ctx: &Ctx, account: &str) -> String {
    format!("{}:{}", ctx.tenant.id, email_key(account))
}

/// The form in which the database compares e-mails; what is no e-mail at all matches nobody.
pub(super) fn email_key(typed: &str) -> String {
    Email::parse(typed).map_or_else(|_| typed.to_ascii_lowercase(), |email| email.key())
}

fn wrong_credentials() -> Error {
    Error::new(
        Kind::Unauthenticated,
        "wrong_credentials",
        "The e-mail or the password is wrong.",
    )
}
