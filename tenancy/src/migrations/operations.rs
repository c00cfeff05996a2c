//! Migrating all tenants.

use super::{
    MigrationStatus, TENANT, TenantMigration,
    schema::{bring_up, is_behind, tenant_version},
};
use crate::{
    PlatformCtx,
    administrators::Permission,
    servers::{self, Server},
    tenants::TenantStatus,
};
use futures::{StreamExt, stream};
use kernel::{Error, Result, Slug, TenantId};
use sqlx::Connection;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// What to migrate, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// Only look which tenants are behind.
    pub dry_run: bool,
    /// Only this tenant.
    pub only: Option<Slug>,
    /// How many tenants at once.
    pub jobs: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            dry_run: false,
            only: None,
            jobs: 4,
        }
    }
}

struct Target {
    id: TenantId,
    slug: Slug,
    server_id: Uuid,
    database_name: String,
}

/// Brings the schema of every tenant in `trial` or `active` up to the code, several at a time. One that fails does not
/// stop the others. `on_progress` hears of each tenant as it ends, with the number of all; the results are by slug.
pub async fn migrate_all(
    ctx: &PlatformCtx,
    options: &Options,
    mut on_progress: impl FnMut(&TenantMigration, usize),
) -> Result<Vec<TenantMigration>> {
    ctx.require(Permission::ManageTenants)?;
    let targets = targets(ctx, options).await?;
    let all = targets.len();
    let servers = servers(ctx, &targets).await;
    let mut results = Vec::with_capacity(all);
    let mut under_way = stream::iter(&targets)
        .map(|target| migrate_one(ctx, target, &servers[&target.server_id], options.dry_run))
        .buffer_unordered(options.jobs.max(1));
    while let Some(result) = under_way.next().await {
        on_progress(&result, all);
        results.push(result);
    }
    results.sort_by(|a, b| a.slug.cmp(&b.slug));
    Ok(results)
}

async fn targets(ctx: &PlatformCtx, options: &Options) -> Result<Vec<Target>> {
    let only = options.only.as_ref().map(Slug::as_str);
    let targets = sqlx::query_as!(
        Target,
        "select id, slug, server_id, database_name from tenants
         where provisioning = 'active' and status = any($1) and ($2::text is null or slug = $2)
         order by slug",
        &[TenantStatus::Trial, TenantStatus::Active] as &[TenantStatus],
        only,
    )
    .fetch_all(&ctx.platform.master)
    .await?;
    if targets.is_empty() && only.is_some() {
        return Err(Error::not_found("tenant in trial or active"));
    }
    Ok(targets)
}

/// The servers of these tenants; one that cannot be opened fails its own tenants only.
async fn servers(ctx: &PlatformCtx, targets: &[Target]) -> HashMap<Uuid, Result<Server>> {
    let ids: HashSet<_> = targets.iter().map(|target| target.server_id).collect();
    let mut servers = HashMap::new();
    for id in ids {
        servers.insert(id, servers::open(&ctx.platform, id).await);
    }
    servers
}

async fn migrate_one(
    ctx: &PlatformCtx,
    target: &Target,
    server: &Result<Server>,
    dry_run: bool,
) -> TenantMigration {
    let outcome = match server {
        Ok(server) => bring_tenant_up(target, server, dry_run).await,
        Err(error) => Err(error.clone()),
    };
    let recorded = record(ctx, target, &outcome).await;
    let (status, error) = match outcome.and_then(|status| recorded.map(|()| status)) {
        Ok(status) => (status, None),
        Err(error) => (MigrationStatus::Failed, Some(sentence(&error))),
    };
    TenantMigration {
        slug: target.slug.clone(),
        status,
        error,
    }
}

async fn bring_tenant_up(
    target: &Target,
    server: &Server,
    dry_run: bool,
) -> Result<MigrationStatus> {
    let mut conn = server.connect(&target.database_name).await?;
    let status = if dry_run && is_behind(&mut conn, &TENANT).await? {
        MigrationStatus::Pending
    } else if !dry_run && bring_up(&mut conn, &TENANT).await? {
        MigrationStatus::Migrated
    } else {
        MigrationStatus::Current
    };
    conn.close().await?;
    Ok(status)
}

/// Copies the outcome to the registry. That tells every node to look at the tenant's schema again, so that it serves at
/// once.
async fn record(
    ctx: &PlatformCtx,
    target: &Target,
    outcome: &Result<MigrationStatus>,
) -> Result<()> {
    let version = match outcome {
        Ok(MigrationStatus::Migrated | MigrationStatus::Current) => Some(tenant_version()),
        Ok(_) | Err(_) => None,
    };
    let error = outcome.as_ref().err().map(sentence);
    sqlx::query!(
        "update tenants
         set schema_version = coalesce($2, schema_version), schema_checked_at = $3, schema_error = $4
         where id = $1",
        target.id.0,
        version,
        ctx.now(),
        error,
    )
    .execute(&ctx.platform.master)
    .await?;
    ctx.platform.resolver.forget(target.id);
    ctx.platform.pools.retire(target.id);
    Ok(())
}

/// What a super admin reads: what was refused, and why.
pub(crate) fn sentence(error: &Error) -> String {
    match (error.message.as_ref(), error.cause()) {
        ("", Some(cause)) => cause.to_owned(),
        ("", None) => error.title().to_owned(),
        (message, Some(cause)) => format!("{message} ({cause})"),
        (message, None) => message.to_owned(),
    }
}
