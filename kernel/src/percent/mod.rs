//! Percentages with four decimals, and the split of a cashback pool by four of them.

mod split;

use crate::Locale;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};
use std::fmt;

pub use split::{CashbackSplit, Shares};

/// A percentage from 0 to 100 with at most four decimals.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(transparent),
    schema(value_type = String, pattern = r"^\d+(\.\d{1,4})?$", example = "12.5")
)]
#[serde(try_from = "String", into = "String")]
pub struct Percent(Decimal);

impl Percent {
    /// None of it.
    pub const ZERO: Self = Self(Decimal::ZERO);
    /// All of it.
    pub const HUNDRED: Self = Self(Decimal::ONE_HUNDRED);

    /// Of how many parts [`Percent::ten_thousandths`] counts: the whole.
    pub(crate) const PARTS_OF_WHOLE: i128 = 1_000_000;

    /// `125_000` is 12.5 %; `None` outside 0..=100 %. With `expect` this makes constants.
    pub const fn from_ten_thousandths(ten_thousandths: i64) -> Option<Self> {
        if ten_thousandths < 0 || ten_thousandths > 1_000_000 {
            return None;
        }
        let [a, b, c, d, ..] = ten_thousandths.to_le_bytes();
        let low = u32::from_le_bytes([a, b, c, d]);
        Some(Self(Decimal::from_parts(low, 0, 0, false, 4)))
    }

    /// The percentage in units of 0.0001 %: 12.5 % is `125_000`.
    #[expect(clippy::missing_panics_doc, reason = "100 % fits by far")]
    pub fn ten_thousandths(self) -> i64 {
        (self.0 * Decimal::from(10_000))
            .to_i64()
            .expect("at most a million")
    }

    /// The percentage as a decimal number: 12.5 % is 12.5.
    pub const fn decimal(self) -> Decimal {
        self.0
    }

    /// Reads the JSON form: `12.5`, `50`.
    ///
    /// Reasons: `required`, `invalid`, `too_many_decimals`, `out_of_range`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (whole, decimals) = match text.split_once('.') {
            Some((_, "")) => return Err("invalid"),
            Some(parts) => parts,
            None => (text, ""),
        };
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        match whole {
            "" if decimals.is_empty() => return Err("required"),
            "" => return Err("invalid"),
            _ if !all_digits(whole) || !all_digits(decimals) => return Err("invalid"),
            _ if decimals.len() > 4 => return Err("too_many_decimals"),
            _ => {}
        }
        format!("{whole}{decimals:0<4}")
            .parse()
            .ok()
            .and_then(Self::from_ten_thousandths)
            .ok_or("out_of_range")
    }

    /// Reads what a person types, in either language: `12,5`, `12.5`, `12,5 %`.
    ///
    /// Reasons as for [`Percent::parse`].
    pub fn parse_typed(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let text = text.strip_suffix('%').map_or(text, str::trim_end);
        Self::parse(&text.replace(',', "."))
    }

    /// As the language writes it: `12,5 %` (with a no-break space) or `12.5%`.
    pub fn format(self, locale: Locale) -> String {
        match locale {
            Locale::PtBr => format!("{}\u{a0}%", self.to_string().replace('.', ",")),
            Locale::En => format!("{self}%"),
        }
    }
}

/// The JSON form, without zeros at the end: `12.5`, `50`.
impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.normalize().fmt(f)
    }
}

impl TryFrom<String> for Percent {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Percent> for String {
    fn from(percent: Percent) -> Self {
        percent.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_json() {
        for (text, parts) in [
            ("12.5", 125_000),
            ("50", 500_000),
            ("0", 0),
            ("0.0001", 1),
            ("100.0000", 1_000_000),
            ("007", 70_000),
        ] {
            assert_eq!(
                Percent::parse(text).map(Percent::ten_thousandths),
                Ok(parts),
                "{text}"
            );
        }
        for (text, reason) in [
            ("", "required"),
            (".", "invalid"),
            (".5", "invalid"),
            ("5.", "invalid"),
            ("-1", "invalid"),
            ("+1", "invalid"),
            ("1e1", "invalid"),
            ("12,5", "invalid"),
            ("1.00000", "too_many_decimals"),
            ("100.0001", "out_of_range"),
            ("99999999999999999999999999999", "out_of_range"),
        ] {
            assert_eq!(Percent::parse(text), Err(reason), "{text:?}");
        }
    }

    #[test]
    fn reads_what_people_type() {
        let expected = Percent::from_ten_thousandths(125_000).ok_or("out_of_range");
        for text in ["12,5", "12.5", " 12,50 % ", "12,5\u{a0}%"] {
            assert_eq!(Percent::parse_typed(text), expected, "{text}");
        }
        assert_eq!(Percent::parse_typed(" % "), Err("required"));
    }

    #[test]
    fn writes_without_needless_zeros() -> Result<(), &'static str> {
        let percent = Percent::parse("12.5000")?;
        assert_eq!(percent.to_string(), "12.5");
        assert_eq!(percent.format(Locale::PtBr), "12,5\u{a0}%");
        assert_eq!(percent.format(Locale::En), "12.5%");
        assert_eq!(Percent::HUNDRED.to_string(), "100");
        assert_eq!(percent, Percent::parse("12.5")?);
        Ok(())
    }

    #[test]
    fn keeps_within_its_range() {
        assert_eq!(Percent::from_ten_thousandths(-1), None);
        assert_eq!(Percent::from_ten_thousandths(1_000_001), None);
        assert_eq!(
            Percent::from_ten_thousandths(1_000_000),
            Some(Percent::HUNDRED)
        );
    }

    proptest! {
        #[test]
        fn every_percentage_reads_back(parts in 0_i64..=1_000_000) {
            let percent = Percent::from_ten_thousandths(parts).expect("within the range");
            prop_assert_eq!(percent.ten_thousandths(), parts);
            prop_assert_eq!(Percent::parse(&percent.to_string()), Ok(percent));
            prop_assert_eq!(Percent::parse_typed(&percent.format(Locale::PtBr)), Ok(percent));
        }
    }
}
