//! A club's first page: what it counts, what waits, how it is set.

pub(crate) mod server_fns;
mod words;

use self::words::words;
use crate::{
    frame::frame,
    ui::{
        Alert, Badge, Card, EmptyState, Fact, Facts, Figure, Icon, IconName, PageHead, SplitBar,
        SplitPart, Tone, loaded,
    },
    when,
    words::{fill, number},
};
use kernel::Money;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What the page counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Today {
    pub(crate) members: i64,
    pub(crate) consumers: i64,
    pub(crate) merchants: i64,
    /// Who registered in the last 30 days.
    pub(crate) joined: i64,
    pub(crate) withdrawals: club::withdrawals::Waiting,
    /// Documents to be reviewed.
    pub(crate) documents: i64,
    pub(crate) suspense: club::suspense::Waiting,
    /// Whether no institution was chosen to hold the club's money, where one is needed.
    pub(crate) is_provider_missing: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub(crate) as_of: OffsetDateTime,
}

/// The page.
#[component]
pub(crate) fn TodayPage() -> impl IntoView {
    let today = Resource::new(|| (), |()| server_fns::count_today());
    loaded(today, |today| view! { <Loaded today/> })
}

#[component]
fn Loaded(today: Today) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let figure = |n: i64| number(locale, n);
    view! {
        <PageHead title=t.title note=fill(t.as_of, &[("at", &when::minute(locale, today.as_of))])>
            <a class="btn" href="/" rel="external">{t.public_page}<Icon name=IconName::Open/></a>
        </PageHead>
        {today.is_provider_missing.then(|| view! {
            <div class="mb-6"><Alert tone=Tone::Warning>{t.no_provider}" "<a class="underline" href="/admin/pix">{t.choose_provider}</a></Alert></div>
        })}
        <dl class="mb-6 grid grid-cols-2 gap-4 lg:grid-cols-4">
            <Figure label=t.members value=figure(today.members)/>
            <Figure label=t.consumers value=figure(today.consumers)/>
            <Figure label=t.merchants value=figure(today.merchants)/>
            <Figure label=t.joined value=figure(today.joined) note=t.joined_note/>
        </dl>
        <div class="grid grid-cols-1 items-start gap-6 xl:grid-cols-2">
            <Card title=t.waiting><Waiting today/></Card>
            <div class="grid grid-cols-1 gap-6"><Shares/><Modules/></div>
        </div>
    }
}

/// What an administrator has to decide; a row for each kind of which there is something.
#[component]
fn Waiting(today: Today) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let (withdrawals, suspense) = (today.withdrawals, today.suspense);
    let rows: Vec<_> = [
        (
            "/admin/withdrawals",
            t.withdrawals,
            withdrawals.requested,
            Some(withdrawals.requested_amount),
        ),
        (
            "/admin/withdrawals?status=attention",
            t.attention,
            withdrawals.attention,
            None,
        ),
        (
            "/admin/withdrawals?status=approved",
            t.to_send,
            withdrawals.approved,
            Some(withdrawals.approved_amount),
        ),
        (
            "/admin/suspense",
            t.suspense,
            suspense.payments,
            Some(suspense.amount),
        ),
        ("/admin/documents", t.documents, today.documents, None),
    ]
    .into_iter()
    .filter(|(_, _, waiting, _)| *waiting > 0)
    .map(|(href, label, waiting, amount)| {
        let count = number(locale, waiting);
        let amount = amount.map(|amount| {
            view! { <span class="ml-2 font-normal text-muted">{amount.format(locale)}</span> }
        });
        view! { <Fact label=label href><span class="tabular-nums">{count}{amount}</span></Fact> }
    })
    .collect();
    if rows.is_empty() {
        return view! { <EmptyState title=t.nothing text=t.nothing_text is_inside=true/> }
            .into_any();
    }
    view! { <Facts>{rows}</Facts> }.into_any()
}

/// The club's default percentages, on R$ 10,00 of cashback.
#[component]
fn Shares() -> impl IntoView {
    let t = words();
    let frame = frame();
    let Some(split) = frame.club().map(|club| club.details.cashback) else {
        return ().into_any();
    };
    let locale = frame.locale;
    let pool = Money::from_centavos(10_00);
    let labels = [t.consumer, t.club, t.consumer_referrer, t.merchant_referrer];
    let parts = SplitPart::all(split, pool, labels).to_vec();
    view! { <Card title=t.percentages text=fill(t.percentages_text, &[("pool", &pool.format(locale))])><SplitBar parts/></Card> }.into_any()
}

#[component]
fn Modules() -> impl IntoView {
    let t = words();
    let modules = frame()
        .club()
        .map(|club| club.details.modules.clone())
        .unwrap_or_default();
    view! {
        <Card title=t.modules>
            <Facts>
                {modules.into_iter().map(|module| {
                    let (tone, word) = if module.is_enabled { (Tone::Success, t.on) } else { (Tone::Plain, t.off) };
                    view! { <Fact label=module.display_name><Badge tone=tone text=word/></Fact> }
                }).collect_view()}
            </Facts>
        </Card>
    }
}
