//! A split as one stacked bar, with its amounts as text beneath: the bar is for the eye, the list for everybody.

use kernel::{Money, Percent};
use leptos::prelude::*;

/// One part of a split.
#[derive(Clone, Debug)]
pub(crate) struct SplitPart {
    /// Whose.
    pub(crate) label: &'static str,
    /// Of the pool.
    pub(crate) percent: String,
    /// Its width.
    pub(crate) share: Percent,
    /// In money.
    pub(crate) amount: Money,
    /// The amount as it is written.
    pub(crate) written: String,
}

/// Shades of one hue, from the reader's own part outwards.
const SHADES: [&str; 4] = ["shade-1", "shade-2", "shade-3", "shade-4"];

/// The bar and its list.
#[component]
pub(crate) fn SplitBar(parts: Vec<SplitPart>) -> impl IntoView {
    let mut from = 0;
    let bars = parts.iter().zip(SHADES).map(|(part, shade)| {
        let (x, width) = (from, part.share.ten_thousandths());
        from += width;
        view! { <rect class=shade x=x.to_string() y="0" width=width.saturating_sub(4_000).max(0).to_string() height="10"></rect> }
    }).collect_view();
    let rows = parts.into_iter().zip(SHADES).map(|(part, shade)| {
        view! {
            <li class="flex items-center gap-2 py-2 sm:gap-3">
                <svg class="size-3 shrink-0" viewBox="0 0 12 12" aria-hidden="true"><rect class=shade width="12" height="12" rx="3"></rect></svg>
                <span class="min-w-0 flex-1 wrap-anywhere">{part.label}</span>
                <span class="w-12 text-right text-sm text-muted tabular-nums">{part.percent}</span>
                <span class="min-w-16 text-right font-semibold whitespace-nowrap tabular-nums sm:min-w-24">{part.written}</span>
            </li>
        }
    }).collect_view();
    view! {
        <svg class="h-3 w-full overflow-hidden rounded-full" viewBox="0 0 1000000 10" preserveAspectRatio="none" aria-hidden="true">{bars}</svg>
        <ul class="mt-3 divide-y divide-line">{rows}</ul>
    }
}
