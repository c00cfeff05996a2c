//! Money that belongs to nobody we know: what waits, what became of the rest, and whether every day ties out with the
//! provider. One payment's page is where its owner is found or the payer gets it back.

mod detail;
mod reconciliation;
pub(crate) mod server_fns;
mod words;

pub(crate) use detail::UnmatchedPage;

use self::{reconciliation::Reconciliations, words::words};
use crate::{
    frame::frame,
    link::{from_query, with_query},
    ui::{Badge, EmptyState, Figure, PageHead, Pager, Statuses, Table, Tone, loaded},
    when,
    words::{count, number},
};
use club::{
    reconciliation::Reconciliation,
    suspense::{ReceivedStatus, UnmatchedPix, Waiting},
};
use kernel::{Money, Page};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

const HERE: &str = "/admin/suspense";

/// The forms of one payment's page, and of what the balances differ by.
mod of_decision {
    pub(super) const ASSIGN: &str = "suspense-assign";
    pub(super) const GIVE_BACK: &str = "suspense-return";
    pub(super) const BOOK: &str = "reconciliation-book";
}

/// Which payments, from the address; what cannot be read shows those that wait.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Filter {
    #[serde(default)]
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) cursor: String,
}

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Suspense {
    pub(crate) waiting: Waiting,
    pub(crate) page: Page<UnmatchedPix>,
    /// The last days' comparisons with the provider, the newest first.
    pub(crate) reports: Vec<Reconciliation>,
}

/// What of a payment is still here.
pub(crate) fn left(pix: &UnmatchedPix) -> Money {
    pix.amount.checked_sub(pix.returned).unwrap_or(Money::ZERO)
}

fn status_badge(pix: &UnmatchedPix) -> impl IntoView + use<> {
    let t = words();
    let (tone, text) = match pix.status {
        ReceivedStatus::Suspense if pix.is_returning => (Tone::Info, t.returning),
        ReceivedStatus::Suspense => (Tone::Warning, t.waits),
        ReceivedStatus::Assigned | ReceivedStatus::Credited => (Tone::Success, t.assigned),
        ReceivedStatus::Returned => (Tone::Plain, t.returned),
    };
    view! { <Badge tone text/> }
}

/// The list.
#[component]
pub(crate) fn SuspensePage() -> impl IntoView {
    let filter = from_query(|of| Filter {
        status: of("status"),
        cursor: of("cursor"),
    });
    let suspense = Resource::new(move || filter.get(), server_fns::list_unmatched);
    loaded(
        suspense,
        move |suspense| view! { <Loaded suspense filter=filter.get_untracked()/> },
    )
}

#[component]
fn Loaded(suspense: Suspense, filter: Filter) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let Suspense {
        waiting,
        page,
        reports,
    } = suspense;
    let address =
        |cursor: &str| with_query(HERE, &[("status", &filter.status), ("cursor", cursor)]);
    let next = page.next_cursor.map(|cursor| address(&cursor.to_string()));
    let first = (!filter.cursor.is_empty()).then(|| address(""));
    let days = reports.iter().filter(|report| !report.ties_out()).count();
    let statuses = [
        ("", t.waiting),
        ("assigned", t.all_assigned),
        ("returned", t.all_returned),
        ("all", t.all),
    ];
    let note = count(locale, waiting.payments, t.one, t.many);
    view! {
        <PageHead title=t.title note/>
        <dl class="mb-6 grid grid-cols-2 gap-4 sm:grid-cols-3 max-sm:*:last:col-span-2">
            <Figure label=t.payments value=number(locale, waiting.payments)/>
            <Figure label=t.sum value=waiting.held.format(locale)/>
            <Figure label=t.differing value=number(locale, days) note=count(locale, reports.len(), t.of_day, t.of_days)/>
        </dl>
        <Statuses label=t.status list=HERE choices=statuses.to_vec() chosen=filter.status/>
        {if page.data.is_empty() {
            view! { <EmptyState title=t.empty text=t.empty_text/> }.into_any()
        } else {
            view! {
                <Table label=t.title columns=vec![t.came_in, t.status, t.origin, t.amount] amounts=1>
                    {page.data.into_iter().map(|pix| view! { <Row pix/> }).collect_view()}
                </Table>
            }.into_any()
        }}
        <Pager first next first_word=t.first next_word=t.next/>
        <Reconciliations reports/>
    }
}

#[component]
fn Row(pix: UnmatchedPix) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let badge = status_badge(&pix);
    // What is still here is what the list adds up to.
    let amount = match pix.status {
        ReceivedStatus::Suspense => left(&pix),
        _ => pix.amount,
    };
    let name = pix.sender.and_then(|sender| sender.name);
    let origin = match (name, pix.withdrawal_id) {
        (Some(name), _) => name.into_any(),
        (None, Some(_)) => t.came_back.into_any(),
        (None, None) => {
            view! { <code class="text-xs break-all">{pix.end_to_end_id.to_string()}</code> }
                .into_any()
        }
    };
    view! {
        <tr>
            <td><a href=format!("{HERE}/{}", pix.id)><time datetime=when::machine(pix.received_at)>{when::minute(locale, pix.received_at)}</time></a></td>
            <td data-label=t.status>{badge}</td>
            <td data-label=t.origin class="wide-only">{origin}</td>
            <td data-label=t.amount class="amount">{amount.format(locale)}</td>
        </tr>
    }
}
