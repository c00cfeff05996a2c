//! The first step: what was asked for stands in the registry.

use super::{NewTenant, fail_point};
use crate::{
    Platform, PlatformCtx,
    administrators::{self, NewAdministrator, Role},
    branding::Branding,
    secrets::{Place, random, random_token},
    servers,
    tenants::Provisioning,
};
use kernel::{Error, Result, Slug, TenantId};
use secrecy::{ExposeSecret, SecretString};
use sqlx::PgConnection;
use uuid::Uuid;

/// A tenant in the making.
pub(super) struct Draft {
    pub(super) id: TenantId,
    pub(super) slug: Slug,
    pub(super) server_id: Uuid,
    pub(super) database_name: String,
    pub(super) database_user: String,
    pub(super) provisioning: Provisioning,
}

/// The place of a tenant's database password.
pub(super) fn database_password_place(tenant: TenantId) -> Place {
    Place {
        tenant: Some(tenant),
        column: "tenants.database_password",
        row: tenant.0,
    }
}

fn token_key_place(tenant: TenantId) -> Place {
    Place {
        tenant: Some(tenant),
        column: "tenants.token_key",
        row: tenant.0,
    }
}

/// Writes down what is asked for, or takes up what an earlier try has left. A tenant that is complete is refused.
pub(super) async fn register(
    ctx: &PlatformCtx,
    new: &NewTenant,
    admin_password: SecretString,
) -> Result<Draft> {
    let mut tx = ctx.platform.master.begin().await?;
    let id = match found(&mut tx, &new.slug).await? {
        Some(draft) if draft.provisioning == Provisioning::Active => {
            return Err(
                Error::conflict("slug_taken", "There is a tenant of this slug already.")
                    .and("slug", "taken"),
            );
        }
        Some(draft) => {
            update(&mut tx, ctx, draft.id, new).await?;
            draft.id
        }
        None => insert(&mut tx, ctx, new).await?,
    };
    brand(&mut tx, ctx, id, new).await?;
    appoint(&mut tx, ctx, id, new, admin_password).await?;
    tx.commit().await?;
    fail_point::reached("requested");
    unfinished(&ctx.platform, &new.slug)
        .await?
        .ok_or_else(|| Error::internal("a tenant vanished while it was made"))
}

/// The tenant of this slug while it is in the making, with its secrets drawn.
pub(super) async fn unfinished(platform: &Platform, slug: &Slug) -> Result<Option<Draft>> {
    let mut conn = platform.master.acquire().await?;
    let draft = found(&mut conn, slug).await?;
    drop(conn);
    let Some(draft) = draft.filter(|draft| draft.provisioning != Provisioning::Active) else {
        return Ok(None);
    };
    draw_secrets(platform, draft.id).await?;
    Ok(Some(draft))
}

async fn found(conn: &mut PgConnection, slug: &Slug) -> Result<Option<Draft>> {
    Ok(sqlx::query_as!(
        Draft,
        "select id, slug, server_id, database_name, database_user, provisioning from tenants where slug = $1",
        slug.as_str()
    )
    .fetch_optional(conn)
    .await?)
}

/// The row comes first and its secrets follow, because they are sealed with the tenant's own key, which needs the row.
async fn insert(conn: &mut PgConnection, ctx: &PlatformCtx, new: &NewTenant) -> Result<TenantId> {
    let server_id = servers::choose(conn).await?;
    let id = ctx.new_id();
    sqlx::query!(
        "insert into tenants
             (id, slug, company_name, document, email, phone, subscription_plan, server_id,
              database_name, database_user, database_password, token_key, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', '', $11, $11)",
        id,
        new.slug.as_str(),
        new.name.trim(),
        new.document.as_str(),
        new.email.as_str(),
        new.phone.as_str(),
        new.plan as _,
        server_id,
        new.slug.database_name(),
        new.slug.role_name(),
        ctx.now(),
    )
    .execute(conn)
    .await?;
    Ok(TenantId(id))
}

async fn update(
    conn: &mut PgConnection,
    ctx: &PlatformCtx,
    id: TenantId,
    new: &NewTenant,
) -> Result<()> {
    sqlx::query!(
        "update tenants
         set company_name = $2, document = $3, email = $4, phone = $5, subscription_plan = $6,
             provisioning_error = null, updated_at = $7
         where id = $1",
        id.0,
        new.name.trim(),
        new.document.as_str(),
        new.email.as_str(),
        new.phone.as_str(),
        new.plan as _,
        ctx.now(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn brand(
    conn: &mut PgConnection,
    ctx: &PlatformCtx,
    id: TenantId,
    new: &NewTenant,
) -> Result<()> {
    let initial = || Branding::initial(new.name.trim(), &new.slug);
    let brand = new.branding.clone().unwrap_or_else(initial);
    sqlx::query!("delete from tenant_branding where tenant_id = $1", id.0)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "insert into tenant_branding
             (tenant_id, app_name, tagline, primary_color, secondary_color, accent_color, logo_light_url,
              logo_dark_url, icon_url, favicon_url, support_email, support_phone, support_whatsapp,
              app_store_url, play_store_url, minimum_app_version, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        id.0,
        brand.app_name,
        brand.tagline,
        brand.primary_color as _,
        brand.secondary_color as _,
        brand.accent_color as _,
        brand.logo_light_url,
        brand.logo_dark_url,
        brand.icon_url,
        brand.favicon_url,
        brand.support_email,
        brand.support_phone,
        brand.support_whatsapp,
        brand.app_store_url,
        brand.play_store_url,
        brand.minimum_app_version,
        ctx.now(),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The first administrator; of an earlier try only the latest stays.
async fn appoint(
    conn: &mut PgConnection,
    ctx: &PlatformCtx,
    id: TenantId,
    new: &NewTenant,
    password: SecretString,
) -> Result<()> {
    sqlx::query!("delete from administrators where tenant_id = $1", id.0)
        .execute(&mut *conn)
        .await?;
    let owner = NewAdministrator {
        realm: Some(id),
        email: new.email.clone(),
        name: new.name.clone(),
        role: Role::Owner,
        password,
    };
    administrators::create(conn, ctx, owner).await.map(drop)
}

/// Draws the password of the tenant's role and the key of its tokens, once.
async fn draw_secrets(platform: &Platform, id: TenantId) -> Result<()> {
    let missing = sqlx::query_scalar!(
        r#"select (database_password = '' or token_key = '') as "missing!" from tenants where id = $1"#,
        id.0
    )
    .fetch_one(&platform.master)
    .await?;
    if !missing {
        return Ok(());
    }
    let password: SecretString = random_token();
    let password = platform
        .keyring
        .seal(
            database_password_place(id),
            password.expose_secret().as_bytes(),
        )
        .await?;
    let token_key = platform
        .keyring
        .seal(token_key_place(id), &random::<32>())
        .await?;
    sqlx::query!(
        "update tenants set database_password = $2, token_key = $3 where id = $1",
        id.0,
        password,
        token_key
    )
    .execute(&platform.master)
    .await?;
    fail_point::reached("secrets_drawn");
    Ok(())
}
