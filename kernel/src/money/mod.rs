//! Amounts of money, in whole centavos of the Brazilian real.
//!
//! An amount is an integer everywhere: `BIGINT` in PostgreSQL, `"1234.56"` in JSON, `R$ 1.234,56` on screen. Arithmetic
//! is checked, and what rounds says how in its own name or first line. No float comes near it.

mod text;

use crate::Percent;
use serde::{Deserialize, Serialize};

/// An amount in centavos; negative ones are debts or movements out.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(transparent),
    schema(value_type = String, pattern = r"^-?\d+(\.\d{1,2})?$", example = "1234.56")
)]
#[serde(try_from = "String", into = "String")]
pub struct Money(i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many centavos.
    pub const fn from_centavos(centavos: i64) -> Self {
        Self(centavos)
    }

    /// How many centavos.
    pub const fn centavos(self) -> i64 {
        self.0
    }

    /// Whether this is exactly nothing.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether this is more than nothing.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Whether this is less than nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The sum; `None` beyond what can be represented.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(centavos) => Some(Self(centavos)),
            None => None,
        }
    }

    /// The difference; `None` beyond what can be represented.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(centavos) => Some(Self(centavos)),
            None => None,
        }
    }

    /// The same amount the other way; `None` beyond what can be represented.
    pub const fn checked_neg(self) -> Option<Self> {
        match self.0.checked_neg() {
            Some(centavos) => Some(Self(centavos)),
            None => None,
        }
    }

    /// This percentage of the amount, rounded half-even to the centavo: a cashback pool.
    #[must_use]
    pub fn share(self, percent: Percent) -> Self {
        let (whole, rest) = self.part(percent);
        let up = match (rest * 2).cmp(&Percent::PARTS_OF_WHOLE) {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Equal => whole.rem_euclid(2),
            std::cmp::Ordering::Greater => 1,
        };
        Self::from_part(whole + up)
    }

    /// This percentage of the amount, the fraction of a centavo cut off in the payer's favour: a withdrawal fee.
    #[must_use]
    pub fn fee(self, percent: Percent) -> Self {
        let (whole, rest) = self.part(percent);
        Self::from_part(whole + i128::from(self.0 < 0 && rest > 0))
    }

    /// The whole centavos of this percentage, rounded down, and what is left in [`Percent::PARTS_OF_WHOLE`].
    pub(crate) fn part(self, percent: Percent) -> (i128, i128) {
        let exact = i128::from(self.0) * i128::from(percent.ten_thousandths());
        (
            exact.div_euclid(Percent::PARTS_OF_WHOLE),
            exact.rem_euclid(Percent::PARTS_OF_WHOLE),
        )
    }

    /// Back from [`Money::part`]: a part of an amount is never larger than the amount.
    pub(crate) fn from_part(centavos: i128) -> Self {
        Self(i64::try_from(centavos).expect("a part of an amount fits where the amount did"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn percent(ten_thousandths: i64) -> Percent {
        Percent::from_ten_thousandths(ten_thousandths).expect("within 0..=100")
    }

    #[test]
    fn share_rounds_half_to_even() {
        let half = percent(500_000);
        for (whole, share) in [(1, 0), (3, 2), (5, 2), (7, 4), (-1, 0), (-3, -2), (-5, -2)] {
            assert_eq!(Money(whole).share(half), Money(share), "half of {whole}");
        }
        assert_eq!(Money(199).share(percent(10_000)), Money(2));
    }

    #[test]
    fn fee_cuts_off() {
        let fee = percent(25_000);
        for (gross, cut) in [(39, 0), (40, 1), (79, 1), (5_000, 125), (-79, -1)] {
            assert_eq!(Money(gross).fee(fee), Money(cut), "fee of {gross}");
        }
    }

    #[test]
    fn arithmetic_never_wraps() {
        let most = Money(i64::MAX);
        assert_eq!(most.checked_add(Money(1)), None);
        assert_eq!(Money(i64::MIN).checked_sub(Money(1)), None);
        assert_eq!(Money(i64::MIN).checked_neg(), None);
        assert_eq!(most.share(Percent::HUNDRED), most);
        assert_eq!(Money(5).checked_sub(Money(7)), Some(Money(-2)));
    }

    proptest! {
        #[test]
        fn parts_stay_within_the_whole(centavos: i64, parts in 0_i64..=1_000_000) {
            let whole = i128::from(centavos);
            let exact_times_million = whole * i128::from(parts);
            let share = i128::from(Money(centavos).share(percent(parts)).0);
            let fee = i128::from(Money(centavos).fee(percent(parts)).0);
            prop_assert!((share * 1_000_000 - exact_times_million).abs() <= 500_000);
            prop_assert_eq!(fee, exact_times_million / 1_000_000);
        }
    }
}
