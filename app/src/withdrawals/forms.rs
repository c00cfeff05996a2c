//! What may be decided about a withdrawal: what will happen in a sentence, and the form.

use super::{key_text, of_decision, server_fns, words::words};
use crate::{
    form::{self, Form},
    frame::frame,
    ui::{Card, Field, Select, Submit},
    words::fill,
};
use club::withdrawals::Withdrawal;
use leptos::prelude::*;

/// Lets it be sent.
#[component]
pub(super) fn Approve(withdrawal: Withdrawal) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::ApproveWithdrawal>();
    let text = fill(
        t.approve_text,
        &[
            ("net", &withdrawal.net_amount.format(frame().locale)),
            ("key", &key_text(&withdrawal.pix_key)),
        ],
    );
    view! {
        <Card title=t.approve text>
            <Form action name=of_decision::APPROVE>
                <input type="hidden" name="id" value=withdrawal.id.to_string()/>
                <div><Submit>{t.approve}</Submit></div>
            </Form>
        </Card>
    }
}

/// Refuses it, with the reason that the member reads.
#[component]
pub(super) fn Reject(withdrawal: Withdrawal) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::RejectWithdrawal>();
    let amount = withdrawal.amount.format(frame().locale);
    view! {
        <Card title=t.reject text=fill(t.reject_text, &[("amount", &amount)])>
            <Form action name=of_decision::REJECT>
                <input type="hidden" name="id" value=withdrawal.id.to_string()/>
                <Field name="reason" label=t.reason help=t.reason_help autocomplete="off"/>
                <div><Submit danger=true>{t.reject}</Submit></div>
            </Form>
        </Card>
    }
}

/// Says what became of it, after the institution was asked by other ways.
#[component]
pub(super) fn Decide(withdrawal: Withdrawal) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::DecideWithdrawal>();
    let outcomes = vec![
        ("", t.choose.to_owned()),
        ("paid", t.it_arrived.to_owned()),
        ("not_paid", t.it_never_left.to_owned()),
    ];
    view! {
        <Card title=t.decide text=t.decide_text>
            <Form action name=of_decision::DECIDE>
                <input type="hidden" name="id" value=withdrawal.id.to_string()/>
                <Select name="outcome" label=t.outcome options=outcomes/>
                <Field name="end_to_end_id" label=t.end_to_end_id help=t.end_to_end_id_help required=false autocomplete="off"/>
                <Field name="reason" label=t.how_known help=t.how_known_help autocomplete="off"/>
                <div><Submit danger=true>{t.decide}</Submit></div>
            </Form>
        </Card>
    }
}

/// Somebody has looked at it.
#[component]
pub(super) fn Acknowledge(withdrawal: Withdrawal) -> impl IntoView {
    let t = words();
    let action = form::to::<server_fns::AcknowledgeWithdrawal>();
    view! {
        <Card title=t.acknowledge text=t.acknowledge_text>
            <Form action name=of_decision::ACKNOWLEDGE>
                <input type="hidden" name="id" value=withdrawal.id.to_string()/>
                <Field name="reason" label=t.what_was_done autocomplete="off"/>
                <div><Submit main=false>{t.acknowledge}</Submit></div>
            </Form>
        </Card>
    }
}
