//! What the hourly audit of each tenant's ledger found, for the platform to see.
//!
//! The audit itself runs in the tenant's database (`club::ledger`); its result is kept here, the last one of each tenant.

use crate::{Platform, PlatformCtx, administrators::Permission};
use kernel::{Error, Result, Slug, TenantId};
use serde::Serialize;
use serde_json::Value;
use time::OffsetDateTime;

/// The last audit of a tenant's ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantAudit {
    /// The tenant.
    pub slug: Slug,
    /// What is wrong, as the ledger's findings; empty, always.
    pub findings: Value,
    /// When it was looked at.
    #[serde(with = "time::serde::rfc3339")]
    pub checked_at: OffsetDateTime,
}

/// Keeps what an audit found, a list, in the place of the one before.
pub async fn keep(
    platform: &Platform,
    tenant: TenantId,
    findings: &(impl Serialize + Sync),
) -> Result<()> {
    let findings = serde_json::to_value(findings).map_err(Error::internal)?;
    sqlx::query!(
        "insert into tenant_audits (tenant_id, findings, checked_at) values ($1, $2, $3)
         on conflict (tenant_id) do update set findings = excluded.findings, checked_at = excluded.checked_at",
        tenant as TenantId,
        findings,
        platform.clock.now(),
    )
    .execute(&platform.master)
    .await?;
    Ok(())
}

/// The last audit of every tenant that had one, those with findings first.
pub async fn latest(ctx: &PlatformCtx) -> Result<Vec<TenantAudit>> {
    ctx.require(Permission::ViewPlatform)?;
    let audits = sqlx::query_as!(
        TenantAudit,
        "select t.slug, a.findings, a.checked_at from tenant_audits a join tenants t on t.id = a.tenant_id
         order by a.findings = '[]', t.slug",
    )
    .fetch_all(&ctx.platform.master)
    .await?;
    Ok(audits)
}
