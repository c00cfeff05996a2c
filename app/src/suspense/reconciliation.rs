//! Each day's comparison of the provider's word with the ledger, what both say that the provider holds, and what differs.

use super::{of_decision, server_fns, words::words};
use crate::{
    form::{self, Form},
    frame::frame,
    ui::{Alert, Badge, Card, EmptyState, Field, Figure, Submit, Table, Tone},
    when,
    words::fill,
};
use club::reconciliation::Reconciliation;
use kernel::Money;
use leptos::prelude::*;
use tenancy::administrators::Permission;

/// The last days, the newest first; below them what somebody has to look into.
#[component]
pub(super) fn Reconciliations(reports: Vec<Reconciliation>) -> impl IntoView {
    let t = words();
    let differing: Vec<_> = reports
        .iter()
        .filter(|report| !report.ties_out())
        .cloned()
        .collect();
    view! {
        <section aria-labelledby="reconciliation" class="mt-8">
            <h2 id="reconciliation" class="text-base font-semibold">{t.reconciliation}</h2>
            <p class="mt-1 mb-3 max-w-prose text-sm text-muted">{t.reconciliation_text}</p>
            {reports.first().cloned().map(|report| view! { <Balances report/> })}
            {reports.first().cloned().map(|report| view! { <Book report/> })}
            {differing.into_iter().map(|report| view! { <Difference report/> }).collect_view()}
            {if reports.is_empty() {
                view! { <EmptyState title=t.no_reports text=t.no_reports_text/> }.into_any()
            } else {
                view! {
                    <Table label=t.reconciliation columns=vec![t.day, t.result, t.by_provider, t.by_ledger, t.difference] amounts=3>
                        {reports.into_iter().map(|report| view! { <Row report/> }).collect_view()}
                    </Table>
                }.into_any()
            }}
        </section>
    }
}

/// What the bank holds beside what the ledger says that it holds, when they were last compared.
#[component]
fn Balances(report: Reconciliation) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let held = match report.provider_balance {
        Some(held) => held.format(locale),
        None => t.not_told.to_owned(),
    };
    let way = report.on_its_way.unwrap_or_default();
    let text = match report.provider_balance {
        None => t.balances_not_told,
        Some(_) => t.balances_text,
    };
    view! {
        <dl class="mb-3 grid gap-4 sm:grid-cols-3">
            <Figure label=t.held value=held note=fill(t.made, &[("at", &when::minute(locale, report.made_at))])/>
            <Figure label=t.booked value=report.ledger_balance.format(locale)/>
            <Figure label=t.on_its_way value=way.format(locale) note=t.on_its_way_note/>
        </dl>
        <p class="mb-3 max-w-prose text-sm text-muted">{text}</p>
    }
}

/// An amount without its sign.
pub(super) fn size(amount: Money) -> Money {
    amount.max(amount.checked_neg().unwrap_or(amount))
}

/// Brings what nobody's payment explains into the ledger, for who may and knows what it was.
#[component]
fn Book(report: Reconciliation) -> impl IntoView {
    let t = words();
    let frame = frame();
    let may = frame.allows(Permission::ManageSettings);
    let amount = report
        .unexplained()
        .filter(|amount| may && !amount.is_zero());
    let action = form::to::<server_fns::BookDifference>();
    amount.map(|amount| {
        let text = if amount.is_negative() { t.book_loss } else { t.book_gain };
        let shown = size(amount).format(frame.locale);
        let [text, confirm, button] =
            [text, t.confirm, t.book_do].map(|text| fill(text, &[("amount", &shown)]));
        view! {
            <div class="mb-3">
                <Card title=t.book text>
                    <Form action name=of_decision::BOOK>
                        <input type="hidden" name="day" value=report.day.to_string()/>
                        <input type="hidden" name="seen" value=report.made_at.unix_timestamp_nanos().to_string()/>
                        <input type="hidden" name="amount" value=amount.plain()/>
                        <Field name="reason" label=t.reason help=t.book_help autocomplete="off"/>
                        <div class="max-w-xs"><Field name="confirm" label=confirm inputmode="decimal" autocomplete="off"/></div>
                        <div><Submit danger=true>{button}</Submit></div>
                    </Form>
                </Card>
            </div>
        }
    })
}

/// What a day's balances have too much or too little, in a sentence; nothing when they agree.
fn unexplained(report: &Reconciliation) -> Option<String> {
    let t = words();
    let amount = report.unexplained().filter(|amount| !amount.is_zero())?;
    let (text, amount) = if amount.is_negative() {
        (t.holds_less, amount.checked_neg().unwrap_or(amount))
    } else {
        (t.holds_more, amount)
    };
    Some(fill(text, &[("amount", &amount.format(frame().locale))]))
}

#[component]
fn Row(report: Reconciliation) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let (tone, text) = if report.ties_out() {
        (Tone::Success, t.ties_out)
    } else {
        (Tone::Error, t.differs)
    };
    let made = fill(t.made, &[("at", &when::minute(locale, report.made_at))]);
    view! {
        <tr>
            <td class="font-semibold" title=made>{when::date(locale, report.day)}</td>
            <td data-label=t.result><Badge tone text/></td>
            <td data-label=t.by_provider class="amount wide-only">{report.provider_total.format(locale)}</td>
            <td data-label=t.by_ledger class="amount wide-only">{report.ledger_total.format(locale)}</td>
            <td data-label=t.difference class="amount">{report.difference.format(locale)}</td>
        </tr>
    }
}

/// What exactly differs on one day, by the ids that the provider knows too.
#[component]
fn Difference(report: Reconciliation) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let title = if report.difference.is_zero() {
        t.to_look_into
    } else {
        t.differs_on
    };
    let title = fill(
        title,
        &[
            ("day", &when::date(locale, report.day)),
            ("amount", &report.difference.format(locale)),
        ],
    );
    let balances = unexplained(&report);
    let lists = [
        (t.missing_here, report.missing_here),
        (t.missing_there, report.missing_there),
        (t.unequal, report.unequal),
        (t.unreadable, report.unreadable),
    ];
    view! {
        <div class="mb-3">
            <Alert tone=Tone::Error>
                <p class="font-semibold">{title}</p>
                {balances.map(|text| view! { <p class="mt-2">{text}</p> })}
                {lists.into_iter().filter(|(_, ids)| !ids.is_empty()).map(|(label, ids)| view! {
                    <p class="mt-2">{label}</p>
                    <ul>{ids.into_iter().map(|id| view! { <li><code class="text-xs break-all">{id}</code></li> }).collect_view()}</ul>
                }).collect_view()}
            </Alert>
        </div>
    }
}
