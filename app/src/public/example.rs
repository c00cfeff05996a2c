//! The worked example: what a purchase of R$ 100,00 gives, split by the same rule as every real one.

use super::words::words;
use crate::{
    frame::{Club, frame},
    ui::{SplitBar, SplitPart},
    words::fill,
};
use kernel::{CashbackSplit, Money, Percent};
use leptos::prelude::*;
use tenancy::modules::Module;

/// The price and what the merchant gives back; only the split is the club's.
const PRICE: Money = Money::from_centavos(100_00);
const POOL: Percent = Percent::from_ten_thousandths(100_000).expect("10 % is a percentage");

/// The percentages that hold: without the module `referrals` the referrers' shares are the club's.
fn in_force(club: &Club) -> CashbackSplit {
    if club.has(Module::Referrals) {
        return club.details.cashback;
    }
    let rest = 1_000_000 - club.details.cashback.consumer_percent.ten_thousandths();
    CashbackSplit {
        consumer_percent: club.details.cashback.consumer_percent,
        club_percent: Percent::from_ten_thousandths(rest).unwrap_or_default(),
        consumer_referrer_percent: Percent::ZERO,
        merchant_referrer_percent: Percent::ZERO,
    }
}

/// The card with the sum.
#[component]
pub(super) fn Example(club: Club) -> impl IntoView {
    let t = words();
    let locale = frame().locale;
    if !club.has(Module::Cashback) {
        return view! {
            <section class="surface p-6 shadow-lg sm:p-10">
                <h2 class="text-xl font-semibold tracking-tight">{t.paused}</h2>
                <p class="mt-2 text-muted">{t.paused_text}</p>
            </section>
        }
        .into_any();
    }
    let pool = PRICE.share(POOL);
    let labels = [t.you, t.club, t.your_referrer, t.merchant_referrer];
    let parts = SplitPart::all(in_force(&club), pool, labels);
    let parts: Vec<_> = parts
        .into_iter()
        .filter(|part| !part.amount.is_zero())
        .collect();
    let text = fill(
        t.example_text,
        &[
            ("price", &PRICE.format(locale)),
            ("pool_percent", &POOL.format(locale)),
            ("pool", &pool.format(locale)),
        ],
    );
    view! {
        <section class="surface p-6 shadow-lg sm:p-10" aria-labelledby="example">
            <div class="grid items-center gap-8 lg:grid-cols-2 lg:gap-14">
                <div>
                    <h2 id="example" class="text-xl font-semibold tracking-tight sm:text-2xl">{t.example}</h2>
                    <p class="mt-3 text-muted text-pretty">{text}</p>
                    {club.has(Module::Referrals).then(|| view! { <p class="mt-3 text-sm text-muted">{t.no_referrer}</p> })}
                </div>
                <div><SplitBar parts/></div>
            </div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_the_rule() {
        let shares = CashbackSplit::default().split(PRICE.share(POOL));
        let centavos = [
            shares.consumer,
            shares.club,
            shares.consumer_referrer,
            shares.merchant_referrer,
        ]
        .map(Money::centavos);
        assert_eq!(centavos, [500, 250, 125, 125]);
    }
}
