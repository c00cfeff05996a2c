//! A tenant's own level of its modules.

use super::{Module, TenantModule};
use crate::{
    PlatformCtx,
    tenants::operations::{begin_settings, commit},
};
use kernel::{Error, Result};

/// Longest reason that is kept, in characters.
const LONGEST_REASON: usize = 500;

/// Switches a module on or off for the whole tenant, and says what holds for users without an own setting. The reason is
/// what `explain` answers later. A module that the tenant never had joins the end of its menu.
pub async fn set_module(
    ctx: &PlatformCtx,
    slug: &str,
    module: Module,
    is_enabled: bool,
    is_enabled_by_default: bool,
    reason: Option<&str>,
) -> Result<()> {
    let (mut tx, tenant) = begin_settings(ctx, slug).await?;
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    let fits = reason.is_none_or(|reason| reason.chars().count() <= LONGEST_REASON);
    Error::check([("reason", fits, "too_long")])?;

    let before = tenant.module(module);
    let last = tenant.modules.iter().map(|module| module.sort_order).max();
    let after = TenantModule {
        module_key: module,
        is_enabled,
        is_enabled_by_default,
        display_name: before.map_or_else(
            || module.initial_name().to_owned(),
            |before| before.display_name.clone(),
        ),
        sort_order: before.map_or_else(
            || last.map_or(0, |last| last.saturating_add(1)),
            |before| before.sort_order,
        ),
        set_by: ctx.actor.label(),
        set_at: ctx.now(),
        reason: reason.map(str::to_owned),
    };
    sqlx::query!(
        "insert into tenant_modules (tenant_id, module_key, is_enabled, is_enabled_by_default, display_name,
                                     sort_order, set_by, set_at, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (tenant_id, module_key) do update set
             is_enabled = excluded.is_enabled,
             is_enabled_by_default = excluded.is_enabled_by_default,
             set_by = excluded.set_by,
             set_at = excluded.set_at,
             reason = excluded.reason",
        tenant.id as _,
        after.module_key as _,
        after.is_enabled,
        after.is_enabled_by_default,
        after.display_name,
        after.sort_order,
        after.set_by,
        after.set_at,
        after.reason,
    )
    .execute(&mut *tx)
    .await?;
    commit(ctx, tx, &tenant, "tenant.set_module", &before, &after).await
}
