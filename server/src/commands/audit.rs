//! `clube audit`.

use super::outcome::Outcome;
use crate::jobs;
use clap::Args;
use club::{Ctx, ledger::Finding};
use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};
use futures::{StreamExt, stream};
use kernel::{Error, Result, Slug};
use serde::Serialize;
use serde_json::json;
use tenancy::{
    PlatformCtx,
    resolution::Site,
    tenants::{self, Provisioning, Tenant},
};

/// For how many tenants at once.
const AT_ONCE: usize = 4;

/// Options of `audit`.
#[derive(Debug, Args)]
pub struct Audit {
    /// Only this tenant
    #[arg(long, value_name = "SLUG")]
    tenant: Option<String>,
}

/// What came of one tenant's audit.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Audited {
    slug: Slug,
    findings: Vec<Finding>,
    /// Why its ledger could not be looked at.
    error: Option<String>,
}

impl Audited {
    fn is_sound(&self) -> bool {
        self.findings.is_empty() && self.error.is_none()
    }
}

pub(super) async fn run(ctx: &PlatformCtx, arguments: Audit) -> Result<Outcome> {
    let audited: Vec<_> = stream::iter(asked_for(ctx, arguments.tenant.as_deref()).await?)
        .map(async |tenant: Tenant| {
            let (findings, error) = match audit(ctx, &tenant.slug).await {
                Ok(findings) => (findings, None),
                Err(error) => (Vec::new(), Some(super::sentence(&error))),
            };
            Audited {
                slug: tenant.slug,
                findings,
                error,
            }
        })
        .buffered(AT_ONCE)
        .collect()
        .await;
    Ok(outcome(&audited))
}

/// The tenants that have a ledger, by slug, whether they are served or not; or the one.
async fn asked_for(ctx: &PlatformCtx, slug: Option<&str>) -> Result<Vec<Tenant>> {
    let mut tenants = match slug {
        None => tenants::list(ctx).await?,
        Some(slug) => vec![
            tenants::by_slug(ctx, slug)
                .await?
                .ok_or_else(|| Error::not_found("tenant"))?,
        ],
    };
    tenants.retain(|tenant| tenant.provisioning == Provisioning::Active);
    Ok(tenants)
}

async fn audit(ctx: &PlatformCtx, slug: &Slug) -> Result<Vec<Finding>> {
    let resolved = ctx.platform.resolver.resolve(Some(slug.as_str()), "");
    let Site::Tenant(tenant) = resolved.await? else {
        return Err(Error::not_found("tenant"));
    };
    let (actor, origin) = (ctx.actor.clone(), ctx.origin.clone());
    jobs::audit(&Ctx::new(ctx.platform.clone(), tenant, actor, origin)).await
}

fn outcome(audited: &[Audited]) -> Outcome {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(["Tenant", "Finding", "Subject"]);
    for Audited {
        slug,
        findings,
        error,
    } in audited
    {
        match (error, findings.as_slice()) {
            (Some(error), _) => table.add_row([slug.as_str(), "not looked at", error]),
            (None, []) => table.add_row([slug.as_str(), "none", ""]),
            (None, findings) => table.add_rows(
                findings
                    .iter()
                    .map(|found| [slug.as_str(), &found.finding, &found.subject]),
            ),
        };
    }
    let failed = audited.iter().filter(|tenant| !tenant.is_sound()).count();
    Outcome {
        text: format!("{table}\n{} tenants, {failed} unsound", audited.len()),
        json: json!({ "tenants": audited }),
        failed: failed > 0,
    }
}
