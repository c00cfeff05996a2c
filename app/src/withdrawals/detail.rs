//! One withdrawal: the money, where it goes, how it stands, what happened, and what may be decided.

use super::{
    HERE, Halted, WithdrawalView,
    forms::{Acknowledge, Approve, Decide, Reject},
    history::History,
    is_member_blocked, key_text, name_of, of_decision, server_fns, short, status_badge,
    words::words,
};
use crate::{
    form,
    frame::frame,
    refusal::sentences,
    ui::{Address, Alert, Card, Crumb, Fact, Facts, PageHead, Tone, loaded},
    when,
    words::fill,
};
use club::withdrawals::{Attention, Handling, Withdrawal, WithdrawalStatus};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use tenancy::administrators::Permission;

/// The page.
#[component]
pub(crate) fn WithdrawalPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let withdrawal = Resource::new(id, server_fns::read_withdrawal);
    loaded(withdrawal, |view| view! { <Loaded view/> })
}

#[component]
fn Loaded(view: WithdrawalView) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let WithdrawalView {
        withdrawal,
        held,
        halt,
        history,
    } = view;
    let short = short(t.money_short, withdrawal.net_amount, held);
    let above = Crumb {
        href: HERE,
        label: t.title,
    };
    let note = fill(
        t.asked,
        &[
            ("amount", &withdrawal.amount.format(locale)),
            ("when", &when::minute(locale, withdrawal.requested_at)),
        ],
    );
    let attention = withdrawal
        .handling
        .as_ref()
        .and_then(|handling| handling.attention);
    view! {
        <PageHead title=name_of(&withdrawal) note above>{status_badge(withdrawal.status)}</PageHead>
        <div class="grid gap-4 empty:hidden mb-6">
            {attention.map(|attention| view! { <Alert tone=Tone::Warning>{why(attention)}</Alert> })}
            {halt.map(|halt| view! { <Halted halt/> })}
            {short.map(|text| view! { <Alert tone=Tone::Info>{text}</Alert> })}
            {blocked(&withdrawal).map(|text| view! { <Alert tone=Tone::Info>{text}</Alert> })}
            <Unheard withdrawal=withdrawal.clone()/>
        </div>
        <div class="grid items-start gap-6 xl:grid-cols-2">
            <div class="grid gap-6">
                <Money withdrawal=withdrawal.clone()/>
                <Destination withdrawal=withdrawal.clone()/>
            </div>
            <div class="grid gap-6">
                <Decisions withdrawal/>
                <Card title=t.history><History history/></Card>
            </div>
        </div>
    }
}

/// Why a person has to look at it, and what they can do.
fn why(attention: Attention) -> &'static str {
    let t = words();
    match attention {
        Attention::UnknownToProvider => t.unknown_to_provider,
        Attention::Unclear => t.unclear,
        Attention::ProviderChanged => t.provider_changed,
        Attention::Contradiction => t.contradiction,
        Attention::OwnerLeft => t.owner_left,
    }
}

/// What it means for one that is open that its member is blocked.
fn blocked(withdrawal: &Withdrawal) -> Option<&'static str> {
    let t = words();
    match withdrawal.status {
        _ if !is_member_blocked(withdrawal) => None,
        WithdrawalStatus::Requested | WithdrawalStatus::Approved => Some(t.blocked_text),
        WithdrawalStatus::Processing => Some(t.blocked_sent),
        _ => None,
    }
}

/// What a form was told whose turn has passed: the form itself is no longer on the page.
#[component]
fn Unheard(withdrawal: Withdrawal) -> impl IntoView {
    let status = withdrawal.status;
    let is_gone = |name: &str| match name {
        of_decision::APPROVE => !may_approve(&withdrawal),
        of_decision::REJECT => !may_reject(status),
        of_decision::DECIDE => status != WithdrawalStatus::Processing,
        _ => status.is_open(),
    };
    let flash = of_decision::ALL
        .into_iter()
        .filter(|name| is_gone(name))
        .find_map(|name| form::left_for(name).filter(|flash| !flash.is_done))?;
    let text = sentences::of_code(frame().locale, &flash.code, flash.retry_after);
    Some(view! { <Alert tone=Tone::Error>{text}</Alert> })
}

fn may_approve(withdrawal: &Withdrawal) -> bool {
    withdrawal.status == WithdrawalStatus::Requested && !is_member_blocked(withdrawal)
}

const fn may_reject(status: WithdrawalStatus) -> bool {
    matches!(
        status,
        WithdrawalStatus::Requested | WithdrawalStatus::Approved
    )
}

#[component]
fn Money(withdrawal: Withdrawal) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let returned = withdrawal.returned_amount;
    view! {
        <Card title=t.money>
            <Facts>
                <Fact label=t.amount>{withdrawal.amount.format(locale)}</Fact>
                <Fact label=t.fee>{withdrawal.fee.format(locale)}</Fact>
                <Fact label=t.net><strong>{withdrawal.net_amount.format(locale)}</strong></Fact>
                {returned.is_positive().then(|| view! { <Fact label=t.returned>{returned.format(locale)}</Fact> })}
            </Facts>
        </Card>
    }
}

#[component]
fn Destination(withdrawal: Withdrawal) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    let name = name_of(&withdrawal);
    let handling = withdrawal.handling;
    let next = handling
        .as_ref()
        .and_then(|handling| handling.look_at)
        .map(|at| when::minute(locale, at));
    let sent = handling.and_then(
        |Handling {
             provider,
             payout_id,
             looks,
             ..
         }| Some((provider?, payout_id?, looks)),
    );
    view! {
        <Card title=t.destination>
            <Facts>
                <Fact label=t.member><a class="font-semibold hover:underline" href=format!("/admin/members/{}", withdrawal.user_id)>{name}</a></Fact>
                <Fact label=t.key><Address text=key_text(&withdrawal.pix_key)/></Fact>
                {sent.map(|(provider, payout_id, looks)| view! {
                    <Fact label=t.provider><span class="break-words">{provider}</span></Fact>
                    <Fact label=t.payout_id><code class="break-all">{payout_id.to_string()}</code></Fact>
                    <Fact label=t.looks>{looks}</Fact>
                })}
                {next.map(|next| view! { <Fact label=t.next_look>{next}</Fact> })}
                {withdrawal.end_to_end_id.map(|id| view! { <Fact label=t.end_to_end_id><code class="break-all">{id.to_string()}</code></Fact> })}
            </Facts>
        </Card>
    }
}

/// What this person may decide now.
#[component]
fn Decisions(withdrawal: Withdrawal) -> impl IntoView {
    let frame = frame();
    let status = withdrawal.status;
    let needs_person = withdrawal
        .handling
        .as_ref()
        .is_some_and(|handling| handling.attention.is_some());
    let may_decide = frame.allows(Permission::ManageMembers);
    let may_settle = frame.allows(Permission::ManageSettings) && needs_person;
    let approve = may_decide && may_approve(&withdrawal);
    let reject = may_decide && may_reject(status);
    let decide = may_settle && status == WithdrawalStatus::Processing;
    let acknowledge = may_settle && !status.is_open();
    let one = StoredValue::new(withdrawal);
    view! {
        {approve.then(|| view! { <Approve withdrawal=one.get_value()/> })}
        {reject.then(|| view! { <Reject withdrawal=one.get_value()/> })}
        {decide.then(|| view! { <Decide withdrawal=one.get_value()/> })}
        {acknowledge.then(|| view! { <Acknowledge withdrawal=one.get_value()/> })}
    }
}
