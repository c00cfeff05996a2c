//! What a change will do, before it is done: now and after side by side, the consequence in a sentence, and a typed
//! confirmation when it takes the club off the air.

use super::{
    detail::{TenantView, zone_word},
    names::{Named, PLANS, STATUSES, SUBSCRIPTIONS, ZONES, of_key},
    server_fns,
    words::words,
};
use crate::{
    form::{self, Form},
    ui::{
        Alert, Crumb, EmptyState, Field, Icon, IconName, LinkButton, PageHead, Submit, Tone, loaded,
    },
    words::fill,
};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use tenancy::tenants::{SubscriptionStatus, TenantPatch, TenantStatus};

/// Whether the change takes, or keeps, a club off the air.
pub(crate) fn stops(patch: &TenantPatch) -> bool {
    patch
        .status
        .is_some_and(|status| !matches!(status, TenantStatus::Trial | TenantStatus::Active))
        || patch.subscription_status == Some(SubscriptionStatus::Suspended)
}

/// The zone of a key, as the registry writes it.
pub(crate) fn zone_of(key: &str) -> Option<String> {
    of_key(&ZONES, key).map(|zone| zone.key().to_owned())
}

/// The page between choosing and changing.
#[component]
pub(crate) fn ReviewPage() -> impl IntoView {
    let params = use_params_map();
    let slug = move || params.with(|params| params.get("slug").unwrap_or_default());
    let query = use_query_map();
    let tenant = Resource::new(slug, server_fns::read_tenant);
    loaded(tenant, move |view| {
        let patch = query.with_untracked(|query| {
            let of = |name| query.get(name).unwrap_or_default();
            TenantPatch {
                status: of_key(&STATUSES, &of("status")),
                subscription_plan: of_key(&PLANS, &of("plan")),
                subscription_status: of_key(&SUBSCRIPTIONS, &of("subscription")),
                trial_ends_at: None,
                time_zone: zone_of(&of("zone")),
            }
        });
        view! { <Loaded view patch/> }
    })
}

/// What changes, from what, to what.
type Line = (&'static str, String, &'static str);

/// One line of the comparison, when it changes.
fn line<T: Named + PartialEq>(label: &'static str, now: T, then: Option<T>) -> Option<Line> {
    then.filter(|then| *then != now)
        .map(|then| (label, now.word().to_owned(), then.word()))
}

fn zone_line(now: &str, then: Option<&str>) -> Option<Line> {
    let then = then.filter(|then| *then != now)?;
    Some((words().zone, zone_word(now), of_key(&ZONES, then)?.word()))
}

#[component]
fn Loaded(view: TenantView, patch: TenantPatch) -> impl IntoView {
    let t = words();
    let TenantView {
        tenant, is_served, ..
    } = view;
    let slug = tenant.slug.to_string();
    let lines: Vec<_> = [
        line(t.status, tenant.status, patch.status),
        line(
            t.subscription,
            tenant.subscription_status,
            patch.subscription_status,
        ),
        line(t.plan, tenant.subscription_plan, patch.subscription_plan),
        zone_line(&tenant.time_zone, patch.time_zone.as_deref()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let back = format!("/super/tenants/{slug}");
    let head = view! { <PageHead title=t.review_title note=format!("{} · {slug}", tenant.branding.app_name) above=Crumb { href: "/super/tenants", label: t.title }/> };
    if lines.is_empty() {
        return view! { {head}<div class="max-w-2xl"><EmptyState title=t.nothing text=t.nothing_text><LinkButton href=back main=false>{t.keep}</LinkButton></EmptyState></div> }.into_any();
    }
    let stops = stops(&patch);
    let action = form::to::<server_fns::ChangeTenant>();
    view! {
        {head}
        <div class="surface grid max-w-2xl gap-6 p-6">
            <dl class="grid gap-4">
                {lines.into_iter().map(|(label, now, then)| view! {
                    <div class="grid gap-1 sm:grid-cols-[9rem_1fr]">
                        <dt class="text-muted">{label}</dt>
                        <dd class="flex items-center gap-3">
                            <span class="text-muted line-through">{now}</span>
                            <span class="text-muted"><Icon name=IconName::Arrow/></span>
                            <strong class="font-semibold">{then}</strong>
                        </dd>
                    </div>
                }).collect_view()}
            </dl>
            {stops.then(|| view! { <Alert tone=Tone::Warning>{if is_served { t.stops_text } else { t.stops_again_text }}</Alert> })}
            <Form action name="change">
                <input type="hidden" name="slug" value=slug.clone()/>
                <input type="hidden" name="status" value=patch.status.map(Named::key)/>
                <input type="hidden" name="plan" value=patch.subscription_plan.map(Named::key)/>
                <input type="hidden" name="zone" value=patch.time_zone.clone()/>
                <input type="hidden" name="subscription" value=patch.subscription_status.map(Named::key)/>
                {if stops {
                    view! { <div class="max-w-xs"><Field name="confirm" label=fill(t.type_slug, &[("slug", &slug)]) autocomplete="off"/></div> }.into_any()
                } else {
                    view! { <input type="hidden" name="confirm" value=""/> }.into_any()
                }}
                <div class="flex flex-wrap gap-3">
                    <Submit danger=stops>{t.save}</Submit>
                    <LinkButton href=back main=false>{t.keep}</LinkButton>
                </div>
                <p class="text-sm text-muted">{t.audit_note}</p>
            </Form>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_takes_a_club_off_the_air_asks_twice() {
        let patch = |status, subscription_status| TenantPatch {
            status,
            subscription_status,
            ..TenantPatch::default()
        };
        assert!(!stops(&patch(
            Some(TenantStatus::Active),
            Some(SubscriptionStatus::PastDue)
        )));
        assert!(stops(&patch(Some(TenantStatus::Cancelled), None)));
        assert!(stops(&patch(None, Some(SubscriptionStatus::Suspended))));
    }
}
