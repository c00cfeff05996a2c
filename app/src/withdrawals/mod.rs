//! A club's withdrawals: first what waits for somebody's decision, then the others, and one of them with all that is known of it.
//!
//! Everybody may look; who looks after members approves and refuses, and who manages the club's settings says what became
//! of a payout that the bank does not answer for. A second click finds what the first one did.

mod detail;
mod forms;
mod history;
pub(crate) mod server_fns;
mod words;

pub(crate) use detail::WithdrawalPage;

use self::words::words;
use crate::{
    frame::frame,
    link::{from_query, with_query},
    ui::{Alert, Badge, EmptyState, Figure, PageHead, Pager, Statuses, Table, Tone, loaded},
    when,
    words::{count, fill, number},
};
use club::{
    pix::PixKeyKind,
    withdrawals::{
        Halt, Happening, MaskedKey, Waiting, Withdrawal, WithdrawalFilter, WithdrawalStatus,
    },
};
use kernel::{Money, Page};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

const HERE: &str = "/admin/withdrawals";
/// In the place of a status: those that a person has to look at.
const ATTENTION: &str = "attention";
/// In the place of a status: whatever theirs is.
const ALL: &str = "all";

/// The forms of one withdrawal's page.
mod of_decision {
    pub(super) const APPROVE: &str = "withdrawal-approve";
    pub(super) const REJECT: &str = "withdrawal-reject";
    pub(super) const DECIDE: &str = "withdrawal-decide";
    pub(super) const ACKNOWLEDGE: &str = "withdrawal-acknowledge";
    pub(super) const ALL: [&str; 4] = [APPROVE, REJECT, DECIDE, ACKNOWLEDGE];
}

/// Which withdrawals, from the address; what cannot be read shows those that wait for a decision.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Filter {
    /// Key of a status, [`ATTENTION`] or [`ALL`].
    #[serde(default)]
    pub(crate) status: String,
    #[serde(default)]
    pub(crate) cursor: String,
}

/// One page, and what waits in all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Queue {
    pub(crate) waiting: Waiting,
    /// What the bank holds, when something waits to be sent and it tells.
    pub(crate) held: Option<Money>,
    /// That the bank takes nothing on, when something waits to be sent.
    pub(crate) halt: Option<Halt>,
    pub(crate) page: Page<Withdrawal>,
}

/// One withdrawal and what happened to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WithdrawalView {
    pub(crate) withdrawal: Withdrawal,
    /// What the bank holds, while this one waits to be sent and it tells.
    pub(crate) held: Option<Money>,
    /// That the bank takes nothing on, while this one waits to be sent.
    pub(crate) halt: Option<Halt>,
    pub(crate) history: Vec<Happening>,
}

impl Filter {
    /// As the operation reads it.
    pub(crate) fn withdrawals(&self) -> WithdrawalFilter {
        let status = match &*self.status {
            ALL | ATTENTION => None,
            name => WithdrawalStatus::ALL
                .into_iter()
                .find(|&status| key(status) == name)
                .or(Some(WithdrawalStatus::Requested)),
        };
        WithdrawalFilter {
            status,
            needs_attention: (self.status == ATTENTION).then_some(true),
            ..WithdrawalFilter::default()
        }
    }
}

/// As a status stands in the address.
const fn key(status: WithdrawalStatus) -> &'static str {
    match status {
        WithdrawalStatus::Requested => "requested",
        WithdrawalStatus::Approved => "approved",
        WithdrawalStatus::Rejected => "rejected",
        WithdrawalStatus::Processing => "processing",
        WithdrawalStatus::Paid => "paid",
        WithdrawalStatus::Failed => "failed",
    }
}

fn status_badge(status: WithdrawalStatus) -> impl IntoView {
    let t = words();
    let (tone, text) = match status {
        WithdrawalStatus::Requested => (Tone::Warning, t.requested),
        WithdrawalStatus::Approved => (Tone::Info, t.approved),
        WithdrawalStatus::Processing => (Tone::Info, t.processing),
        WithdrawalStatus::Paid => (Tone::Success, t.paid),
        WithdrawalStatus::Rejected => (Tone::Plain, t.rejected),
        WithdrawalStatus::Failed => (Tone::Error, t.failed),
    };
    view! { <Badge tone text/> }
}

/// Where it goes: what kind of key, and enough of it to recognise it.
fn key_text(key: &MaskedKey) -> String {
    let t = words();
    let kind = match key.kind {
        PixKeyKind::Cpf => "CPF",
        PixKeyKind::Cnpj => "CNPJ",
        PixKeyKind::Phone => t.phone,
        PixKeyKind::Email => t.email,
        PixKeyKind::Random => t.random,
    };
    format!("{kind} {}", key.key)
}

/// Whose it is; whoever left the club has no name any more.
fn name_of(withdrawal: &Withdrawal) -> String {
    if withdrawal.user_name.is_empty() {
        words().left.to_owned()
    } else {
        withdrawal.user_name.clone()
    }
}

/// Whether nothing is sent to its member now.
fn is_member_blocked(withdrawal: &Withdrawal) -> bool {
    let handling = withdrawal.handling.as_ref();
    handling.is_some_and(|handling| handling.is_member_blocked)
}

/// The list, its state in the address.
#[component]
pub(crate) fn WithdrawalsPage() -> impl IntoView {
    let filter = from_query(|of| Filter {
        status: of("status"),
        cursor: of("cursor"),
    });
    let queue = Resource::new(move || filter.get(), server_fns::list_withdrawals);
    loaded(
        queue,
        move |queue| view! { <Loaded queue filter=filter.get_untracked()/> },
    )
}

#[component]
fn Loaded(queue: Queue, filter: Filter) -> impl IntoView {
    let t = words();
    let Queue {
        waiting,
        held,
        halt,
        page,
    } = queue;
    let short = short(t.money_short, waiting.approved_amount, held);
    let address =
        |cursor: &str| with_query(HERE, &[("status", &filter.status), ("cursor", cursor)]);
    let next = page.next_cursor.map(|cursor| address(&cursor.to_string()));
    let first = (!filter.cursor.is_empty()).then(|| address(""));
    let shown = filter.withdrawals();
    let (is_all, waits) = (
        shown == WithdrawalFilter::default(),
        shown.status == Some(WithdrawalStatus::Requested),
    );
    let rows = page.data;
    let statuses = [
        ("", t.to_approve),
        (ATTENTION, t.attention),
        (key(WithdrawalStatus::Approved), t.approved_many),
        (key(WithdrawalStatus::Processing), t.processing_many),
        (key(WithdrawalStatus::Paid), t.paid_many),
        (key(WithdrawalStatus::Rejected), t.rejected_many),
        (key(WithdrawalStatus::Failed), t.failed_many),
        (ALL, t.all),
    ];
    let note = count(frame().locale, waiting.requested, t.one, t.many);
    view! {
        <PageHead title=t.title note/>
        <Figures waiting/>
        {halt.map(|halt| view! { <div class="mb-6"><Halted halt/></div> })}
        {short.map(|text| view! { <div class="mb-6"><Alert tone=Tone::Info>{text}</Alert></div> })}
        <Statuses label=t.filter list=HERE choices=statuses.to_vec() chosen=filter.status/>
        {match (rows.is_empty(), waits) {
            (false, _) => view! {
                <Table label=t.title columns=vec![t.member, t.key, t.since, t.status, t.amount] amounts=1>
                    {rows.into_iter().map(|withdrawal| view! { <Row withdrawal/> }).collect_view()}
                </Table>
            }.into_any(),
            (true, true) => view! { <EmptyState title=t.none_waits text=t.empty_text/> }.into_any(),
            (true, false) if is_all => view! { <EmptyState title=t.empty text=t.empty_text/> }.into_any(),
            (true, false) => view! { <EmptyState title=t.none_found text=t.none_found_text><a class="btn" href=with_query(HERE, &[("status", ALL)])>{t.all}</a></EmptyState> }.into_any(),
        }}
        <Pager first next first_word=t.first next_word=t.next/>
    }
}

#[component]
fn Figures(waiting: Waiting) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let figure = |n: i64| number(locale, n);
    let sum = |amount: Money| format!("{} {}", amount.format(locale), t.together);
    view! {
        <dl class="mb-6 grid grid-cols-2 gap-4 sm:grid-cols-3 max-sm:*:last:col-span-2">
            <Figure label=t.to_approve value=figure(waiting.requested) note=sum(waiting.requested_amount)/>
            <Figure label=t.to_send value=figure(waiting.approved) note=sum(waiting.approved_amount)/>
            <Figure label=t.attention value=figure(waiting.attention) note=t.attention_note/>
        </dl>
    }
}

/// That something waits for money, how much of it is missing, and what to do.
fn short(text: &str, needed: Money, held: Option<Money>) -> Option<String> {
    let locale = frame().locale;
    let held = held?;
    let missing = needed
        .checked_sub(held)
        .filter(|missing| missing.is_positive())?;
    let [missing, held] = [missing, held].map(|amount| amount.format(locale));
    Some(fill(text, &[("missing", &missing), ("held", &held)]))
}

/// That the bank takes nothing on, why, and what follows.
#[component]
fn Halted(halt: Halt) -> impl IntoView {
    let locale = frame().locale;
    let since = when::minute(locale, halt.since);
    let parts = [("since", &*since), ("reason", &*halt.reason)];
    let text = fill(words().halted, &parts);
    view! { <Alert tone=Tone::Warning>{text}</Alert> }
}

#[component]
fn Row(withdrawal: Withdrawal) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let at = withdrawal.requested_at;
    let handling = withdrawal.handling.as_ref();
    let needs_person = handling.is_some_and(|handling| handling.attention.is_some());
    let is_held_up = withdrawal.status.is_open() && is_member_blocked(&withdrawal);
    view! {
        <tr>
            <td><a href=format!("{HERE}/{}", withdrawal.id)>{name_of(&withdrawal)}</a></td>
            <td data-label=t.key class="wide-only">{key_text(&withdrawal.pix_key)}</td>
            <td data-label=t.since><time datetime=when::machine(at) title=when::minute(locale, at)>{when::day(locale, at)}</time></td>
            <td data-label=t.status>
                <span class="flex flex-wrap justify-end gap-1.5 sm:justify-start">
                    {status_badge(withdrawal.status)}
                    {needs_person.then(|| view! { <Badge tone=Tone::Warning text=t.needs_person/> })}
                    {is_held_up.then(|| view! { <Badge tone=Tone::Error text=t.blocked/> })}
                </span>
            </td>
            <td data-label=t.amount class="amount">{withdrawal.amount.format(locale)}</td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_filters_by_what_it_can_name() {
        let filter = |status: &str| {
            let status = status.to_owned();
            let cursor = String::new();
            Filter { status, cursor }.withdrawals()
        };
        for status in WithdrawalStatus::ALL {
            let written = serde_json::to_value(status).expect("a name");
            assert_eq!(written, key(status), "one word everywhere");
            assert_eq!(filter(key(status)).status, Some(status));
        }
        assert_eq!(filter(ATTENTION).needs_attention, Some(true));
        assert_eq!(filter(ALL), WithdrawalFilter::default());
        assert_eq!(filter(ATTENTION).status, None);
        for waiting in ["", "<script>"] {
            assert_eq!(filter(waiting), filter("requested"));
        }
    }
}
