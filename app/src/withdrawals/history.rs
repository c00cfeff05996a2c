//! What happened to a withdrawal, step by step.

use super::words::words;
use crate::{frame::frame, when, words::fill};
use club::withdrawals::{Happening, What};
use leptos::prelude::*;

/// The oldest first.
#[component]
pub(super) fn History(history: Vec<Happening>) -> impl IntoView {
    view! { <ol class="grid gap-4">{history.into_iter().map(|one| view! { <One one/> }).collect_view()}</ol> }
}

#[component]
fn One(one: Happening) -> impl IntoView {
    let locale = frame().locale;
    let reason = one.reason.map(|reason| match one.what {
        What::Failed => failure(&reason),
        _ => reason,
    });
    view! {
        <li class="border-l-2 border-line pl-4">
            <p class="font-medium">{word(one.what)}{one.by.map(|by| format!(" · {}", person(&by)))}</p>
            <p class="text-sm text-muted"><time datetime=when::machine(one.at)>{when::minute(locale, one.at)}</time></p>
            {reason.map(|reason| view! { <p class="mt-1 text-sm break-words">{reason}</p> })}
        </li>
    }
}

fn word(what: What) -> &'static str {
    let t = words();
    match what {
        What::Requested => t.was_requested,
        What::Approved => t.was_approved,
        What::Reconsidered => t.was_reconsidered,
        What::Rejected => t.was_rejected,
        What::Sent => t.was_sent,
        What::NotTaken => t.was_not_taken,
        What::Decided => t.was_decided,
        What::Paid => t.was_paid,
        What::Failed => t.has_failed,
        What::Acknowledged => t.was_acknowledged,
    }
}

/// Who, as the audit log names them.
fn person(label: &str) -> String {
    let t = words();
    match label.strip_prefix("admin:") {
        Some(email) => email.to_owned(),
        None if label == "automatic" => t.automatic.to_owned(),
        None => t.system.to_owned(),
    }
}

/// Why a payout failed: in words where there are some, else the bank's code.
fn failure(code: &str) -> String {
    let t = words();
    match code {
        "not_paid" => t.not_paid.to_owned(),
        "unreachable" => t.unreachable.to_owned(),
        code => fill(t.bank_code, &[("code", code)]),
    }
}
