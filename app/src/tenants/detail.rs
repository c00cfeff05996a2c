//! One club: how it stands, where it is, and what belongs to it.

use super::{
    domains::Domains,
    names::{Named, PLANS, STATUSES, SUBSCRIPTIONS, ZONES, of_key, options},
    server_fns,
    words::words,
};
use crate::{
    account::role_word,
    frame::frame,
    ui::{
        Address, Alert, Badge, Card, Crumb, EmptyState, Fact, Facts, Icon, IconName, PageHead,
        Select, Step, StepState, Steps, Table, Tone, loaded,
    },
    when,
};
use kernel::Money;
use leptos::prelude::*;
use leptos_meta::Meta;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};
use tenancy::{
    administrators::{Administrator, Permission},
    domains::TenantDomain,
    provisioning::{Progress, StepState as Stand},
    tenants::{Provisioning, Tenant, TenantStatus},
};

/// A club and what its page shows with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TenantView {
    pub(crate) tenant: Tenant,
    /// How far its creation has come.
    pub(crate) progress: Option<Progress>,
    pub(crate) administrators: Vec<Administrator>,
    pub(crate) domains: Vec<TenantDomain>,
    /// Scheme, host and port of its site.
    pub(crate) address: String,
    /// Whether visitors get in now.
    pub(crate) is_served: bool,
}

/// The page of one club.
#[component]
pub(crate) fn TenantPage() -> impl IntoView {
    let params = use_params_map();
    let slug = move || params.with(|params| params.get("slug").unwrap_or_default());
    let tenant = Resource::new(slug, server_fns::read_tenant);
    loaded(tenant, |view| view! { <Loaded view/> })
}

#[component]
fn Loaded(view: TenantView) -> impl IntoView {
    let t = words();
    let TenantView {
        tenant,
        progress,
        administrators,
        domains,
        address,
        is_served,
    } = view;
    let above = Crumb {
        href: "/super/tenants",
        label: t.title,
    };
    let title = tenant.branding.app_name.clone();
    let note = tenant.slug.to_string();
    if let Some(progress) = progress.filter(|progress| !progress.is_done()) {
        return view! { <PageHead title note above/><BeingMade progress/> }.into_any();
    }
    let may_change = frame().allows(Permission::ManageTenants);
    view! {
        <PageHead title note above>
            <Badge tone=tenant.status.tone() text=tenant.status.word()/>
        </PageHead>
        <div class="grid items-start gap-6 xl:grid-cols-2">
            <div class="grid gap-6">
                <Addresses address is_served/>
                <Domains tenant=tenant.clone() domains/>
                <Company tenant=tenant.clone()/>
                <Modules tenant=tenant.clone()/>
            </div>
            <div class="grid gap-6">
                {may_change.then(|| view! { <Change tenant=tenant.clone()/> })}
                <Database tenant=tenant.clone()/>
                <Percentages tenant/>
            </div>
            <div class="xl:col-span-2">
                <Administrators rows=administrators/>
            </div>
        </div>
    }
    .into_any()
}

/// Its creation, step by step. Reloads itself until it is done, with the browser's own means.
#[component]
fn BeingMade(progress: Progress) -> impl IntoView {
    let t = words();
    let Progress { steps, error, .. } = progress;
    let steps: Vec<Step> = steps
        .into_iter()
        .map(|step| {
            let (state, word) = match step.state {
                Stand::Done => (StepState::Done, t.done),
                Stand::Current => (StepState::Now, t.now),
                Stand::Failed => (StepState::Failed, t.stopped),
                Stand::Waiting => (StepState::Waiting, t.waiting),
            };
            Step {
                label: step_word(step.reaches).to_owned(),
                state,
                word,
            }
        })
        .collect();
    let is_running = error.is_none();
    let text = if is_running {
        t.being_made_text
    } else {
        t.stopped_text
    };
    view! {
        {is_running.then(|| view! { <Meta http_equiv="refresh" content="2"/> })}
        <div class="grid max-w-xl gap-4">
            {error.map(|error| view! { <Alert tone=Tone::Error>{error}</Alert> })}
            <Card title=t.being_made text=text><Steps steps/></Card>
        </div>
    }
}

fn step_word(reaches: Provisioning) -> &'static str {
    let t = words();
    match reaches {
        Provisioning::Requested => t.step_requested,
        Provisioning::RoleReady => t.step_role_ready,
        Provisioning::DatabaseReady => t.step_database_ready,
        Provisioning::SchemaReady => t.step_schema_ready,
        Provisioning::Active => t.step_active,
    }
}

#[component]
fn Addresses(address: String, is_served: bool) -> impl IntoView {
    let t = words();
    let links = [
        (t.public_page, address.clone()),
        (t.console, format!("{address}/admin")),
    ];
    view! {
        <Card title=t.addresses>
            {(!is_served).then(|| view! { <div class="mb-3"><Alert tone=Tone::Warning>{t.not_served}</Alert></div> })}
            <Facts>
                {links.into_iter().map(|(label, href)| view! {
                    <Fact label=label>
                        <a class="font-medium text-ink underline-offset-4 hover:underline" href=href.clone() rel="external">
                            <Address text=href.clone()/><Icon name=IconName::Open class="ml-1.5 inline size-3.5"/>
                        </a>
                    </Fact>
                }).collect_view()}
            </Facts>
        </Card>
    }
}

/// Chooses; the review page shows before and after.
#[component]
fn Change(tenant: Tenant) -> impl IntoView {
    let t = words();
    let mut zones = options(&ZONES);
    if of_key(&ZONES, &tenant.time_zone).is_none() {
        // One that was set by a script. No key: nothing changes.
        zones.insert(0, ("", tenant.time_zone.clone()));
    }
    view! {
        <Card title=t.change text=t.change_text>
            <form method="get" action=format!("/super/tenants/{}/review", tenant.slug) class="grid gap-4 sm:grid-cols-2">
                <Select name="status" label=t.status options=options(&STATUSES) value=tenant.status.key()/>
                <Select name="subscription" label=t.subscription options=options(&SUBSCRIPTIONS) value=tenant.subscription_status.key()/>
                <Select name="plan" label=t.plan options=options(&PLANS) value=tenant.subscription_plan.key()/>
                <Select name="zone" label=t.zone options=zones value=tenant.time_zone/>
                <div class="sm:col-span-2"><button class="btn">{t.review}</button></div>
            </form>
        </Card>
    }
}

#[component]
fn Company(tenant: Tenant) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let zone = zone_word(&tenant.time_zone);
    let trial_end = tenant
        .trial_ends_at
        .filter(|_| tenant.status == TenantStatus::Trial);
    view! {
        <Card title=t.company>
            <Facts>
                <Fact label=t.name>{tenant.company_name}</Fact>
                <Fact label=t.document>{tenant.document.formatted()}</Fact>
                <Fact label=t.email><Address text=tenant.email.to_string()/></Fact>
                <Fact label=t.phone>{tenant.phone.formatted()}</Fact>
                <Fact label=t.plan>{tenant.subscription_plan.word()}</Fact>
                <Fact label=t.subscription><Badge tone=tenant.subscription_status.tone() text=tenant.subscription_status.word()/></Fact>
                {(tenant.monthly_fee != Money::ZERO).then(|| view! { <Fact label=t.fee>{tenant.monthly_fee.format(locale)}</Fact> })}
                {trial_end.map(|at| view! { <Fact label=t.trial_end><time datetime=when::machine(at)>{when::minute(locale, at)}</time></Fact> })}
                <Fact label=t.zone>{zone}</Fact>
                <Fact label=t.since><time datetime=when::machine(tenant.created_at)>{when::minute(locale, tenant.created_at)}</time></Fact>
            </Facts>
        </Card>
    }
}

/// A zone as people say it, or its name where we have no word.
pub(super) fn zone_word(name: &str) -> String {
    of_key(&ZONES, name).map_or_else(|| name.to_owned(), |zone| zone.word().to_owned())
}

#[component]
fn Database(tenant: Tenant) -> impl IntoView {
    let t = words();
    let version = tenant
        .schema_version
        .map_or_else(|| t.unknown.to_owned(), |version| version.to_string());
    view! {
        <Card title=t.database>
            <Facts>
                <Fact label=t.name><code>{tenant.database_name}</code></Fact>
                <Fact label=t.user><code>{tenant.database_user}</code></Fact>
                <Fact label=t.server><Address text=tenant.database_host/></Fact>
                <Fact label=t.version>{version}</Fact>
            </Facts>
        </Card>
    }
}

#[component]
fn Modules(tenant: Tenant) -> impl IntoView {
    let t = words();
    view! {
        <Card title=t.modules>
            <Facts>
                {tenant.modules.into_iter().map(|module| {
                    let (tone, word) = if module.is_enabled { (Tone::Success, t.on) } else { (Tone::Plain, t.off) };
                    view! { <Fact label=module.display_name><Badge tone=tone text=word/></Fact> }
                }).collect_view()}
            </Facts>
        </Card>
    }
}

#[component]
fn Percentages(tenant: Tenant) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let split = tenant.cashback;
    view! {
        <Card title=t.percentages>
            <Facts>
                <Fact label=t.consumer>{split.consumer_percent.format(locale)}</Fact>
                <Fact label=t.the_club>{split.club_percent.format(locale)}</Fact>
                <Fact label=t.consumer_referrer>{split.consumer_referrer_percent.format(locale)}</Fact>
                <Fact label=t.merchant_referrer>{split.merchant_referrer_percent.format(locale)}</Fact>
                <Fact label=format!("{} · {}", t.withdrawal, t.withdrawal_fee)>{tenant.withdrawal.fee_percent.format(locale)}</Fact>
                <Fact label=format!("{} · {}", t.withdrawal, t.withdrawal_min)>{tenant.withdrawal.min_amount.format(locale)}</Fact>
            </Facts>
        </Card>
    }
}

#[component]
fn Administrators(rows: Vec<Administrator>) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let table = if rows.is_empty() {
        view! { <EmptyState title=t.never text=""/> }.into_any()
    } else {
        view! {
            <Table label=t.administrators columns=vec![t.name, t.email, t.role, t.two_step, t.last_sign_in]>
                {rows.into_iter().map(|row| view! {
                    <tr>
                        <td class="font-semibold">{row.name}</td>
                        <td data-label=t.email>{row.email}</td>
                        <td data-label=t.role>{role_word(row.role)}</td>
                        <td data-label=t.two_step>{if row.has_totp { t.yes } else { t.no }}</td>
                        <td data-label=t.last_sign_in>{row.last_sign_in_at.map_or_else(|| t.never.to_owned(), |at| when::minute(locale, at))}</td>
                    </tr>
                }).collect_view()}
            </Table>
        }
        .into_any()
    };
    view! {
        <section aria-labelledby="administrators">
            <h2 id="administrators" class="mb-3 text-base font-semibold">{t.administrators}</h2>
            {table}
        </section>
    }
}
