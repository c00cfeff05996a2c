//! A split as one stacked bar, with its amounts as text beneath: the bar is for the eye, the list for everybody.

use crate::frame::frame;
use kernel::{CashbackSplit, Money, Percent};
use leptos::prelude::*;

/// One part of a split.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SplitPart {
    /// Whose.
    pub(crate) label: &'static str,
    /// Of the pool.
    pub(crate) percent: Percent,
    /// In money.
    pub(crate) amount: Money,
}

impl SplitPart {
    /// The parts of a pool: the consumer's, the club's, the consumer's referrer's and the merchant's referrer's.
    pub(crate) fn all(split: CashbackSplit, pool: Money, labels: [&'static str; 4]) -> [Self; 4] {
        let shares = split.split(pool);
        let [consumer, club, consumer_referrer, merchant_referrer] = labels;
        [
            (consumer, split.consumer_percent, shares.consumer),
            (club, split.club_percent, shares.club),
            (
                consumer_referrer,
                split.consumer_referrer_percent,
                shares.consumer_referrer,
            ),
            (
                merchant_referrer,
                split.merchant_referrer_percent,
                shares.merchant_referrer,
            ),
        ]
        .map(|(label, percent, amount)| Self {
            label,
            percent,
            amount,
        })
    }
}

/// Shades of one hue, from the reader's own part outwards.
const SHADES: [&str; 4] = ["shade-1", "shade-2", "shade-3", "shade-4"];

/// The bar and its list.
#[component]
pub(crate) fn SplitBar(parts: Vec<SplitPart>) -> impl IntoView {
    let locale = frame().locale;
    let mut from = 0;
    let bars = parts.iter().zip(SHADES).map(|(part, shade)| {
        let (x, width) = (from, part.percent.ten_thousandths());
        from += width;
        view! { <rect class=shade x=x.to_string() y="0" width=width.saturating_sub(4_000).max(0).to_string() height="10"></rect> }
    }).collect_view();
    let rows = parts.into_iter().zip(SHADES).map(|(part, shade)| {
        view! {
            <li class="flex items-center gap-2 py-2 sm:gap-3">
                <svg class="size-3 shrink-0" viewBox="0 0 12 12" aria-hidden="true"><rect class=shade width="12" height="12" rx="3"></rect></svg>
                <span class="min-w-0 flex-1 wrap-anywhere">{part.label}</span>
                <span class="w-12 text-right text-sm text-muted tabular-nums">{part.percent.format(locale)}</span>
                <span class="min-w-16 text-right font-semibold whitespace-nowrap tabular-nums sm:min-w-24">{part.amount.format(locale)}</span>
            </li>
        }
    }).collect_view();
    view! {
        <svg class="h-3 w-full overflow-hidden rounded-full" viewBox="0 0 1000000 10" preserveAspectRatio="none" aria-hidden="true">{bars}</svg>
        <ul class="mt-3 divide-y divide-line">{rows}</ul>
    }
}
