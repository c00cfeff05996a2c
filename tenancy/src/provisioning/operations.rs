//! Making tenants, finishing what was interrupted, and telling how far it has come.

use super::{
    NewTenant, Progress, database, fail_point,
    register::{Draft, register, unfinished},
    role, settle, template,
};
use crate::{
    Actor, Origin, Platform, PlatformCtx,
    administrators::Permission,
    migrations::{TENANT, bring_up, sentence},
    passwords,
    servers::{self, sql},
    tenants::{Provisioning, SubscriptionPlan, TenantStatus},
};
use kernel::{Email, Error, Result, Slug};
use secrecy::SecretString;
use sqlx::{ConnectOptions, Connection, PgConnection};
use time::OffsetDateTime;

/// A tenant that was made, with what is said only once.
#[derive(Clone, Debug)]
pub struct CreatedTenant {
    /// Its name in addresses.
    pub slug: Slug,
    /// The company behind it.
    pub company_name: String,
    /// The whole host under the first base domain.
    pub subdomain: String,
    /// `trial`.
    pub status: TenantStatus,
    /// What it subscribes to.
    pub plan: SubscriptionPlan,
    /// When its trial ends.
    pub trial_ends_at: Option<OffsetDateTime>,
    /// Its administrator's sign-in.
    pub admin_email: Email,
    /// Its administrator's password; stored only as a hash.
    pub admin_password: SecretString,
    /// Its database.
    pub database_name: String,
    /// Its role.
    pub database_user: String,
}

/// Makes a tenant, to the end: database, role, schema, settings, administrator. Killed at any moment and run again it
/// finishes; of two at once with one slug the later waits and is refused (`slug_taken`).
pub async fn create(ctx: &PlatformCtx, new: NewTenant) -> Result<CreatedTenant> {
    ctx.require(Permission::ManageTenants)?;
    new.check()?;
    let ctx = ctx.clone();
    // A caller who goes away, like a browser that is closed, does not leave a tenant half made.
    tokio::spawn(async move { claim_and_create(&ctx, new).await })
        .await
        .map_err(Error::internal)?
}

async fn claim_and_create(ctx: &PlatformCtx, new: NewTenant) -> Result<CreatedTenant> {
    let claim = claim(&ctx.platform, &new.slug).await?;
    let admin_password = new
        .admin_password
        .clone()
        .unwrap_or_else(passwords::generate);
    let draft = register(ctx, &new, admin_password.clone()).await?;
    finish(ctx, draft).await?;
    claim.close().await?;
    created(ctx, new, admin_password).await
}

async fn created(
    ctx: &PlatformCtx,
    new: NewTenant,
    admin_password: SecretString,
) -> Result<CreatedTenant> {
    let row = sqlx::query!(
        "select company_name, status, subscription_plan, trial_ends_at, database_name, database_user
         from tenants where slug = $1",
        new.slug.as_str()
    )
    .fetch_one(&ctx.platform.master)
    .await?;
    Ok(CreatedTenant {
        subdomain: format!("{}.{}", new.slug, ctx.platform.public.base_domain),
        slug: new.slug,
        company_name: row.company_name,
        status: row.status,
        plan: row.subscription_plan,
        trial_ends_at: row.trial_ends_at,
        admin_email: new.email,
        admin_password,
        database_name: row.database_name,
        database_user: row.database_user,
    })
}

/// Finishes what earlier processes have left half made, and prepares the templates, so that the next tenant is made in a
/// moment. Run it once at start, beside the work; what cannot be finished now stays for the next time.
pub async fn resume_all(platform: &Platform) -> Result<()> {
    let ctx = platform.ctx(Actor::Job("provisioning"), Origin::default());
    let slugs = sqlx::query_scalar!(
        "select slug from tenants where provisioning <> 'active' order by created_at"
    )
    .fetch_all(&platform.master)
    .await?;
    for slug in slugs {
        if let Err(error) = resume(&ctx, &slug).await {
            tracing::warn!(
                tenant = slug.as_str(),
                ?error,
                "a tenant could not be finished"
            );
        }
    }
    let open = sqlx::query_scalar!("select id from database_servers where is_open")
        .fetch_all(&platform.master)
        .await?;
    for id in open {
        if let Err(error) = prepare_templates(platform, id).await {
            tracing::warn!(server = %id, ?error, "a server's template could not be made");
        }
    }
    Ok(())
}

async fn resume(ctx: &PlatformCtx, slug: &Slug) -> Result<()> {
    // Whom we find at work we leave at work.
    let Some(claim) = try_claim(&ctx.platform, slug).await? else {
        return Ok(());
    };
    if let Some(draft) = unfinished(&ctx.platform, slug).await? {
        finish(ctx, draft).await?;
        tracing::info!(
            tenant = slug.as_str(),
            "an interrupted creation was finished"
        );
    }
    claim.close().await?;
    Ok(())
}

async fn prepare_templates(platform: &Platform, server: uuid::Uuid) -> Result<()> {
    let server = servers::open(platform, server).await?;
    let mut maintenance = server.connect_to_maintenance().await?;
    template::ensure(&server, &mut maintenance).await?;
    template::remove_old(&server, &mut maintenance).await?;
    maintenance.close().await?;
    Ok(())
}

/// How far the tenant's creation has come; `None` when nobody has the slug.
pub async fn progress(ctx: &PlatformCtx, slug: &Slug) -> Result<Option<Progress>> {
    ctx.require(Permission::ViewPlatform)?;
    let row = sqlx::query!(
        "select provisioning, provisioning_error from tenants where slug = $1",
        slug.as_str()
    )
    .fetch_optional(&ctx.platform.master)
    .await?;
    Ok(row.map(|row| Progress::new(slug.clone(), row.provisioning, row.provisioning_error)))
}

/// The right to make this tenant: a lock on a connection of its own, gone with the process.
async fn claim(platform: &Platform, slug: &Slug) -> Result<PgConnection> {
    let mut conn = platform.master.connect_options().connect().await?;
    sql::run(&mut conn, "set lock_timeout = '120s'".to_owned()).await?;
    sqlx::query!(
        "select pg_advisory_lock(hashtextextended('clube: make ' || $1::text, 0))",
        slug.as_str()
    )
    .execute(&mut conn)
    .await?;
    fail_point::reached("claimed");
    Ok(conn)
}

/// [`claim`] without waiting; `None` when somebody else has it.
async fn try_claim(platform: &Platform, slug: &Slug) -> Result<Option<PgConnection>> {
    let mut conn = platform.master.connect_options().connect().await?;
    let claimed = sqlx::query_scalar!(
        r#"select pg_try_advisory_lock(hashtextextended('clube: make ' || $1::text, 0)) as "claimed!""#,
        slug.as_str()
    )
    .fetch_one(&mut conn)
    .await?;
    Ok(claimed.then_some(conn))
}

/// Takes the steps that are left. What stops them is written down for the screen.
async fn finish(ctx: &PlatformCtx, mut draft: Draft) -> Result<()> {
    let outcome = advance(ctx, &mut draft).await;
    if let Err(error) = &outcome {
        sqlx::query!(
            "update tenants set provisioning_error = $2 where id = $1 and provisioning <> 'active'",
            draft.id.0,
            sentence(error)
        )
        .execute(&ctx.platform.master)
        .await?;
    }
    ctx.platform.resolver.forget(draft.id);
    outcome
}

async fn advance(ctx: &PlatformCtx, draft: &mut Draft) -> Result<()> {
    let server = servers::open(&ctx.platform, draft.server_id).await?;
    let mut maintenance = server.connect_to_maintenance().await?;
    servers::refuse_open(&server, &mut maintenance).await?;
    loop {
        draft.provisioning = match draft.provisioning {
            Provisioning::Requested => {
                role::ensure(&ctx.platform, &server, &mut maintenance, draft).await?;
                Provisioning::RoleReady
            }
            Provisioning::RoleReady => {
                let template = template::ensure(&server, &mut maintenance).await?;
                database::ensure(&server, &mut maintenance, &template, draft).await?;
                Provisioning::DatabaseReady
            }
            Provisioning::DatabaseReady => {
                let mut conn = server.connect(&draft.database_name).await?;
                bring_up(&mut conn, &TENANT).await?;
                conn.close().await?;
                Provisioning::SchemaReady
            }
            Provisioning::SchemaReady => {
                settle::settle(ctx, draft).await?;
                fail_point::reached("active");
                break;
            }
            Provisioning::Active => break,
        };
        reach(ctx, draft).await?;
    }
    maintenance.close().await?;
    Ok(())
}

async fn reach(ctx: &PlatformCtx, draft: &Draft) -> Result<()> {
    sqlx::query!(
        "update tenants set provisioning = $2, provisioning_error = null where id = $1",
        draft.id.0,
        draft.provisioning as _,
    )
    .execute(&ctx.platform.master)
    .await?;
    let point = match draft.provisioning {
        Provisioning::Requested => "requested",
        Provisioning::RoleReady => "role_ready",
        Provisioning::DatabaseReady => "database_ready",
        Provisioning::SchemaReady => "schema_ready",
        Provisioning::Active => "active",
    };
    fail_point::reached(point);
    Ok(())
}
