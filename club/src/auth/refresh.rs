//! Keeping a session: refresh tokens and their families.
//!
//! A successor is not drawn but derived from its predecessor with a key of the tenant, so the same one can be given
//! again when the answer was lost on its way, and the database still holds nothing but hashes.

use super::{SignedIn, sign_in};
use crate::{
    Ctx,
    users::{self, UserStatus},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Error, FamilyId, Kind, Result, UserId};
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgConnection;
use tenancy::{
    administrators::Permission,
    secrets::{hmac_sha256, random_token, sha256},
};
use time::{Duration, OffsetDateTime};

/// How long an unused refresh token is good.
const LIFETIME: Duration = Duration::days(30);
/// How long a family lasts, however often it is renewed.
const FAMILY_LIFETIME: Duration = Duration::days(90);
/// How long after its use a token still gives the same successor.
const GRACE: Duration = Duration::seconds(10);

struct Row {
    family_id: FamilyId,
    user_id: UserId,
    expires_at: OffsetDateTime,
    used_at: Option<OffsetDateTime>,
    revoked_at: Option<OffsetDateTime>,
}

/// Exchanges a refresh token for a new pair. Within 10 seconds the same token gives the same successor, for an answer
/// that was lost; later, or once the successor was used, the whole family ends. Every refusal is 401
/// `invalid_refresh_token`, and 429 once too many came from the address.
pub async fn refresh(ctx: &Ctx, token: &SecretString) -> Result<SignedIn> {
    let renewed = renew(ctx, token).await;
    if let Err(error) = &renewed
        && error.kind == Kind::Unauthenticated
    {
        refused(ctx)?;
    }
    renewed
}

/// Only what is refused is counted: a whole town may renew its good tokens from one address of a mobile network.
fn refused(ctx: &Ctx) -> Result<()> {
    ctx.platform.throttle.stranger(ctx.origin.ip)
}

async fn renew(ctx: &Ctx, token: &SecretString) -> Result<SignedIn> {
    let hash = hash(token);
    let mut tx = ctx.begin().await?;
    let version = lock_owner(&mut tx, &hash).await?.ok_or_else(invalid)?;
    let row = read(&mut tx, &hash).await?.ok_or_else(invalid)?;
    let now = ctx.now();
    if row.revoked_at.is_some() || row.expires_at <= now {
        return Err(invalid());
    }
    let successor = successor(ctx, token);
    match row.used_at {
        None => succeed(&mut tx, ctx, &row, &hash, &successor).await?,
        Some(used_at) if now - used_at <= GRACE && is_unused(&mut tx, &successor).await? => {}
        Some(_) => {
            revoke_family(&mut tx, ctx, row.family_id).await?;
            tx.commit().await?;
            return Err(invalid().because("a refresh token was used again; its family has ended"));
        }
    }
    let user = users::read(&mut tx, row.user_id)
        .await?
        .ok_or_else(invalid)?;
    let tokens = sign_in::tokens(ctx, user.id, version, successor)?;
    tx.commit().await?;
    Ok(SignedIn { user, tokens })
}

/// Ends the session that a refresh token belongs to. A token that is nobody's changes nothing and is no error: whoever
/// signs out wants to be signed out. Too many of those from one address are 429.
pub async fn logout(ctx: &Ctx, token: &SecretString) -> Result<()> {
    let hash = hash(token);
    let mut tx = ctx.begin().await?;
    lock_owner(&mut tx, &hash).await?;
    let Some(row) = read(&mut tx, &hash).await? else {
        return refused(ctx);
    };
    revoke_family(&mut tx, ctx, row.family_id).await?;
    tx.commit().await?;
    Ok(())
}

/// Forgets refresh tokens and links for a new password that are good for nothing any more; returns how many. The first
/// token of a family stays while the family can be renewed: it says when that ends. For a job.
pub async fn forget_expired(ctx: &Ctx) -> Result<u64> {
    ctx.require(Permission::ManageSettings)?;
    let mut conn = ctx.conn().await?;
    let tokens = sqlx::query!(
        "delete from refresh_tokens t
         where t.expires_at <= $1
           and (t.created_at <= $2 or exists (select from refresh_tokens first
                                              where first.family_id = t.family_id and first.created_at < t.created_at))",
        ctx.now(),
        ctx.now() - FAMILY_LIFETIME,
    )
    .execute(&mut *conn)
    .await?;
    let links = sqlx::query!(
        "delete from password_resets where expires_at <= $1",
        ctx.now()
    )
    .execute(&mut *conn)
    .await?;
    Ok(tokens.rows_affected() + links.rows_affected())
}

/// Begins a family: the first token of a sign-in. The caller has locked the user's row.
pub(super) async fn begin_family(
    conn: &mut PgConnection,
    ctx: &Ctx,
    user: UserId,
    family: FamilyId,
) -> Result<SecretString> {
    let token = random_token();
    insert(conn, ctx, &token, family, user, ctx.now() + LIFETIME).await?;
    Ok(token)
}

/// Ends every session of a user, access tokens too.
pub(crate) async fn end_sessions(conn: &mut PgConnection, ctx: &Ctx, user: UserId) -> Result<()> {
    sqlx::query!(
        "update users set token_version = token_version + 1, updated_at = $2 where id = $1",
        user as UserId,
        ctx.now(),
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update refresh_tokens set revoked_at = $2 where user_id = $1 and revoked_at is null",
        user as UserId,
        ctx.now(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Locks the row of the user whose token it is; their token version when they may act.
async fn lock_owner(conn: &mut PgConnection, hash: &[u8]) -> Result<Option<i32>> {
    let user = sqlx::query!(
        "select status, token_version from users
         where id = (select user_id from refresh_tokens where token_hash = $1) for no key update",
        hash,
    )
    .fetch_optional(conn)
    .await?;
    Ok(user
        .filter(|user| user.status == UserStatus::Active)
        .map(|user| user.token_version))
}

/// Read after the lock, so that it shows what the one before in the queue did.
async fn read(conn: &mut PgConnection, hash: &[u8]) -> Result<Option<Row>> {
    let row = sqlx::query_as!(
        Row,
        "select family_id, user_id, expires_at, used_at, revoked_at from refresh_tokens where token_hash = $1",
        hash,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row)
}

async fn succeed(
    conn: &mut PgConnection,
    ctx: &Ctx,
    row: &Row,
    hash: &[u8],
    successor: &SecretString,
) -> Result<()> {
    let began_at = sqlx::query_scalar!(
        r#"select min(created_at) as "began_at!" from refresh_tokens where family_id = $1"#,
        row.family_id as FamilyId,
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "update refresh_tokens set used_at = $2 where token_hash = $1",
        hash,
        ctx.now()
    )
    .execute(&mut *conn)
    .await?;
    let expires_at = (ctx.now() + LIFETIME).min(began_at + FAMILY_LIFETIME);
    insert(conn, ctx, successor, row.family_id, row.user_id, expires_at).await
}

async fn insert(
    conn: &mut PgConnection,
    ctx: &Ctx,
    token: &SecretString,
    family: FamilyId,
    user: UserId,
    expires_at: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "insert into refresh_tokens (token_hash, family_id, user_id, created_at, expires_at)
         values ($1, $2, $3, $4, $5)",
        &hash(token),
        family as FamilyId,
        user as UserId,
        ctx.now(),
        expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn is_unused(conn: &mut PgConnection, token: &SecretString) -> Result<bool> {
    let unused = sqlx::query_scalar!(
        r#"select exists (select from refresh_tokens where token_hash = $1 and used_at is null) as "unused!""#,
        &hash(token),
    )
    .fetch_one(conn)
    .await?;
    Ok(unused)
}

async fn revoke_family(conn: &mut PgConnection, ctx: &Ctx, family: FamilyId) -> Result<()> {
    sqlx::query!(
        "update refresh_tokens set revoked_at = $2 where family_id = $1 and revoked_at is null",
        family as FamilyId,
        ctx.now(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn hash(token: &SecretString) -> [u8; 32] {
    sha256(token.expose_secret().as_bytes())
}

/// The token's one successor. The label keeps this use of the tenant's key apart from signing access tokens.
fn successor(ctx: &Ctx, token: &SecretString) -> SecretString {
    let key = hmac_sha256(
        ctx.tenant.token_key.expose_secret(),
        b"refresh token successor",
    );
    let successor = hmac_sha256(&key, token.expose_secret().as_bytes());
    URL_SAFE_NO_PAD.encode(successor).into()
}

fn invalid() -> Error {
    Error::new(
        Kind::Unauthenticated,
        "invalid_refresh_token",
        "Sign in again.",
    )
}
