//! What may come in and go out: a form for who may change it, the same as facts for everybody else.

use super::{PixView, of_pix, server_fns, words::words};
use crate::{
    documents::level_word,
    form::{self, Form},
    frame::frame,
    ui::{Card, Fact, Facts, Field, Submit},
};
use kernel::{Locale, Money};
use leptos::prelude::*;
use tenancy::administrators::Permission;

/// How many letters of help still read well below a field of half the form's width.
const SHORT_HELP: usize = 40;

/// One setting.
struct Line {
    /// As its operation calls it.
    name: &'static str,
    label: &'static str,
    help: &'static str,
    /// As it is read.
    shown: String,
    /// As it is typed; the same when empty.
    typed: String,
    is_required: bool,
}

impl Line {
    fn amount(name: &'static str, label: &'static str, amount: Money) -> Self {
        let locale = frame().locale;
        let shown = amount.format(locale);
        let typed = typed(locale, amount);
        Self {
            name,
            label,
            help: "",
            shown,
            typed,
            is_required: true,
        }
    }

    /// An amount that may be left open.
    fn limit(name: &'static str, label: &'static str, limit: Option<Money>) -> Self {
        let none = || Self {
            shown: words().no_limit.to_owned(),
            typed: String::new(),
            ..Self::amount(name, label, Money::ZERO)
        };
        Self {
            is_required: false,
            ..limit.map_or_else(none, |limit| Self::amount(name, label, limit))
        }
    }

    fn helped(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    /// Its place in the form: a column, or both where the help would be a tower of short lines in one.
    fn place(&self) -> &'static str {
        if self.help.chars().count() > SHORT_HELP {
            "col-span-full sm:[&_input]:w-[calc(50%-0.625rem)] [&_p]:max-w-[54ch]"
        } else {
            ""
        }
    }
}

/// An amount as somebody types it.
pub(crate) fn typed(locale: Locale, amount: Money) -> String {
    match locale {
        Locale::PtBr => amount
            .format(locale)
            .trim_start_matches(['R', '$', '\u{a0}'])
            .to_owned(),
        Locale::En => amount.plain(),
    }
}

/// The forms.
#[component]
pub(super) fn Limits(view: PixView) -> impl IntoView {
    let t = words();
    let PixView {
        deposits,
        withdrawals,
        levels,
        cashback,
        ..
    } = view;
    let days = cashback.release_days.to_string();
    let of_cashback = vec![
        Line {
            shown: days.clone(),
            typed: days,
            ..Line::amount("releaseDays", t.release_days, Money::ZERO)
        }
        .helped(t.release_days_help),
        Line::amount(
            "merchantCreditLimit",
            t.credit,
            cashback.merchant_credit_limit,
        )
        .helped(t.credit_help),
        Line {
            shown: level_word(cashback.merchant_credit_level),
            typed: cashback.merchant_credit_level.to_string(),
            ..Line::amount("merchantCreditLevel", t.credit_level, Money::ZERO)
        }
        .helped(t.credit_level_help),
    ];
    let waiting = deposits.most_waiting.to_string();
    let fee = withdrawals.fee_percent.format(frame().locale);
    let of_deposits = vec![
        Line::amount("minimum", t.least, deposits.minimum),
        Line::amount("maximum", t.most, deposits.maximum),
        Line {
            shown: waiting.clone(),
            typed: waiting,
            ..Line::amount("mostWaiting", t.most_waiting, Money::ZERO).helped(t.most_waiting_help)
        },
    ];
    let of_withdrawals = vec![
        Line {
            typed: fee.clone(),
            shown: fee,
            ..Line::amount("feePercent", t.fee, Money::ZERO)
        },
        Line::amount("minAmount", t.least, withdrawals.min_amount),
        Line::limit("dailyLimit", t.daily, withdrawals.daily_limit).helped(t.open_help),
        Line::amount(
            "automaticApprovalLimit",
            t.automatic,
            withdrawals.automatic_approval_limit,
        )
        .helped(t.automatic_help),
    ];
    let of_levels = vec![
        Line::limit("level0", t.level_0, levels.level0).helped(t.open_help),
        Line::limit("level1", t.level_1, levels.level1),
        Line::limit("level2", t.level_2, levels.level2),
    ];
    let (to_deposits, to_withdrawals, to_levels, to_cashback) = (
        form::to::<server_fns::ChangeDepositLimits>(),
        form::to::<server_fns::ChangeWithdrawalRules>(),
        form::to::<server_fns::ChangeLevelLimits>(),
        form::to::<server_fns::ChangeCashbackRules>(),
    );
    view! {
        <Settings title=t.withdrawals text=t.withdrawals_text action=to_withdrawals name=of_pix::WITHDRAWALS lines=of_withdrawals/>
        <Settings title=t.deposits text=t.deposits_text action=to_deposits name=of_pix::DEPOSITS lines=of_deposits/>
        <Settings title=t.levels text=t.levels_text action=to_levels name=of_pix::LEVELS lines=of_levels/>
        <Settings title=t.cashback text=t.cashback_text action=to_cashback name=of_pix::CASHBACK lines=of_cashback/>
    }
}

#[component]
fn Settings(
    title: &'static str,
    text: &'static str,
    action: &'static str,
    name: &'static str,
    lines: Vec<Line>,
) -> impl IntoView {
    // Inside the form, where fields find what was left for them.
    let lines = if frame().allows(Permission::ManageSettings) {
        view! {
            <Form action name class="grid items-start gap-5 sm:grid-cols-2">
                {lines.into_iter().map(|line| {
                    let place = line.place();
                    view! { <div class=place><Field name=line.name label=line.label help=line.help value=line.typed required=line.is_required inputmode="decimal" autocomplete="off"/></div> }
                }).collect_view()}
                <div class="col-span-full"><Submit main=false>{words().save}</Submit></div>
            </Form>
        }
        .into_any()
    } else {
        let facts = lines
            .into_iter()
            .map(|line| view! { <Fact label=line.label>{line.shown}</Fact> })
            .collect_view();
        view! { <Facts>{facts}</Facts> }.into_any()
    };
    view! { <Card title text>{lines}</Card> }
}
