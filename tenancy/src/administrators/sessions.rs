//! Sessions: opaque tokens whose digest is stored, each good in the realm it was opened in and nowhere else.

use super::{AdminSession, SessionRow};
use crate::{
    Actor, Platform, PlatformCtx, audit,
    platform::master_down,
    secrets::{random_token, sha256},
};
use kernel::{AdminId, Error, Result, SessionId, TenantId};
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

/// A session ends after this, used or not.
const LIFETIME: Duration = Duration::hours(12);
/// It ends after this without use.
const IDLE: Duration = Duration::minutes(60);
/// How long the second factor may take after the password.
const TOTP_WAIT: Duration = Duration::minutes(10);
/// Its last use is written at most this often.
const SEEN: Duration = Duration::minutes(1);
/// Ended sessions are kept for this long.
const KEPT: Duration = Duration::days(30);

/// The live session of a token in a realm; `None` when it is unknown, ended, of another realm, or still owes the second
/// factor.
pub async fn session(
    platform: &Platform,
    realm: Option<TenantId>,
    token: &str,
) -> Result<Option<AdminSession>> {
    let now = platform.clock.now();
    let row = sqlx::query!(
        r#"select s.id, s.administrator_id, s.last_seen_at, a.name, a.email, a.role, a.locale,
               a.totp_enabled_at is not null as "has_totp!"
           from admin_sessions s join administrators a on a.id = s.administrator_id
           where s.token_hash = $1 and s.tenant_id is not distinct from $2
             and a.tenant_id is not distinct from $2 and a.status = 'active'
             and not s.awaits_totp and s.revoked_at is null and s.expires_at > $3 and s.last_seen_at > $4"#,
        &sha256(token.as_bytes())[..],
        realm.map(|id| id.0),
        now,
        now - IDLE
    )
    .fetch_optional(&platform.master)
    .await
    .map_err(master_down)?;
    let Some(row) = row else { return Ok(None) };
    if now - row.last_seen_at >= SEEN {
        sqlx::query!(
            "update admin_sessions set last_seen_at = $2 where id = $1 and last_seen_at < $2",
            row.id.0,
            now
        )
        .execute(&platform.master)
        .await
        .map_err(master_down)?;
    }
    Ok(Some(AdminSession {
        id: row.id,
        administrator_id: row.administrator_id,
        tenant_id: realm,
        name: row.name,
        email: row.email,
        role: row.role,
        locale: row.locale,
        has_totp: row.has_totp,
    }))
}

/// Whether the token's session has passed the password and still owes the second factor.
pub async fn awaiting_totp(
    platform: &Platform,
    realm: Option<TenantId>,
    token: &str,
) -> Result<bool> {
    let awaits = sqlx::query_scalar!(
        r#"select exists (
               select 1 from admin_sessions where token_hash = $1 and tenant_id is not distinct from $2
                 and awaits_totp and revoked_at is null and expires_at > $3) as "awaits!""#,
        &sha256(token.as_bytes())[..],
        realm.map(|id| id.0),
        platform.clock.now()
    )
    .fetch_one(&platform.master)
    .await?;
    Ok(awaits)
}

/// Ends the token's session, if there is one.
pub async fn sign_out(ctx: &PlatformCtx, token: &str) -> Result<()> {
    let mut transaction = ctx.platform.master.begin().await?;
    let ended = sqlx::query!(
        "update admin_sessions s set revoked_at = $2 from administrators a
         where s.token_hash = $1 and s.revoked_at is null and a.id = s.administrator_id
         returning s.tenant_id, a.email",
        &sha256(token.as_bytes())[..],
        ctx.now()
    )
    .fetch_optional(&mut *transaction)
    .await?;
    if let Some(ended) = ended {
        let row = row(ended.tenant_id, "administrator.sign_out", &ended.email);
        audit::record(&mut transaction, ctx, row).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// The acting administrator's live sessions, the latest used first.
pub async fn sessions(ctx: &PlatformCtx) -> Result<Vec<SessionRow>> {
    let acting = acting(ctx)?;
    let now = ctx.now();
    let rows = sqlx::query!(
        "select id, created_at, last_seen_at, ip, user_agent from admin_sessions
         where administrator_id = $1 and not awaits_totp and revoked_at is null
           and expires_at > $2 and last_seen_at > $3
         order by last_seen_at desc, id desc",
        acting.administrator_id.0,
        now,
        now - IDLE
    )
    .fetch_all(&ctx.platform.master)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| SessionRow {
            id: row.id,
            created_at: row.created_at,
            last_seen_at: row.last_seen_at,
            ip: row.ip,
            user_agent: row.user_agent,
            is_current: row.id == acting.id,
        })
        .collect())
}

/// Ends one of the acting administrator's own sessions.
pub async fn revoke_session(ctx: &PlatformCtx, id: SessionId) -> Result<()> {
    let acting = acting(ctx)?;
    let mut transaction = ctx.platform.master.begin().await?;
    let ended = sqlx::query!(
        "update admin_sessions set revoked_at = $3
         where id = $1 and administrator_id = $2 and revoked_at is null",
        id.0,
        acting.administrator_id.0,
        ctx.now()
    )
    .execute(&mut *transaction)
    .await?;
    if ended.rows_affected() == 0 {
        return Err(Error::not_found("session"));
    }
    let row = row(acting.tenant_id, "session.revoke", &acting.email);
    audit::record(&mut transaction, ctx, row).await?;
    transaction.commit().await?;
    Ok(())
}

/// The administrator who acts; 401 when nobody or somebody else does.
pub(super) fn acting(ctx: &PlatformCtx) -> Result<&AdminSession> {
    match &ctx.actor {
        Actor::Admin(session) => Ok(session),
        _ => Err(Error::unauthenticated()),
    }
}

/// An audit row about an administrator, without fields.
pub(super) fn row<'a>(
    realm: Option<TenantId>,
    action: &'a str,
    email: &'a str,
) -> audit::Record<'a> {
    audit::Record {
        tenant_id: realm,
        action,
        subject: email,
        before: None,
        after: None,
    }
}

/// A session just opened.
pub(super) struct Opened {
    pub(super) id: SessionId,
    pub(super) token: SecretString,
    pub(super) expires_at: OffsetDateTime,
}

/// Opens a session, and forgets those of the same administrator that ended long ago.
pub(super) async fn open(
    conn: &mut PgConnection,
    ctx: &PlatformCtx,
    realm: Option<TenantId>,
    administrator: AdminId,
    awaits_totp: bool,
) -> Result<Opened> {
    let now = ctx.now();
    let opened = Opened {
        id: SessionId(ctx.new_id()),
        token: random_token(),
        expires_at: now + if awaits_totp { TOTP_WAIT } else { LIFETIME },
    };
    sqlx::query!(
        "delete from admin_sessions where administrator_id = $1 and expires_at < $2",
        administrator.0,
        now - KEPT
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into admin_sessions (id, token_hash, administrator_id, tenant_id, awaits_totp, created_at,
             last_seen_at, expires_at, ip, user_agent)
         values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)",
        opened.id.0,
        &sha256(opened.token.expose_secret().as_bytes())[..],
        administrator.0,
        realm.map(|id| id.0),
        awaits_totp,
        now,
        opened.expires_at,
        ctx.origin.ip.map(|ip| ip.to_string()).unwrap_or_default(),
        ctx.origin.user_agent
    )
    .execute(conn)
    .await?;
    Ok(opened)
}

/// The second factor was given: the session is whole from now on.
pub(super) async fn complete(
    conn: &mut PgConnection,
    ctx: &PlatformCtx,
    id: SessionId,
) -> Result<()> {
    let completed = sqlx::query!(
        "update admin_sessions set awaits_totp = false, last_seen_at = $2, expires_at = $3
         where id = $1 and awaits_totp and revoked_at is null",
        id.0,
        ctx.now(),
        ctx.now() + LIFETIME
    )
    .execute(conn)
    .await?;
    if completed.rows_affected() == 0 {
        return Err(Error::unauthenticated());
    }
    Ok(())
}

/// Ends an administrator's sessions, all or all but one.
pub(super) async fn end_all(
    conn: &mut PgConnection,
    ctx: &PlatformCtx,
    administrator: AdminId,
    but: Option<SessionId>,
) -> Result<()> {
    sqlx::query!(
        "update admin_sessions set revoked_at = $2
         where administrator_id = $1 and revoked_at is null and id is distinct from $3",
        administrator.0,
        ctx.now(),
        but.map(|id| id.0)
    )
    .execute(conn)
    .await?;
    Ok(())
}
