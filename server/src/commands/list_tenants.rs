//! `clube list-tenants`.

use super::outcome::Outcome;
use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};
use kernel::Result;
use serde_json::{Value, json};
use tenancy::{
    PlatformCtx,
    tenants::{self, Tenant},
};

pub(super) async fn run(ctx: &PlatformCtx) -> Result<Outcome> {
    let tenants = tenants::list(ctx).await?;
    let base = &ctx.platform.public.base_domain;
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header([
        "Slug",
        "Company",
        "Status",
        "Plan",
        "Subscription",
        "Schema",
        "Database",
    ]);
    for tenant in &tenants {
        table.add_row([
            tenant.slug.to_string(),
            tenant.company_name.clone(),
            text(&json!(tenant.status)),
            text(&json!(tenant.subscription_plan)),
            text(&json!(tenant.subscription_status)),
            tenant
                .schema_version
                .map_or_else(|| "-".to_owned(), |version| version.to_string()),
            tenant.database_name.clone(),
        ]);
    }
    Ok(Outcome {
        text: format!("{table}\n{} tenants", tenants.len()),
        json: json!({ "tenants": tenants.iter().map(|tenant| row(tenant, base)).collect::<Vec<_>>() }),
        failed: false,
    })
}

fn row(tenant: &Tenant, base_domain: &str) -> Value {
    // As everywhere in JSON; its own serialisation knows how dates are written.
    let whole = json!(tenant);
    json!({
        "slug": tenant.slug,
        "companyName": tenant.company_name,
        "subdomain": format!("{}.{base_domain}", tenant.slug),
        "status": tenant.status,
        "plan": tenant.subscription_plan,
        "subscriptionStatus": tenant.subscription_status,
        "trialEndsAt": whole["trialEndsAt"],
        "provisioning": tenant.provisioning,
        "schemaVersion": tenant.schema_version,
        "database": {
            "name": tenant.database_name,
            "user": tenant.database_user,
            "host": tenant.database_host,
        },
        "createdAt": whole["createdAt"],
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
