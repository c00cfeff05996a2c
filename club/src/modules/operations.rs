//! Reading and setting a user's modules.

use super::{Decision, ModuleAccess, UserModule, decide};
use crate::{Ctx, audit};
use kernel::{Error, OnConstraint, Page, PageRequest, Result, UserId};
use serde_json::json;
use sqlx::PgConnection;
use tenancy::{
    administrators::Permission,
    modules::{Module, TenantModule},
};
use uuid::Uuid;

/// Whether a user may use a module, and why. Who may ask is the caller's business.
pub async fn effective(ctx: &Ctx, user: UserId, module: Module) -> Result<Decision> {
    let tenant = ctx.tenant.module(module);
    if !tenant.is_some_and(|setting| setting.is_enabled) {
        return Ok(decide(tenant, None));
    }
    let mut conn = ctx.conn().await?;
    let own = own_settings(&mut conn, user).await?;
    Ok(decide(
        tenant,
        own.iter().find(|own| own.module_key == module),
    ))
}

/// The club's modules as the acting user has them, in the order of the menu. A cursor that names no module of the club is
/// refused.
pub async fn mine(ctx: &Ctx, page: PageRequest) -> Result<Page<ModuleAccess>> {
    let user = ctx.user_id()?;
    let limit = page.limit()?;
    let begin = begin(&ctx.tenant.modules, page.cursor)?;
    let mut conn = ctx.conn().await?;
    let own = own_settings(&mut conn, user).await?;
    let asked = ctx.tenant.modules.iter().skip(begin);
    let access = asked.map(|setting| ModuleAccess {
        module_key: setting.module_key,
        display_name: setting.display_name.clone(),
        decision: decide(
            Some(setting),
            own.iter().find(|own| own.module_key == setting.module_key),
        ),
    });
    let access = access.take(usize::from(limit) + 1).collect();
    Ok(Page::cut(access, limit, |access| cursor(access.module_key)))
}

/// The place of the first row after the cursor.
fn begin(modules: &[TenantModule], after: Option<Uuid>) -> Result<usize> {
    let Some(after) = after else { return Ok(0) };
    modules
        .iter()
        .position(|setting| cursor(setting.module_key) == after)
        .map(|place| place + 1)
        .ok_or_else(|| Error::invalid("cursor", "invalid"))
}

/// Modules have no id; the letters of their key, in the shape that all cursors have.
fn cursor(module: Module) -> Uuid {
    let mut bytes = [0; 16];
    for (byte, letter) in bytes.iter_mut().zip(module.key().bytes()) {
        *byte = letter;
    }
    Uuid::from_bytes(bytes)
}

/// Gives a user an own setting of a module, with the reason that explains it later.
pub async fn set_for_user(
    ctx: &Ctx,
    user: UserId,
    module: Module,
    is_enabled: bool,
    reason: &str,
) -> Result<()> {
    ctx.require(Permission::ManageMembers)?;
    let reason = audit::reason(reason)?;
    let mut tx = ctx.begin().await?;
    let before = lock(&mut tx, user, module).await?;
    sqlx::query!(
        "insert into user_modules (user_id, module_key, is_enabled, set_by, set_at, reason)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (user_id, module_key) do update set
             is_enabled = excluded.is_enabled, set_by = excluded.set_by, set_at = excluded.set_at,
             reason = excluded.reason",
        user as UserId,
        module as Module,
        is_enabled,
        ctx.actor.label(),
        ctx.now(),
        reason,
    )
    .execute(&mut *tx)
    .await
    .on_constraint("user_modules_user_id_fkey", || Error::not_found("user"))?;
    let record = audit::Record {
        action: "user_module.set",
        subject: format!("user:{user}/{}", module.key()),
        before: before.map(|is_enabled| json!({ "isEnabled": is_enabled })),
        after: Some(json!({ "isEnabled": is_enabled, "reason": reason })),
    };
    audit::record(&mut tx, ctx, record).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a user's own setting away: the tenant's default holds again. Nothing happens when there is none.
pub async fn clear_for_user(ctx: &Ctx, user: UserId, module: Module) -> Result<()> {
    ctx.require(Permission::ManageMembers)?;
    let mut tx = ctx.begin().await?;
    let before = sqlx::query_scalar!(
        "delete from user_modules where user_id = $1 and module_key = $2 returning is_enabled",
        user as UserId,
        module as Module,
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(is_enabled) = before {
        let record = audit::Record {
            action: "user_module.clear",
            subject: format!("user:{user}/{}", module.key()),
            before: Some(json!({ "isEnabled": is_enabled })),
            after: None,
        };
        audit::record(&mut tx, ctx, record).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn own_settings(conn: &mut PgConnection, user: UserId) -> Result<Vec<UserModule>> {
    let settings = sqlx::query_as!(
        UserModule,
        "select module_key, is_enabled, set_by, set_at, reason from user_modules where user_id = $1",
        user as UserId,
    )
    .fetch_all(conn)
    .await?;
    Ok(settings)
}

async fn lock(conn: &mut PgConnection, user: UserId, module: Module) -> Result<Option<bool>> {
    let before = sqlx::query_scalar!(
        "select is_enabled from user_modules where user_id = $1 and module_key = $2 for update",
        user as UserId,
        module as Module,
    )
    .fetch_optional(conn)
    .await?;
    Ok(before)
}
