//! `clube rotate-keys`.

use super::outcome::Outcome;
use club::{Ctx, files, pix, users};
use kernel::{Error, Result, TenantId};
use serde_json::json;
use std::{collections::HashMap, fmt::Write};
use tenancy::{
    Actor, Origin, PlatformCtx,
    resolution::Site,
    secrets::{self, Rotation},
    tenants::{self, Provisioning},
};

pub(super) async fn run(ctx: &PlatformCtx) -> Result<Outcome> {
    let slugs: HashMap<_, _> = tenants::list(ctx)
        .await?
        .into_iter()
        .filter(|tenant| tenant.provisioning == Provisioning::Active)
        .map(|tenant| (tenant.id, tenant.slug.to_string()))
        .collect();
    let rotation = Box::pin(secrets::rotate(ctx, |tenant| {
        let (ctx, slug) = (ctx.clone(), slugs.get(&tenant).cloned());
        async move { reseal_own(&ctx, tenant, slug).await }
    }))
    .await?;
    Ok(outcome(&rotation))
}

/// What the tenant's own database holds. One that is still being made holds nothing.
async fn reseal_own(ctx: &PlatformCtx, tenant: TenantId, slug: Option<String>) -> Result<u64> {
    let Some(slug) = slug else { return Ok(0) };
    let site = ctx.platform.resolver.resolve(Some(&slug), "").await?;
    let Site::Tenant(live) = site else {
        return Err(Error::internal(format!("{slug} names no tenant")));
    };
    debug_assert_eq!(live.id, tenant);
    let ctx = Ctx::new(
        ctx.platform.clone(),
        live,
        Actor::Command,
        Origin::default(),
    );
    Ok(users::reseal(&ctx).await? + files::reseal(&ctx).await? + pix::reseal(&ctx).await?)
}

fn outcome(rotation: &Rotation) -> Outcome {
    let mut text = format!(
        "{} data keys wrapped by the present master key",
        rotation.rewrapped
    );
    for realm in &rotation.realms {
        let name = realm.slug.as_deref().unwrap_or("(platform)");
        let line = match &realm.error {
            None => format!(
                "{name}: {} values sealed again, {} old keys removed, {} kept",
                realm.resealed, realm.keys_removed, realm.keys_kept
            ),
            Some(error) => format!("{name}: failed: {error}"),
        };
        write!(text, "\n{line}").expect("a string takes everything");
    }
    Outcome {
        text,
        json: json!(rotation),
        failed: !rotation.is_whole(),
    }
}
