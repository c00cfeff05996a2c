//! Claiming, proving and giving up domains. Every change is audited, and no node goes on serving by what was before.

use super::TenantDomain;
use crate::{
    PlatformCtx,
    administrators::Permission,
    secrets::random_token,
    tenants::operations::{commit, locked},
};
use kernel::{DomainId, Error, OnConstraint, Result, TenantId};
use secrecy::ExposeSecret;
use sqlx::PgConnection;

/// The domains that were claimed for a tenant, by name.
pub async fn list(ctx: &PlatformCtx, tenant: TenantId) -> Result<Vec<TenantDomain>> {
    ctx.require(Permission::ViewPlatform)?;
    let domains = sqlx::query_as!(
        TenantDomain,
        "select id, domain, token, verified_at, created_at from tenant_domains where tenant_id = $1 order by domain",
        tenant as TenantId
    )
    .fetch_all(&ctx.platform.master)
    .await?;
    Ok(domains)
}

/// One of a tenant's domains. Error: 404.
pub async fn by_id(ctx: &PlatformCtx, slug: &str, id: DomainId) -> Result<TenantDomain> {
    ctx.require(Permission::ViewPlatform)?;
    let mut conn = ctx.platform.master.acquire().await?;
    read(&mut conn, slug, id).await?.ok_or_else(not_found)
}

/// Claims a domain for a tenant, which still has to prove it. Errors: 403; 404; field `domain` `invalid`, `own_domain` for
/// ours and what is below it, `claimed` for the second time, `taken` when another tenant has proved that it is theirs.
pub async fn claim(ctx: &PlatformCtx, slug: &str, domain: &str) -> Result<TenantDomain> {
    ctx.require(Permission::ManageTenants)?;
    let refused = |reason: &'static str| Error::invalid("domain", reason);
    let domain = ctx
        .platform
        .resolver
        .custom_domain(domain)
        .map_err(refused)?;
    let mut tx = ctx.platform.master.begin().await?;
    let tenant = locked(&mut tx, slug).await?;
    let is_anothers = sqlx::query_scalar!(
        r#"select exists (select from tenant_domains
                          where domain = $1 and tenant_id <> $2 and verified_at is not null) as "is!""#,
        domain,
        tenant.id as TenantId
    )
    .fetch_one(&mut *tx)
    .await?;
    if is_anothers {
        return Err(refused("taken"));
    }
    let claimed = TenantDomain {
        id: DomainId(ctx.new_id()),
        domain,
        token: random_token().expose_secret().to_owned(),
        verified_at: None,
        created_at: ctx.now(),
    };
    sqlx::query!(
        "insert into tenant_domains (id, tenant_id, domain, token, created_at) values ($1, $2, $3, $4, $5)",
        claimed.id as DomainId,
        tenant.id as TenantId,
        claimed.domain,
        claimed.token,
        claimed.created_at
    )
    .execute(&mut *tx)
    .await
    .on_constraint("tenant_domains_key", || refused("claimed"))?;
    let before = None::<TenantDomain>;
    commit(
        ctx,
        tx,
        &tenant,
        "tenant.claim_domain",
        &before,
        &Some(&claimed),
    )
    .await?;
    Ok(claimed)
}

/// Looks the proof up, and lets the domain lead to the tenant from now on when it is there. Errors: 403; 404; 409
/// `domain_record_missing`, `domain_record_wrong`, and `domain_taken` when another tenant has proved it; 503
/// `dns_unanswered`.
pub async fn verify(ctx: &PlatformCtx, slug: &str, id: DomainId) -> Result<TenantDomain> {
    ctx.require(Permission::ManageTenants)?;
    // Nobody holds a connection while the DNS is asked.
    let claimed = by_id(ctx, slug, id).await?;
    if claimed.is_verified() {
        return Ok(claimed);
    }
    prove(ctx, &claimed).await?;

    let mut tx = ctx.platform.master.begin().await?;
    let tenant = locked(&mut tx, slug).await?;
    let claimed = read(&mut tx, slug, id).await?.ok_or_else(not_found)?;
    if claimed.is_verified() {
        // By somebody who asked at the same time.
        return Ok(claimed);
    }
    let verified = TenantDomain {
        verified_at: Some(ctx.now()),
        ..claimed.clone()
    };
    sqlx::query!(
        "update tenant_domains set verified_at = $2 where id = $1",
        id as DomainId,
        verified.verified_at
    )
    .execute(&mut *tx)
    .await
    .on_constraint("tenant_domains_verified_key", taken)?;
    commit(
        ctx,
        tx,
        &tenant,
        "tenant.verify_domain",
        &Some(claimed),
        &Some(&verified),
    )
    .await?;
    Ok(verified)
}

/// Gives a domain up: it leads nowhere from now on, and anybody may claim it. Errors: 403; 404.
pub async fn remove(ctx: &PlatformCtx, slug: &str, id: DomainId) -> Result<()> {
    ctx.require(Permission::ManageTenants)?;
    let mut tx = ctx.platform.master.begin().await?;
    let tenant = locked(&mut tx, slug).await?;
    let removed = read(&mut tx, slug, id).await?.ok_or_else(not_found)?;
    sqlx::query!("delete from tenant_domains where id = $1", id as DomainId)
        .execute(&mut *tx)
        .await?;
    let after = None::<TenantDomain>;
    commit(
        ctx,
        tx,
        &tenant,
        "tenant.remove_domain",
        &Some(removed),
        &after,
    )
    .await
}

/// Whether the record says what it should; else why not.
async fn prove(ctx: &PlatformCtx, claimed: &TenantDomain) -> Result<()> {
    let texts = ctx.platform.dns.texts(&claimed.record_name()).await?;
    if texts.iter().any(|text| text.trim() == claimed.token) {
        return Ok(());
    }
    Err(if texts.is_empty() {
        Error::conflict(
            "domain_record_missing",
            "The DNS has no TXT record of this name.",
        )
    } else {
        Error::conflict(
            "domain_record_wrong",
            "The TXT record of this name says something else.",
        )
    })
}

async fn read(conn: &mut PgConnection, slug: &str, id: DomainId) -> Result<Option<TenantDomain>> {
    let domain = sqlx::query_as!(
        TenantDomain,
        "select domain.id, domain, token, verified_at, domain.created_at
         from tenant_domains domain join tenants on tenants.id = tenant_id
         where domain.id = $1 and slug = $2",
        id as DomainId,
        slug
    )
    .fetch_optional(conn)
    .await?;
    Ok(domain)
}

fn not_found() -> Error {
    Error::not_found("domain")
}

fn taken() -> Error {
    Error::conflict("domain_taken", "The domain is another tenant's.")
}
