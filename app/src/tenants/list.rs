//! The list of clubs, its state in the address.

use super::{
    names::{Named, PLANS, STATUSES, options},
    rows::{TenantFilter, TenantPage, TenantRow},
    server_fns,
    words::words,
};
use crate::{
    frame::frame,
    link::{from_query, with_query},
    ui::{
        Badge, Choice, EmptyState, Icon, IconName, LinkButton, PageHead, Pager, SearchBar, Table,
        Tone, loaded,
    },
    when,
    words::{count, fill, number},
};
use leptos::prelude::*;
use tenancy::administrators::Permission;

const HERE: &str = "/super/tenants";

/// Search, filter, page.
#[component]
pub(crate) fn TenantsPage() -> impl IntoView {
    let filter = from_query(|of| TenantFilter {
        q: of("q"),
        status: of("status"),
        plan: of("plan"),
        after: of("after"),
    });
    let page = Resource::new(move || filter.get(), server_fns::list_tenants);
    loaded(
        page,
        move |page| view! { <Loaded page filter=filter.get_untracked()/> },
    )
}

#[component]
fn Loaded(page: TenantPage, filter: TenantFilter) -> impl IntoView {
    let t = words();
    let frame = frame();
    let locale = frame.locale;
    let total = count(locale, page.total, t.one, t.many);
    let note = if filter.is_set() {
        fill(
            t.found,
            &[("n", &number(locale, page.matching)), ("total", &total)],
        )
    } else {
        total
    };
    let may_create = frame.allows(Permission::ManageTenants);
    let address = |after: &str| {
        with_query(
            HERE,
            &[
                ("q", &filter.q),
                ("status", &filter.status),
                ("plan", &filter.plan),
                ("after", after),
            ],
        )
    };
    let next = page.next.as_deref().map(address);
    let first = (!filter.after.is_empty()).then(|| address(""));
    let is_set = filter.is_set();
    let rows = page.rows;
    view! {
        <PageHead title=t.title note=note>
            {may_create.then(|| view! { <LinkButton href="/super/tenants/new"><Icon name=IconName::Plus/>{t.create}</LinkButton> })}
        </PageHead>
        <SearchBar action=HERE label=t.search query=filter.q.clone() submit=t.filter>
            <Choice name="status" label=t.status any=t.any_status options=options(&STATUSES) chosen=filter.status.clone()/>
            <Choice name="plan" label=t.plan any=t.any_plan options=options(&PLANS) chosen=filter.plan.clone()/>
            {is_set.then(|| view! { <a class="btn btn-ghost" href=HERE>{t.clear}</a> })}
        </SearchBar>
        {match (rows.is_empty(), is_set) {
            (false, _) => view! { <Rows rows/> }.into_any(),
            (true, true) => view! { <EmptyState title=t.none_found text=t.none_found_text><a class="btn" href=HERE>{t.clear}</a></EmptyState> }.into_any(),
            (true, false) => view! { <EmptyState title=t.empty text=t.empty_text/> }.into_any(),
        }}
        <Pager first next first_word=t.first next_word=t.next/>
    }
}

/// Clubs as rows.
#[component]
pub(super) fn Rows(rows: Vec<TenantRow>) -> impl IntoView {
    let t = words();
    view! {
        <Table label=t.title columns=vec![t.club, t.status, t.subscription, t.plan, t.since]>
            {rows.into_iter().map(|row| view! { <Row row/> }).collect_view()}
        </Table>
    }
}

#[component]
fn Row(row: TenantRow) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let (tone, word) = if row.is_made {
        (row.status.tone(), row.status.word())
    } else {
        (Tone::Warning, t.being_made)
    };
    view! {
        <tr>
            <td>
                <div class="min-w-0">
                    <a href=format!("{HERE}/{}", row.slug)>{row.app_name}</a>
                    <p class="text-xs text-muted">{row.slug.to_string()}</p>
                </div>
            </td>
            <td data-label=t.status><Badge tone=tone text=word/></td>
            <td data-label=t.subscription><Badge tone=row.subscription.tone() text=row.subscription.word()/></td>
            <td data-label=t.plan>{row.plan.word()}</td>
            <td data-label=t.since><time datetime=when::machine(row.created_at) title=when::minute(locale, row.created_at)>{when::day(locale, row.created_at)}</time></td>
        </tr>
    }
}
