//! Signing in: the password first, then the second factor where there is one.

use super::{
    AdminSession,
    sessions::{self, row},
    totp,
};
use crate::{Actor, PlatformCtx, audit, passwords, secrets::sha256};
use kernel::{Email, Error, Kind, Result, TenantId};
use secrecy::SecretString;
use sqlx::PgConnection;
use std::sync::Arc;
use time::OffsetDateTime;

/// What the right password opened.
#[derive(Debug)]
pub struct SignedIn {
    /// For the cookie; not stored anywhere.
    pub token: SecretString,
    /// Whether the second factor is owed: see [`confirm_totp`].
    pub awaits_totp: bool,
    /// When the session ends at the latest.
    pub expires_at: OffsetDateTime,
}

/// Opens a session for the right password. Unknown, blocked and wrong are one refusal (401, `wrong_credentials`).
pub async fn sign_in(
    ctx: &PlatformCtx,
    realm: Option<TenantId>,
    email: &str,
    password: SecretString,
) -> Result<SignedIn> {
    let email = email.trim().to_ascii_lowercase();
    ctx.platform
        .throttle
        .sign_in(&account(realm, &email), ctx.origin.ip)
        .await?;
    // What is no address is nobody's, and goes the same way as an unknown one.
    let email = Email::parse(&email).map_or_else(|_| String::new(), |email| email.key());
    let found = sqlx::query!(
        "select id, email, name, password_hash, role, locale, status = 'active' as \"is_active!\",
             totp_enabled_at is not null as \"has_totp!\"
         from administrators where tenant_id is not distinct from $1 and email = $2",
        realm.map(|id| id.0),
        email
    )
    .fetch_optional(&ctx.platform.master)
    .await?;
    let stored = found.as_ref().map(|found| found.password_hash.clone());
    let is_right = ctx
        .platform
        .passwords
        .verify(password.clone(), stored)
        .await?;
    let Some(found) = found.filter(|found| is_right && found.is_active) else {
        return Err(refuse(
            ctx,
            realm,
            &email,
            "administrator.sign_in_refused",
            wrong_credentials(),
        )
        .await);
    };
    let new_hash = if passwords::needs_rehash(&found.password_hash) {
        Some(ctx.platform.passwords.hash(password).await?)
    } else {
        None
    };

    let mut transaction = ctx.platform.master.begin().await?;
    if let Some(new_hash) = new_hash {
        sqlx::query!(
            "update administrators set password_hash = $2 where id = $1 and password_hash = $3",
            found.id.0,
            new_hash,
            found.password_hash
        )
        .execute(&mut *transaction)
        .await?;
    }
    let opened = sessions::open(&mut transaction, ctx, realm, found.id, found.has_totp).await?;
    if !found.has_totp {
        let session = AdminSession {
            id: opened.id,
            administrator_id: found.id,
            tenant_id: realm,
            name: found.name,
            email: found.email,
            role: found.role,
            locale: found.locale,
            has_totp: false,
        };
        signed_in(&mut transaction, ctx, session).await?;
    }
    transaction.commit().await?;
    if !found.has_totp {
        is_known(ctx, realm, &email).await;
    }
    Ok(SignedIn {
        token: opened.token,
        awaits_totp: found.has_totp,
        expires_at: opened.expires_at,
    })
}

/// Gives the second factor that a session owes: a code of the authenticator app, or a recovery code. Each works once.
/// A wrong one is 401, `wrong_code`.
pub async fn confirm_totp(
    ctx: &PlatformCtx,
    realm: Option<TenantId>,
    token: &str,
    code: &str,
) -> Result<()> {
    let pending = pending(ctx, realm, token)
        .await?
        .ok_or_else(Error::unauthenticated)?;
    ctx.platform
        .throttle
        .sign_in(
            &totp::account(pending.session.administrator_id),
            ctx.origin.ip,
        )
        .await?;
    let seed = totp::open_seed(ctx, &pending.session, &pending.seed).await?;

    let mut transaction = ctx.platform.master.begin().await?;
    if !totp::spend(&mut transaction, ctx, &pending.session, &seed, code).await? {
        transaction.rollback().await?;
        let email = &pending.session.email;
        return Err(refuse(
            ctx,
            realm,
            email,
            "administrator.totp_refused",
            wrong_code(),
        )
        .await);
    }
    sessions::complete(&mut transaction, ctx, pending.session.id).await?;
    let email = pending.session.email.clone();
    signed_in(&mut transaction, ctx, pending.session).await?;
    transaction.commit().await?;
    is_known(ctx, realm, &email).await;
    Ok(())
}

struct Pending {
    session: AdminSession,
    seed: String,
}

async fn pending(
    ctx: &PlatformCtx,
    realm: Option<TenantId>,
    token: &str,
) -> Result<Option<Pending>> {
    let row = sqlx::query!(
        r#"select s.id, a.id as administrator_id, a.name, a.email, a.role, a.locale, a.totp_seed as "seed!"
           from admin_sessions s join administrators a on a.id = s.administrator_id
           where s.token_hash = $1 and s.tenant_id is not distinct from $2
             and a.tenant_id is not distinct from $2 and a.status = 'active'
             and a.totp_enabled_at is not null and a.totp_seed is not null
             and s.awaits_totp and s.revoked_at is null and s.expires_at > $3"#,
        &sha256(token.as_bytes())[..],
        realm.map(|id| id.0),
        ctx.now()
    )
    .fetch_optional(&ctx.platform.master)
    .await?;
    Ok(row.map(|row| Pending {
        session: AdminSession {
            id: row.id,
            administrator_id: row.administrator_id,
            tenant_id: realm,
            name: row.name,
            email: row.email,
            role: row.role,
            locale: row.locale,
            has_totp: true,
        },
        seed: row.seed,
    }))
}

/// What a whole sign-in writes: when it was, and the audit row in the administrator's own name.
async fn signed_in(
    conn: &mut PgConnection,
    ctx: &PlatformCtx,
    session: AdminSession,
) -> Result<()> {
    sqlx::query!(
        "update administrators set last_sign_in_at = $2 where id = $1",
        session.administrator_id.0,
        ctx.now()
    )
    .execute(&mut *conn)
    .await?;
    let (realm, email) = (session.tenant_id, session.email.clone());
    let own = ctx
        .platform
        .ctx(Actor::Admin(Arc::new(session)), ctx.origin.clone());
    audit::record(conn, &own, row(realm, "administrator.sign_in", &email)).await
}

/// After the sign-in is committed: from here on strangers do not keep them out at this address.
async fn is_known(ctx: &PlatformCtx, realm: Option<TenantId>, email: &str) {
    ctx.platform
        .throttle
        .signed_in(&account(realm, email), ctx.origin.ip)
        .await;
}

/// Writes the refusal down, then gives it. The row names the account only if there is one: people type passwords into
/// the wrong field.
pub(super) async fn refuse(
    ctx: &PlatformCtx,
    realm: Option<TenantId>,
    email: &str,
    action: &str,
    refusal: Error,
) -> Error {
    let write = async {
        let mut conn = ctx.platform.master.acquire().await?;
        let known = sqlx::query_scalar!(
            "select email from administrators where tenant_id is not distinct from $1 and email = $2",
            realm.map(|id| id.0),
            email
        )
        .fetch_optional(&mut *conn)
        .await?;
        let subject = known.as_deref().unwrap_or("unknown");
        audit::record(&mut conn, ctx, row(realm, action, subject)).await
    };
    match write.await {
        Ok(()) => refusal,
        Err(failure) => failure,
    }
}

/// The name under which a realm's account is throttled.
pub(super) fn account(realm: Option<TenantId>, email: &str) -> String {
    match realm {
        Some(tenant) => format!("administrator {tenant} {email}"),
        None => format!("administrator platform {email}"),
    }
}

fn wrong_credentials() -> Error {
    Error::new(
        Kind::Unauthenticated,
        "wrong_credentials",
        "The e-mail or the password is wrong.",
    )
}

fn wrong_code() -> Error {
    Error::new(Kind::Unauthenticated, "wrong_code", "The code is wrong.")
}
