//! Reading the registry, and changing who is served.

use super::{Tenant, TenantPatch, row};
use crate::{
    PlatformCtx,
    administrators::Permission,
    audit::{self, Record},
    platform::Actor,
};
use kernel::{Error, Result, TenantId};
use serde::Serialize;
use sqlx::{PgConnection, Postgres, Transaction};

/// All tenants, by slug, those that are still being made included.
pub async fn list(ctx: &PlatformCtx) -> Result<Vec<Tenant>> {
    ctx.require(Permission::ViewPlatform)?;
    row::all(&mut *ctx.platform.master.acquire().await?).await
}

/// One tenant; `None` when nobody has the slug.
pub async fn by_slug(ctx: &PlatformCtx, slug: &str) -> Result<Option<Tenant>> {
    ctx.require(Permission::ViewPlatform)?;
    row::of_slug(&mut *ctx.platform.master.acquire().await?, slug).await
}

/// Changes a tenant's status, plan or subscription, with an audit row; visible at once on this node.
pub async fn change(ctx: &PlatformCtx, slug: &str, patch: TenantPatch) -> Result<Tenant> {
    ctx.require(Permission::ManageTenants)?;
    let time_zone = patch.time_zone.as_deref().map(canonical_zone).transpose()?;
    let mut tx = ctx.platform.master.begin().await?;
    let before = locked(&mut tx, slug).await?;
    sqlx::query!(
        "update tenants set
             status = coalesce($2, status),
             subscription_plan = coalesce($3, subscription_plan),
             subscription_status = coalesce($4, subscription_status),
             trial_ends_at = coalesce($5, trial_ends_at),
             time_zone = coalesce($6, time_zone),
             updated_at = $7
         where id = $1",
        before.id as _,
        patch.status as _,
        patch.subscription_plan as _,
        patch.subscription_status as _,
        patch.trial_ends_at,
        time_zone,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    let after = locked(&mut tx, slug).await?;
    let (was, is) = (TenantPatch::of(&before), TenantPatch::of(&after));
    commit(ctx, tx, &before, "tenant.change", &was, &is).await?;
    Ok(after)
}

/// The zone's own spelling; names are read in any case.
fn canonical_zone(name: &str) -> Result<String> {
    let zone = jiff::tz::TimeZone::get(name).ok();
    let known = zone.as_ref().and_then(|zone| zone.iana_name());
    known
        .map(str::to_owned)
        .ok_or_else(|| Error::invalid("timeZone", "unknown"))
}

impl TenantPatch {
    /// What the patch can change, as it stands.
    fn of(tenant: &Tenant) -> Self {
        Self {
            status: Some(tenant.status),
            subscription_plan: Some(tenant.subscription_plan),
            subscription_status: Some(tenant.subscription_status),
            trial_ends_at: tenant.trial_ends_at,
            time_zone: Some(tenant.time_zone.clone()),
        }
    }
}

/// Begins a change of a tenant's settings: the tenant as it stands, its row locked until the end. Allowed to a super
/// admin who manages tenants, to an administrator of exactly this tenant who manages settings, to jobs and commands.
pub(crate) async fn begin_settings(
    ctx: &PlatformCtx,
    slug: &str,
) -> Result<(Transaction<'static, Postgres>, Tenant)> {
    let own = match &ctx.actor {
        Actor::Admin(session) if session.tenant_id.is_some() => {
            session.require(Permission::ManageSettings)?;
            session.tenant_id
        }
        _ => {
            ctx.require(Permission::ManageTenants)?;
            None
        }
    };
    let mut tx = ctx.platform.master.begin().await?;
    if let Some(own) = own {
        // Before anything is locked; a stranger does not even learn whether there is such a tenant.
        sqlx::query!(
            "select id from tenants where slug = $1 and id = $2",
            slug,
            own as _
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(Error::forbidden)?;
    }
    let tenant = locked(&mut tx, slug).await?;
    Ok((tx, tenant))
}

/// Ends a change of a tenant: audit row, commit, and no cached copy on this node any more.
pub(crate) async fn commit(
    ctx: &PlatformCtx,
    mut tx: Transaction<'static, Postgres>,
    tenant: &Tenant,
    action: &str,
    before: &impl Serialize,
    after: &impl Serialize,
) -> Result<()> {
    let record = Record {
        tenant_id: Some(tenant.id),
        action,
        subject: tenant.slug.as_str(),
        before: Some(serde_json::to_value(before).map_err(Error::internal)?),
        after: Some(serde_json::to_value(after).map_err(Error::internal)?),
    };
    audit::record(&mut tx, ctx, record).await?;
    let changed = Changed { ctx, id: tenant.id };
    tx.commit().await?;
    drop(changed);
    Ok(())
}

/// Forgets the tenant when it goes out of scope: after the commit, and also when nobody waited for its answer.
struct Changed<'a> {
    ctx: &'a PlatformCtx,
    id: TenantId,
}

impl Drop for Changed<'_> {
    fn drop(&mut self) {
        self.ctx.platform.resolver.forget(self.id);
    }
}

/// The tenant, its row locked until the transaction ends.
pub(crate) async fn locked(conn: &mut PgConnection, slug: &str) -> Result<Tenant> {
    sqlx::query!("select id from tenants where slug = $1 for update", slug)
        .fetch_optional(&mut *conn)
        .await?;
    row::of_slug(conn, slug)
        .await?
        .ok_or_else(|| Error::not_found("tenant"))
}
