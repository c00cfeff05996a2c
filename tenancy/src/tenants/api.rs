//! `/api/tenant-info`: which tenant a request has reached.

use super::{LiveTenant, SubscriptionPlan, TenantStatus};
use crate::{
    Platform,
    http::{AtTenant, Json, Refusals},
    platform::Environment,
};
use axum::Extension;
use kernel::{Slug, TenantId};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn router() -> OpenApiRouter {
    OpenApiRouter::default().routes(routes!(tenant_info))
}

/// Which tenant a request has reached.
#[derive(Debug, Serialize, ToSchema)]
struct TenantInfo {
    /// Always true.
    success: bool,
    /// The tenant.
    tenant: TenantSummary,
    /// Its database; only on a developer's machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<DatabaseSummary>,
    /// A sentence for the developer.
    message: String,
}

/// A tenant in brief.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TenantSummary {
    /// Its id.
    id: TenantId,
    /// Its name in addresses.
    slug: Slug,
    /// The company behind it.
    company_name: String,
    /// Whether it is served.
    status: TenantStatus,
    /// What it subscribes to.
    plan: SubscriptionPlan,
    /// The host that it is reached at.
    subdomain: String,
}

/// A tenant's database in brief.
#[derive(Debug, Serialize, ToSchema)]
struct DatabaseSummary {
    /// Its name.
    name: String,
    /// Its server.
    host: String,
}

/// Which tenant is this?
#[utoipa::path(
    get, path = "/tenant-info", tag = "tenant",
    responses((status = 200, description = "The tenant that the request has reached.", body = TenantInfo), Refusals),
)]
async fn tenant_info(
    AtTenant(tenant): AtTenant,
    Extension(platform): Extension<Platform>,
) -> Json<TenantInfo> {
    Json(TenantInfo {
        success: true,
        message: format!("{} is served here.", tenant.company_name),
        database: (platform.environment == Environment::Development).then(|| database(&tenant)),
        tenant: TenantSummary {
            id: tenant.id,
            slug: tenant.slug.clone(),
            company_name: tenant.company_name.clone(),
            status: tenant.status,
            plan: tenant.subscription_plan,
            subdomain: platform.public.host(Some(tenant.slug.as_str())),
        },
    })
}

fn database(tenant: &LiveTenant) -> DatabaseSummary {
    DatabaseSummary {
        name: tenant.database.name.clone(),
        host: tenant.database.host.clone(),
    }
}
