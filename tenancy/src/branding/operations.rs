//! Changing a tenant's brand.

use super::{Branding, rules};
use crate::{
    PlatformCtx,
    tenants::operations::{begin_settings, commit},
};
use kernel::Result;

/// Gives the tenant this brand, whole.
pub async fn set_branding(ctx: &PlatformCtx, slug: &str, branding: Branding) -> Result<()> {
    let (mut tx, tenant) = begin_settings(ctx, slug).await?;
    rules::check(&branding)?;
    sqlx::query!(
        "insert into tenant_branding
             (tenant_id, app_name, tagline, primary_color, secondary_color, accent_color, logo_light_url,
              logo_dark_url, icon_url, favicon_url, support_email, support_phone, support_whatsapp, app_store_url,
              play_store_url, minimum_app_version, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         on conflict (tenant_id) do update set
             app_name = excluded.app_name,
             tagline = excluded.tagline,
             primary_color = excluded.primary_color,
             secondary_color = excluded.secondary_color,
             accent_color = excluded.accent_color,
             logo_light_url = excluded.logo_light_url,
             logo_dark_url = excluded.logo_dark_url,
             icon_url = excluded.icon_url,
             favicon_url = excluded.favicon_url,
             support_email = excluded.support_email,
             support_phone = excluded.support_phone,
             support_whatsapp = excluded.support_whatsapp,
             app_store_url = excluded.app_store_url,
             play_store_url = excluded.play_store_url,
             minimum_app_version = excluded.minimum_app_version,
             updated_at = excluded.updated_at",
        tenant.id as _,
        branding.app_name,
        branding.tagline,
        branding.primary_color as _,
        branding.secondary_color as _,
        branding.accent_color as _,
        branding.logo_light_url,
        branding.logo_dark_url,
        branding.icon_url,
        branding.favicon_url,
        branding.support_email,
        branding.support_phone,
        branding.support_whatsapp,
        branding.app_store_url,
        branding.play_store_url,
        branding.minimum_app_version,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    let (was, is) = (&tenant.branding, &branding);
    commit(ctx, tx, &tenant, "tenant.set_branding", was, is).await
}
