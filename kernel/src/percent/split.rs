//! How a cashback pool is shared among four parties, to the centavo.

use super::Percent;
use crate::{Error, Money, Result};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

/// The four percentages by which a purchase's cashback pool is split. They sum to exactly 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CashbackSplit {
    /// What the buyer gets.
    pub consumer_percent: Percent,
    /// What the club keeps.
    pub club_percent: Percent,
    /// What the person who brought the consumer gets.
    pub consumer_referrer_percent: Percent,
    /// What the person who brought the merchant gets.
    pub merchant_referrer_percent: Percent,
}

/// A pool in its four shares; they sum to the pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Shares {
    /// The buyer's.
    pub consumer: Money,
    /// The club's.
    pub club: Money,
    /// Of the person who brought the consumer.
    pub consumer_referrer: Money,
    /// Of the person who brought the merchant.
    pub merchant_referrer: Money,
}

/// What a new tenant begins with: 50, 25, 12.5 and 12.5.
impl Default for CashbackSplit {
    fn default() -> Self {
        const HALF: Percent = Percent::from_ten_thousandths(500_000).expect("within 0..=100");
        const QUARTER: Percent = Percent::from_ten_thousandths(250_000).expect("within 0..=100");
        const EIGHTH: Percent = Percent::from_ten_thousandths(125_000).expect("within 0..=100");
        Self {
            consumer_percent: HALF,
            club_percent: QUARTER,
            consumer_referrer_percent: EIGHTH,
            merchant_referrer_percent: EIGHTH,
        }
    }
}

impl CashbackSplit {
    /// Refuses percentages that do not sum to exactly 100, as `percentages: must_sum_to_100`.
    pub fn check(&self) -> Result<()> {
        let sum: i64 = self.in_order().map(Percent::ten_thousandths).iter().sum();
        if i128::from(sum) == Percent::PARTS_OF_WHOLE {
            Ok(())
        } else {
            Err(Error::invalid("percentages", "must_sum_to_100"))
        }
    }

    /// Splits a pool by largest remainder, ties in the order consumer, consumer referrer, merchant referrer, club.
    ///
    /// The club takes what the other three leave. With percentages that pass [`CashbackSplit::check`] this is its own
    /// share by the same rule; and whatever the percentages, no centavo is made or lost.
    pub fn split(&self, pool: Money) -> Shares {
        let parts = self.in_order().map(|percent| pool.part(percent));
        let rounded_down: i128 = parts.iter().map(|(whole, _)| whole).sum();
        let left = i128::from(pool.centavos()) - rounded_down;

        let mut by_remainder = [0, 1, 2, 3];
        by_remainder.sort_by_key(|place: &usize| Reverse(parts[*place].1)); // stable, so ties keep their order
        let mut shares = parts.map(|(whole, _)| whole);
        for place in by_remainder
            .into_iter()
            .take(usize::try_from(left).unwrap_or(0))
        {
            shares[place] += 1;
        }

        let [consumer, consumer_referrer, merchant_referrer, _] = shares;
        let club = i128::from(pool.centavos()) - consumer - consumer_referrer - merchant_referrer;
        Shares {
            consumer: Money::from_part(consumer),
            club: Money::from_part(club),
            consumer_referrer: Money::from_part(consumer_referrer),
            merchant_referrer: Money::from_part(merchant_referrer),
        }
    }

    /// In the order that decides ties.
    fn in_order(&self) -> [Percent; 4] {
        [
            self.consumer_percent,
            self.consumer_referrer_percent,
            self.merchant_referrer_percent,
            self.club_percent,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn centavos(shares: Shares) -> [i64; 4] {
        [
            shares.consumer,
            shares.club,
            shares.consumer_referrer,
            shares.merchant_referrer,
        ]
        .map(Money::centavos)
    }

    #[test]
    fn known_answers() {
        let split = CashbackSplit::default();
        for (pool, shares) in [
            (0, [0, 0, 0, 0]),
            (1, [1, 0, 0, 0]),
            (5, [2, 1, 1, 1]),
            (100, [50, 25, 13, 12]),
            (333, [166, 83, 42, 42]),
            (1_001, [501, 250, 125, 125]),
            (123_457, [61_729, 30_864, 15_432, 15_432]),
        ] {
            assert_eq!(
                centavos(split.split(Money::from_centavos(pool))),
                shares,
                "{pool}"
            );
        }
    }

    #[test]
    fn the_default_sums_to_a_hundred_and_anything_else_is_refused() {
        let mut split = CashbackSplit::default();
        assert_eq!(split.check(), Ok(()));
        split.club_percent = Percent::from_ten_thousandths(250_001).expect("a percentage");
        assert_eq!(
            split.check(),
            Err(Error::invalid("percentages", "must_sum_to_100"))
        );
    }

    #[test]
    fn json_is_in_camel_case() -> serde_json::Result<()> {
        let json = r#"{"consumerPercent":"50","clubPercent":"25","consumerReferrerPercent":"12.5","merchantReferrerPercent":"12.5"}"#;
        assert_eq!(serde_json::to_string(&CashbackSplit::default())?, json);
        assert_eq!(
            serde_json::from_str::<CashbackSplit>(json)?,
            CashbackSplit::default()
        );
        Ok(())
    }

    /// Four percentages that sum to 100, cut at three random places.
    fn splits() -> impl Strategy<Value = CashbackSplit> {
        prop::array::uniform3(0_i64..=1_000_000).prop_map(|mut cuts| {
            cuts.sort_unstable();
            let [a, b, c] = cuts;
            let percent = |parts| Percent::from_ten_thousandths(parts).expect("within 0..=100");
            CashbackSplit {
                consumer_percent: percent(a),
                club_percent: percent(b - a),
                consumer_referrer_percent: percent(c - b),
                merchant_referrer_percent: percent(1_000_000 - c),
            }
        })
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_pool_and_each_is_near_its_exact_value(split in splits(), pool in 0..=i64::MAX) {
            prop_assert_eq!(split.check(), Ok(()));
            let shares = centavos(split.split(Money::from_centavos(pool)));
            prop_assert_eq!(shares.iter().map(|share| i128::from(*share)).sum::<i128>(), i128::from(pool));
            let percentages = [
                split.consumer_percent,
                split.club_percent,
                split.consumer_referrer_percent,
                split.merchant_referrer_percent,
            ];
            for (share, percent) in shares.into_iter().zip(percentages) {
                let exact = i128::from(pool) * i128::from(percent.ten_thousandths());
                prop_assert!((i128::from(share) * 1_000_000 - exact).abs() < 1_000_000);
            }
        }
    }
}
