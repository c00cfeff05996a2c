//! What the platform's pages ask and change.

use super::{
    create::NewTenantForm,
    detail::TenantView,
    domains::DomainView,
    rows::{Overview, TenantFilter, TenantPage},
};
use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::domains::{CLAIM, REMOVE, VERIFY};
#[cfg(feature = "ssr")]
use super::names::{PLANS, STATUSES, SUBSCRIPTIONS, of_key};
#[cfg(feature = "ssr")]
use crate::{form, visit};
#[cfg(feature = "ssr")]
use kernel::{DomainId, Error, Result as Outcome};
#[cfg(feature = "ssr")]
use secrecy::ExposeSecret;
#[cfg(feature = "ssr")]
use tenancy::{
    PlatformCtx,
    administrators::{self, Permission},
    domains, passwords,
    provisioning::{self, NewTenant, NewTenantFields},
    tenants::{self, TenantPatch},
};

/// The figures of the first page.
#[server(endpoint = "super/overview")]
pub(crate) async fn read_overview() -> Result<Overview, Refusal> {
    let ctx = visit::platform()?;
    Ok(Overview::of(tenants::list(&ctx).await?, ctx.now()))
}

/// One page of the list.
#[server(endpoint = "super/tenants")]
pub(crate) async fn list_tenants(filter: TenantFilter) -> Result<TenantPage, Refusal> {
    Ok(filter.page(tenants::list(&visit::platform()?).await?))
}

/// One club with what belongs to it.
#[server(endpoint = "super/tenant")]
pub(crate) async fn read_tenant(slug: String) -> Result<TenantView, Refusal> {
    Ok(view_of(&visit::platform()?, &slug).await?)
}

#[cfg(feature = "ssr")]
async fn view_of(ctx: &PlatformCtx, slug: &str) -> Outcome<TenantView> {
    let tenant = tenants::by_slug(ctx, slug)
        .await?
        .ok_or_else(|| Error::not_found("tenant"))?;
    let administrators = administrators::list(ctx, Some(tenant.id)).await?;
    let domains = domains::list(ctx, tenant.id).await?;
    let address = ctx.platform.public.url(Some(slug));
    let is_served = tenant.admit(ctx.now()).is_ok();
    let progress = provisioning::progress(ctx, &tenant.slug).await?;
    Ok(TenantView {
        tenant,
        progress,
        administrators,
        domains,
        address,
        is_served,
    })
}

/// Changes status, plan and subscription together, as the review page showed them.
#[server(endpoint = "super/tenant/change")]
pub(crate) async fn change_tenant(
    slug: String,
    status: String,
    plan: String,
    subscription: String,
    zone: String,
    confirm: String,
) -> Result<(), Refusal> {
    let ctx = visit::platform()?;
    let patch = TenantPatch {
        status: of_key(&STATUSES, &status),
        subscription_plan: of_key(&PLANS, &plan),
        subscription_status: of_key(&SUBSCRIPTIONS, &subscription),
        trial_ends_at: None,
        time_zone: super::review::zone_of(&zone),
    };
    let is_confirmed = !super::review::stops(&patch) || confirm.trim() == slug;
    let confirmed = Error::check([("confirm", is_confirmed, "mismatch")]);
    form::settle("change", &[], confirmed)?;
    form::settle("change", &[], tenants::change(&ctx, &slug, patch).await)?;
    form::done(
        "change",
        "tenant_changed",
        Some(&format!("/super/tenants/{slug}")),
    );
    Ok(())
}

/// A password to start the form with; drawn anew each time, stored nowhere.
#[server(endpoint = "super/tenant/password")]
pub(crate) async fn draw_password() -> Result<String, Refusal> {
    let ctx = visit::platform()?;
    ctx.require(Permission::ManageTenants)?;
    Ok(passwords::generate().expose_secret().to_owned())
}

/// Makes a club, to the end.
#[server(endpoint = "super/tenant/create")]
pub(crate) async fn create_tenant(new: NewTenantForm) -> Result<(), Refusal> {
    let ctx = visit::platform()?;
    // All but the password.
    let kept = [
        ("new[name]", new.name.as_str()),
        ("new[slug]", &new.slug),
        ("new[document]", &new.document),
        ("new[phone]", &new.phone),
        ("new[email]", &new.email),
        ("new[plan]", &new.plan),
    ];
    let asked = NewTenant::parse(NewTenantFields {
        slug: new.slug.clone(),
        name: new.name.clone(),
        email: new.email.clone(),
        document: new.document.clone(),
        phone: new.phone.clone(),
        plan: new.plan.clone(),
        admin_password: Some(new.admin_password.clone().into()),
    });
    let asked = form::settle("create", &kept, asked)?;
    let slug = asked.slug.clone();
    form::settle("create", &kept, provisioning::create(&ctx, asked).await)?;
    form::done(
        "create",
        "tenant_created",
        Some(&format!("/super/tenants/{slug}")),
    );
    Ok(())
}

/// One of a club's own domains.
#[server(endpoint = "super/domain")]
pub(crate) async fn read_domain(slug: String, id: String) -> Result<DomainView, Refusal> {
    let ctx = visit::platform()?;
    let domain = domains::by_id(&ctx, &slug, domain_id(&id)?).await?;
    Ok(DomainView {
        host: ctx.platform.public.host(Some(&slug)),
        address: ctx.platform.public.url_of(&domain.domain),
        domain,
        slug,
    })
}

/// Claims a domain for a club; its page says how it is proved.
#[server(endpoint = "super/domain/claim")]
pub(crate) async fn claim_domain(slug: String, domain: String) -> Result<(), Refusal> {
    let ctx = visit::platform()?;
    let claimed = domains::claim(&ctx, &slug, &domain).await;
    let claimed = form::settle(CLAIM, &[("domain", &domain)], claimed)?;
    let path = format!("/super/tenants/{slug}/domains/{}", claimed.id);
    form::done(CLAIM, "domain_claimed", Some(&path));
    Ok(())
}

/// Looks the proof of a domain up.
#[server(endpoint = "super/domain/verify")]
pub(crate) async fn verify_domain(slug: String, id: String) -> Result<(), Refusal> {
    let ctx = visit::platform()?;
    let verified = domains::verify(&ctx, &slug, domain_id(&id)?).await;
    form::settle(VERIFY, &[], verified)?;
    form::done(VERIFY, "domain_verified", None);
    Ok(())
}

/// Gives a domain up; one that leads to the club only when its name was typed.
#[server(endpoint = "super/domain/remove")]
pub(crate) async fn remove_domain(
    slug: String,
    id: String,
    confirm: String,
) -> Result<(), Refusal> {
    let ctx = visit::platform()?;
    let removed = removed(&ctx, &slug, domain_id(&id)?, &confirm).await;
    form::settle(REMOVE, &[], removed)?;
    let path = format!("/super/tenants/{slug}");
    form::done(REMOVE, "domain_removed", Some(&path));
    Ok(())
}

#[cfg(feature = "ssr")]
async fn removed(ctx: &PlatformCtx, slug: &str, id: DomainId, confirm: &str) -> Outcome<()> {
    ctx.require(Permission::ManageTenants)?;
    let domain = domains::by_id(ctx, slug, id).await?;
    let is_confirmed = !domain.is_verified() || confirm.trim() == domain.domain;
    Error::check([("confirm", is_confirmed, "mismatch")])?;
    domains::remove(ctx, slug, id).await
}

#[cfg(feature = "ssr")]
fn domain_id(id: &str) -> Outcome<DomainId> {
    id.parse().map_err(|_| Error::not_found("domain"))
}
