//! The arithmetic of purchases and refunds.

use super::{CashbackRule, ReferrerRule};
use kernel::{Money, Shares};

/// What a purchase with these lines' cashback has to share: their sum, or nothing when the module is off. `None` beyond
/// what can be represented.
pub fn pool(lines: impl IntoIterator<Item = Money>, rule: CashbackRule) -> Option<Money> {
    if rule != CashbackRule::ModuleOn {
        return Some(Money::ZERO);
    }
    lines.into_iter().try_fold(Money::ZERO, Money::checked_add)
}

/// Gives the club the shares of referrers that there are not.
pub fn without_missing(
    shares: Shares,
    consumer_referrer: ReferrerRule,
    merchant_referrer: ReferrerRule,
) -> Shares {
    let mut result = shares;
    for (share, rule) in [
        (&mut result.consumer_referrer, consumer_referrer),
        (&mut result.merchant_referrer, merchant_referrer),
    ] {
        if rule != ReferrerRule::Referrer {
            result.club = plus(result.club, *share);
            *share = Money::ZERO;
        }
    }
    result
}

/// What was taken back of each share once this much of the price was given back. A user keeps of their share the part that
/// was not given back, rounded down, so nobody gains by being refunded in pieces; the club keeps the rest of the pool's
/// part, which is rounded half-even, and never more than its share.
///
/// It depends on the sum alone, so refunds that add up to the price take back every share exactly, however many there
/// were.
pub fn taken_back(price: Money, shares: Shares, refunded: Money) -> Shares {
    let left = minus(price, refunded);
    let kept = |share| part(share, left, price, Rounding::Down);
    let users = Shares {
        consumer: kept(shares.consumer),
        club: Money::ZERO,
        consumer_referrer: kept(shares.consumer_referrer),
        merchant_referrer: kept(shares.merchant_referrer),
    };
    let pool = part(total(shares), left, price, Rounding::HalfEven);
    let club = minus(pool, total(users)).min(shares.club);
    difference(shares, Shares { club, ..users })
}

/// The sum of the four.
pub fn total(shares: Shares) -> Money {
    [
        shares.club,
        shares.consumer_referrer,
        shares.merchant_referrer,
    ]
    .into_iter()
    .fold(shares.consumer, plus)
}

/// Each share less the other's.
pub fn difference(shares: Shares, less: Shares) -> Shares {
    Shares {
        consumer: minus(shares.consumer, less.consumer),
        club: minus(shares.club, less.club),
        consumer_referrer: minus(shares.consumer_referrer, less.consumer_referrer),
        merchant_referrer: minus(shares.merchant_referrer, less.merchant_referrer),
    }
}

/// The sum of two amounts of one purchase.
///
/// # Panics
/// Beyond what can be represented; a price is far below it, and nothing of a purchase is more than its price.
pub fn plus(a: Money, b: Money) -> Money {
    a.checked_add(b)
        .expect("amounts of a purchase are far from the limit")
}

/// The difference of two amounts of one purchase.
///
/// # Panics
/// As [`plus`].
pub fn minus(a: Money, b: Money) -> Money {
    a.checked_sub(b)
        .expect("amounts of a purchase are far from the limit")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Rounding {
    Down,
    HalfEven,
}

/// `amount · of / whole`.
fn part(amount: Money, of: Money, whole: Money, rounding: Rounding) -> Money {
    let [amount, of, whole] = [amount, of, whole].map(|money| i128::from(money.centavos()));
    let (quotient, rest) = (
        (amount * of).div_euclid(whole),
        (amount * of).rem_euclid(whole),
    );
    let up = match (rounding, (rest * 2).cmp(&whole)) {
        (Rounding::Down, _) | (_, std::cmp::Ordering::Less) => 0,
        (Rounding::HalfEven, std::cmp::Ordering::Equal) => quotient.rem_euclid(2),
        (Rounding::HalfEven, std::cmp::Ordering::Greater) => 1,
    };
    let centavos = i64::try_from(quotient + up).expect("a part of an amount fits where it did");
    Money::from_centavos(centavos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::{CashbackSplit, Percent};
    use proptest::prelude::*;

    fn percentages() -> impl Strategy<Value = CashbackSplit> {
        [0..=1_000_000_i64, 0..=1_000_000, 0..=1_000_000].prop_map(|mut cuts| {
            cuts.sort_unstable();
            let percent = |parts| Percent::from_ten_thousandths(parts).expect("within 0..=100");
            CashbackSplit {
                consumer_percent: percent(cuts[0]),
                club_percent: percent(cuts[1] - cuts[0]),
                consumer_referrer_percent: percent(cuts[2] - cuts[1]),
                merchant_referrer_percent: percent(1_000_000 - cuts[2]),
            }
        })
    }

    fn referrers() -> impl Strategy<Value = ReferrerRule> {
        use ReferrerRule::{NoReferrer, ReferralsOff, Referrer, ReferrerLeft};
        prop::sample::select(vec![
            Referrer,
            Referrer,
            NoReferrer,
            ReferrerLeft,
            ReferralsOff,
        ])
    }

    /// A price of any size and the pool of some percent of it.
    fn sales() -> impl Strategy<Value = (Money, Money)> {
        (
            prop_oneof![1..200_i64, 1..1_000_000_000_i64],
            0..=1_000_000_i64,
        )
            .prop_map(|(price, percent)| {
                let price = Money::from_centavos(price);
                let percent = Percent::from_ten_thousandths(percent).expect("within 0..=100");
                (price, price.share(percent))
            })
    }

    #[test]
    fn an_empty_pool_without_the_module() {
        let lines = || [5, 7].map(Money::from_centavos);
        assert_eq!(
            pool(lines(), CashbackRule::ModuleOn),
            Some(Money::from_centavos(12))
        );
        for off in [
            CashbackRule::OffForClub,
            CashbackRule::OffForConsumer,
            CashbackRule::OffForMerchant,
        ] {
            assert_eq!(pool(lines(), off), Some(Money::ZERO));
        }
        assert_eq!(
            pool(
                [i64::MAX, 1].map(Money::from_centavos),
                CashbackRule::ModuleOn
            ),
            None
        );
    }

    #[test]
    fn half_of_an_odd_pool_goes_to_the_even_centavo() {
        let shares = CashbackSplit::default().split(Money::from_centavos(5));
        let half = taken_back(Money::from_centavos(100), shares, Money::from_centavos(50));
        let kept = difference(shares, half);
        assert_eq!(total(kept), Money::from_centavos(2));
        assert_eq!(kept.consumer, Money::from_centavos(1));
        assert_eq!(kept.club, Money::from_centavos(1));
    }

    #[test]
    fn whoever_gives_all_but_a_centavo_back_leaves_nobody_a_centavo() {
        let shares = CashbackSplit::default().split(Money::from_centavos(8));
        let back = taken_back(Money::from_centavos(160), shares, Money::from_centavos(159));
        assert_eq!(back, shares);
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_pool_whoever_is_missing(
            (_, pool) in sales(), split in percentages(), consumer in referrers(), merchant in referrers(),
        ) {
            let whole = split.split(pool);
            let shares = without_missing(whole, consumer, merchant);
            prop_assert_eq!(total(shares), pool);
            prop_assert_eq!(shares.consumer, whole.consumer);
            for (share, before, rule) in [
                (shares.consumer_referrer, whole.consumer_referrer, consumer),
                (shares.merchant_referrer, whole.merchant_referrer, merchant),
            ] {
                let there = rule == ReferrerRule::Referrer;
                prop_assert_eq!(share, if there { before } else { Money::ZERO });
            }
        }

        #[test]
        fn refunds_that_add_up_to_the_price_restore_everybody(
            (price, pool) in sales(), split in percentages(), consumer in referrers(), merchant in referrers(),
            cuts in prop::collection::vec(0..=1_000_000_i64, 0..6),
        ) {
            let shares = without_missing(split.split(pool), consumer, merchant);
            let mut sums: Vec<_> = cuts.iter().filter_map(|cut| Percent::from_ten_thousandths(*cut)).map(|cut| price.share(cut)).collect();
            sums.push(price);
            sums.sort_unstable();
            let (mut before, mut all) = (Shares::default(), Shares::default());
            for sum in sums {
                let after = taken_back(price, shares, sum);
                let step = difference(after, before);
                let wide = |money: Money| i128::from(money.centavos());
                let left = wide(minus(price, sum));
                let kept = difference(shares, after);
                for (step, share, kept) in [
                    (step.consumer, shares.consumer, kept.consumer),
                    (step.consumer_referrer, shares.consumer_referrer, kept.consumer_referrer),
                    (step.merchant_referrer, shares.merchant_referrer, kept.merchant_referrer),
                ] {
                    prop_assert!(!step.is_negative());
                    let short = wide(share) * left - wide(kept) * wide(price);
                    prop_assert!((0..wide(price)).contains(&short), "a centavo at most is rounded away, none is won");
                }
                prop_assert!((Money::ZERO..=shares.club).contains(&kept.club));
                let over = wide(total(kept)) * wide(price) - wide(pool) * left;
                prop_assert!(over * 2 <= wide(price) && over > -3 * wide(price));
                all = difference(all, difference(Shares::default(), step));
                before = after;
            }
            prop_assert_eq!(all, shares);
        }
    }
}
