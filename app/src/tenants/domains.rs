//! A club's own domains: the list on its page, and for each a page that says how to prove it and lets it go.

use super::{server_fns, words::words};
use crate::{
    form::{self, Form},
    frame::frame,
    ui::{
        Address, Badge, Card, Copy, Crumb, Fact, Facts, Field, Icon, IconName, LinkButton,
        PageHead, Submit, Tone, loaded,
    },
    when,
    words::fill,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};
use tenancy::{administrators::Permission, domains::TenantDomain, tenants::Tenant};

/// The name under which a claim is settled.
pub(super) const CLAIM: &str = "claim-domain";
/// The name under which a proof is settled.
pub(super) const VERIFY: &str = "verify-domain";
/// The name under which giving a domain up is settled.
pub(super) const REMOVE: &str = "remove-domain";

/// A domain and what its page shows with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DomainView {
    pub(crate) domain: TenantDomain,
    /// Of the club.
    pub(crate) slug: String,
    /// The host that a club's own domain should lead to.
    pub(crate) host: String,
    /// Scheme, host and port of the club's site there.
    pub(crate) address: String,
}

fn badge(domain: &TenantDomain) -> impl IntoView + use<> {
    let t = words();
    let (tone, text) = if domain.is_verified() {
        (Tone::Success, t.domain_verified)
    } else {
        (Tone::Warning, t.domain_waits)
    };
    view! { <Badge tone=tone text=text/> }
}

/// The card on the club's page.
#[component]
pub(super) fn Domains(tenant: Tenant, domains: Vec<TenantDomain>) -> impl IntoView {
    let t = words();
    let slug = tenant.slug.to_string();
    let may_change = frame().allows(Permission::ManageTenants);
    let text = if domains.is_empty() && !may_change {
        t.domains_none
    } else {
        t.domains_text
    };
    let rows = domains.into_iter().map(|domain| {
        let href = format!("/super/tenants/{slug}/domains/{}", domain.id);
        let badge = badge(&domain);
        view! {
            <li class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2.5 text-sm">
                <a class="min-w-0 font-medium text-ink underline-offset-4 hover:underline" href=href><Address text=domain.domain/></a>
                {badge}
            </li>
        }
    });
    let rows = rows.collect_view();
    let list = (!rows.is_empty()).then(|| view! { <ul class="divide-y divide-line">{rows}</ul> });
    let action = form::to::<server_fns::ClaimDomain>();
    view! {
        <Card title=t.domains text=text>
            {list}
            {may_change.then(|| view! {
                <div class="mt-4">
                    <Form action name=CLAIM class="grid gap-4">
                        <input type="hidden" name="slug" value=tenant.slug.to_string()/>
                        <Field name="domain" label=t.domain help=t.domain_help autocomplete="off" inputmode="url"/>
                        <div><Submit main=false>{t.claim}</Submit></div>
                    </Form>
                </div>
            })}
        </Card>
    }
}

/// The page of one domain.
#[component]
pub(crate) fn DomainPage() -> impl IntoView {
    let params = use_params_map();
    let of = move |name| params.with(|params| params.get(name).unwrap_or_default());
    let domain = Resource::new(
        move || (of("slug"), of("domain")),
        |(slug, id)| server_fns::read_domain(slug, id),
    );
    loaded(domain, |view| view! { <Loaded view/> })
}

#[component]
fn Loaded(view: DomainView) -> impl IntoView {
    let t = words();
    let above = Crumb {
        href: "/super/tenants",
        label: t.title,
    };
    let back = format!("/super/tenants/{}", view.slug);
    let may_change = frame().allows(Permission::ManageTenants);
    let title = view.domain.domain.clone();
    let badge = badge(&view.domain);
    let state = if view.domain.is_verified() {
        view! { <Proved view=view.clone()/> }.into_any()
    } else {
        view! { <Proof view=view.clone() may_change/> }.into_any()
    };
    view! {
        <PageHead title note=view.slug.clone() above>
            <div class="flex items-center gap-4">{badge}<LinkButton href=back main=false>{t.back_to_club}</LinkButton></div>
        </PageHead>
        <div class="grid max-w-3xl gap-6">
            {state}
            {may_change.then(|| view! { <Remove view/> })}
        </div>
    }
}

/// It leads to the club.
#[component]
fn Proved(view: DomainView) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let address = view.address;
    view! {
        <Card title=t.addresses text=fill(t.points_text, &[("host", &view.host)])>
            <Facts>
                <Fact label=t.public_page>
                    <a class="font-medium text-ink underline-offset-4 hover:underline" href=address.clone() rel="external">
                        <Address text=address.clone()/><Icon name=IconName::Open class="ml-1.5 inline size-3.5"/>
                    </a>
                </Fact>
                {view.domain.verified_at.map(|at| view! {
                    <Fact label=t.verified_since><time datetime=when::machine(at)>{when::minute(locale, at)}</time></Fact>
                })}
            </Facts>
        </Card>
    }
}

/// What has to be set, and the button that looks for it.
#[component]
fn Proof(view: DomainView, may_change: bool) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::VerifyDomain>();
    let DomainView { domain, slug, .. } = view;
    let (id, name, value) = (domain.id.to_string(), domain.record_name(), domain.token);
    let points = fill(t.points_text, &[("host", &view.host)]);
    view! {
        <Card title=t.proof text=t.proof_text>
            <Facts>
                <Fact label=t.record_type><code>"TXT"</code></Fact>
                <Fact label=t.record_name><Copy value=name/></Fact>
                <Fact label=t.record_value><Copy value=value/></Fact>
            </Facts>
            <p class="mt-3 text-sm text-muted">{points}</p>
            {may_change.then(|| view! {
                <div class="mt-4">
                    <Form action name=VERIFY class="grid gap-4">
                        <input type="hidden" name="slug" value=slug/>
                        <input type="hidden" name="id" value=id/>
                        <div><Submit>{t.verify}</Submit></div>
                    </Form>
                </div>
            })}
        </Card>
    }
}

/// One that leads to the club is given up by typing its name.
#[component]
fn Remove(view: DomainView) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::RemoveDomain>();
    let DomainView { domain, slug, .. } = view;
    let is_verified = domain.is_verified();
    let text = if is_verified {
        t.remove_text
    } else {
        t.remove_claim_text
    };
    view! {
        <Card title=t.remove text=text>
            <Form action name=REMOVE class="grid gap-4">
                <input type="hidden" name="slug" value=slug/>
                <input type="hidden" name="id" value=domain.id.to_string()/>
                {if is_verified {
                    let label = fill(t.type_domain, &[("domain", &domain.domain)]);
                    view! { <div class="max-w-sm"><Field name="confirm" label=label autocomplete="off"/></div> }.into_any()
                } else {
                    view! { <input type="hidden" name="confirm" value=""/> }.into_any()
                }}
                <div><Submit danger=true>{t.remove}</Submit></div>
                <p class="text-sm text-muted">{t.audit_note}</p>
            </Form>
        </Card>
    }
}
