//! Making administrators, their passwords, and who they are.

use super::{
    AdminSession, Administrator, Permission, Role,
    sessions::{acting, end_all, row},
    sign_in::{account, refuse},
};
use crate::{
    Actor, PlatformCtx, audit,
    passwords::{self, check_strength},
};
use kernel::{AdminId, Email, Error, OnConstraint, Result, TenantId};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sqlx::PgConnection;

/// An administrator to be made.
#[derive(Clone, Debug)]
pub struct NewAdministrator {
    /// The tenant, or `None` for a super admin.
    pub realm: Option<TenantId>,
    /// Signs in with it.
    pub email: Email,
    /// Name on the screen.
    pub name: String,
    /// What they may do; a super admin is never `manager`.
    pub role: Role,
    /// The first password.
    pub password: SecretString,
}

/// An administrator just made, with the password to hand over once.
#[derive(Debug)]
pub struct CreatedAdministrator {
    /// Who.
    pub id: AdminId,
    /// Signs in with it.
    pub email: Email,
    /// The first password.
    pub password: SecretString,
}

/// Makes an administrator inside the caller's transaction; the caller has asked whether the actor may.
pub async fn create(
    conn: &mut PgConnection,
    ctx: &PlatformCtx,
    new: NewAdministrator,
) -> Result<AdminId> {
    let name = new.name.trim();
    check_password("password", &new.password)?;
    check_name(name)?;
    let is_role_here = new.realm.is_some() || new.role != Role::Manager;
    Error::check([("role", is_role_here, "invalid")])?;
    let id = AdminId(ctx.new_id());
    let email = new.email.key();
    let hash = ctx.platform.passwords.hash(new.password).await?;
    sqlx::query!(
        "insert into administrators (id, tenant_id, email, name, password_hash, role, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        id.0,
        new.realm.map(|id| id.0),
        email,
        name,
        hash,
        new.role as Role,
        ctx.now()
    )
    .execute(&mut *conn)
    .await
    .on_constraint("administrators_email_key", || {
        Error::invalid("email", "taken")
    })?;
    let row = audit::Record {
        after: Some(json!({ "role": new.role, "name": name })),
        ..row(new.realm, "administrator.create", &email)
    };
    audit::record(conn, ctx, row).await?;
    Ok(id)
}

/// Makes a super admin who may do everything; without a password one is generated.
pub async fn create_super_admin(
    ctx: &PlatformCtx,
    email: Email,
    password: Option<SecretString>,
) -> Result<CreatedAdministrator> {
    ctx.require(Permission::ManageAdministrators)?;
    let password = password.unwrap_or_else(passwords::generate);
    let name = email.as_str().split('@').next().unwrap_or_default();
    let new = NewAdministrator {
        realm: None,
        name: name.to_owned(),
        email: email.clone(),
        role: Role::Owner,
        password: password.clone(),
    };
    let mut transaction = ctx.platform.master.begin().await?;
    let id = create(&mut transaction, ctx, new).await?;
    transaction.commit().await?;
    Ok(CreatedAdministrator {
        id,
        email,
        password,
    })
}

/// The administrators of a realm, by e-mail: for super admins, and for owners of the tenant.
pub async fn list(ctx: &PlatformCtx, realm: Option<TenantId>) -> Result<Vec<Administrator>> {
    require(ctx, realm, Permission::ViewPlatform)?;
    let rows = sqlx::query!(
        r#"select id, tenant_id, email, name, role, status = 'blocked' as "is_blocked!",
               totp_enabled_at is not null as "has_totp!", last_sign_in_at, created_at
           from administrators where tenant_id is not distinct from $1 order by email"#,
        realm.map(|id| id.0)
    )
    .fetch_all(&ctx.platform.master)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Administrator {
            id: row.id,
            tenant_id: row.tenant_id,
            email: row.email,
            name: row.name,
            role: row.role,
            is_blocked: row.is_blocked,
            has_totp: row.has_totp,
            last_sign_in_at: row.last_sign_in_at,
            created_at: row.created_at,
        })
        .collect())
}

/// Changes the acting administrator's password and ends their other sessions. A wrong old one is refused with the field
/// `currentPassword`, a weak new one with `newPassword`.
pub async fn change_password(
    ctx: &PlatformCtx,
    old: SecretString,
    new: SecretString,
) -> Result<()> {
    let acting = acting(ctx)?;
    check_password("newPassword", &new)?;
    confirm_password(ctx, acting, "currentPassword", old).await?;
    let hash = ctx.platform.passwords.hash(new).await?;
    let mut transaction = ctx.platform.master.begin().await?;
    set_password(&mut transaction, acting.administrator_id, &hash).await?;
    end_all(
        &mut transaction,
        ctx,
        acting.administrator_id,
        Some(acting.id),
    )
    .await?;
    let row = row(
        acting.tenant_id,
        "administrator.change_password",
        &acting.email,
    );
    audit::record(&mut transaction, ctx, row).await?;
    transaction.commit().await?;
    Ok(())
}

/// Gives an administrator of a realm a new password and ends all their sessions. The second factor stays.
///
/// Errors: 403; field `password`; 404; 409 `own_account` for oneself, who knows the present one and calls
/// [`change_password`].
pub async fn reset_password(
    ctx: &PlatformCtx,
    realm: Option<TenantId>,
    email: &Email,
    new: SecretString,
) -> Result<()> {
    require(ctx, realm, Permission::ManageAdministrators)?;
    check_password("password", &new)?;
    let hash = ctx.platform.passwords.hash(new).await?;
    let email = email.key();
    let mut transaction = ctx.platform.master.begin().await?;
    let id = sqlx::query_scalar!(
        "select id from administrators where tenant_id is not distinct from $1 and email = $2",
        realm.map(|id| id.0),
        email
    )
    .fetch_optional(&mut *transaction)
    .await?
    .ok_or_else(|| Error::not_found("administrator"))?;
    if is_own(ctx, id) {
        return Err(Error::conflict(
            "own_account",
            "Nobody resets their own password: it is changed with the present one.",
        ));
    }
    set_password(&mut transaction, id, &hash).await?;
    end_all(&mut transaction, ctx, id, None).await?;
    let row = row(realm, "administrator.reset_password", &email);
    audit::record(&mut transaction, ctx, row).await?;
    transaction.commit().await?;
    Ok(())
}

/// Asks the acting administrator for the password again, throttled like a sign-in.
pub(super) async fn confirm_password(
    ctx: &PlatformCtx,
    acting: &AdminSession,
    field: &'static str,
    password: SecretString,
) -> Result<()> {
    let name = account(acting.tenant_id, &acting.email);
    ctx.platform.throttle.sign_in(&name, ctx.origin.ip).await?;
    let stored = sqlx::query_scalar!(
        "select password_hash from administrators where id = $1",
        acting.administrator_id.0
    )
    .fetch_optional(&ctx.platform.master)
    .await?;
    if ctx.platform.passwords.verify(password, stored).await? {
        return Ok(());
    }
    let refusal = Error::invalid(field, "wrong");
    let action = "administrator.password_refused";
    Err(refuse(ctx, acting.tenant_id, &acting.email, action, refusal).await)
}

/// Whether the actor may do this to a realm's administrators: super admins need the permission, administrators of the tenant
/// itself must be owners there.
///
/// # Errors
/// 401 for nobody, 403.
pub fn require(ctx: &PlatformCtx, realm: Option<TenantId>, permission: Permission) -> Result<()> {
    match &ctx.actor {
        Actor::Admin(session) if session.tenant_id.is_some() && session.tenant_id == realm => {
            session.require(Permission::ManageAdministrators)
        }
        _ => ctx.require(permission),
    }
}

/// Whether this is the acting administrator's own account.
pub(super) fn is_own(ctx: &PlatformCtx, id: AdminId) -> bool {
    matches!(&ctx.actor, Actor::Admin(session) if session.administrator_id == id)
}

/// A name as it stands on screens and in e-mails: one line of at most 200 characters.
pub(super) fn check_name(name: &str) -> Result<()> {
    let name = name.trim();
    Error::check([
        ("name", !name.is_empty(), "required"),
        ("name", name.chars().count() <= 200, "too_long"),
        ("name", !name.chars().any(char::is_control), "invalid"),
    ])
}

fn check_password(field: &'static str, password: &SecretString) -> Result<()> {
    check_strength(password.expose_secret()).map_err(|reason| Error::invalid(field, reason))
}

async fn set_password(conn: &mut PgConnection, id: AdminId, hash: &str) -> Result<()> {
    sqlx::query!(
        "update administrators set password_hash = $2 where id = $1",
        id.0,
        hash
    )
    .execute(conn)
    .await?;
    Ok(())
}
