//! The platform's first page.

use super::{list::Rows, rows::Overview, server_fns, words::words};
use crate::{
    frame::frame,
    ui::{EmptyState, Figure, LinkButton, PageHead, loaded},
    when,
    words::{fill, number},
};
use leptos::prelude::*;
use tenancy::administrators::Permission;

/// Figures of all clubs, and the newest of them.
#[component]
pub(crate) fn OverviewPage() -> impl IntoView {
    let overview = Resource::new(|| (), |()| server_fns::read_overview());
    loaded(overview, |overview| view! { <Loaded overview/> })
}

#[component]
fn Loaded(overview: Overview) -> impl IntoView {
    let t = words();
    let frame = frame();
    let locale = frame.locale;
    let note = fill(t.as_of, &[("at", &when::minute(locale, overview.as_of))]);
    let may_create = frame.allows(Permission::ManageTenants);
    view! {
        <PageHead title=t.overview note=note>
            {may_create.then(|| view! { <LinkButton href="/super/tenants/new"><crate::ui::Icon name=crate::ui::IconName::Plus/>{t.create}</LinkButton> })}
        </PageHead>
        <dl class="mb-8 grid grid-cols-2 gap-4 xl:grid-cols-4">
            <Figure label=t.total value=number(locale, overview.total)/>
            <Figure label=t.served value=number(locale, overview.served) note=t.served_note/>
            <Figure label=t.trials value=number(locale, overview.trials)/>
            <Figure label=t.late value=number(locale, overview.late)/>
        </dl>
        <section aria-labelledby="newest">
            <div class="mb-3 flex items-end justify-between gap-4">
                <h2 id="newest" class="text-base font-semibold">{t.newest}</h2>
                <a class="text-sm font-medium text-ink underline-offset-4 hover:underline" href="/super/tenants">{t.all_tenants}</a>
            </div>
            {if overview.newest.is_empty() {
                view! { <EmptyState title=t.empty text=t.empty_text/> }.into_any()
            } else {
                view! { <Rows rows=overview.newest/> }.into_any()
            }}
        </section>
    }
}
