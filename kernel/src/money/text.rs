//! Money as text: the plain form of JSON, and the forms that people read and type.

use super::Money;
use crate::Locale;
use std::fmt;

/// Between `R$` and the digits, so that a line never breaks there.
const NO_BREAK_SPACE: char = '\u{a0}';

impl Money {
    /// Reads the JSON form: `1234.56`, `1234.5`, `1234`, each with an optional minus.
    ///
    /// Reasons: `required`, `invalid`, `too_many_decimals`, `out_of_range`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let (negative, text) = without_minus(text);
        let (whole, decimals) = match text.split_once('.') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        Self::assemble(negative, whole, decimals)
    }

    /// Reads what a Brazilian types or pastes: `1.234,56`, `1234,5`, `R$ 1.234,56`, each with an optional minus in
    /// front. A dot only groups thousands: `1.5` is refused rather than guessed at.
    ///
    /// Reasons: `required`, `invalid`, `too_many_decimals`, `out_of_range`.
    pub fn parse_brazilian(text: &str) -> Result<Self, &'static str> {
        let (negative, text) = without_minus(text.trim());
        let text = text.strip_prefix("R$").map_or(text, str::trim_start);
        let (whole, decimals) = match text.split_once(',') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        let mut groups = whole.split('.');
        let first = groups.next().unwrap_or_default();
        let grouped = whole.contains('.');
        if grouped && (!(1..=3).contains(&first.len()) || groups.any(|group| group.len() != 3)) {
            return Err("invalid");
        }
        Self::assemble(negative, &whole.replace('.', ""), decimals)
    }

    /// The JSON form, always with two decimals: `1234.56`. Pix and files use it too.
    pub fn plain(self) -> String {
        let (sign, whole, cents) = self.pieces();
        format!("{sign}{whole}.{cents:02}")
    }

    /// As the language writes reais: `R$ 1.234,56` (with a no-break space) or `R$1,234.56`.
    pub fn format(self, locale: Locale) -> String {
        let (sign, whole, cents) = self.pieces();
        let whole = locale.grouped(whole);
        match locale {
            Locale::PtBr => format!("{sign}R${NO_BREAK_SPACE}{whole},{cents:02}"),
            Locale::En => format!("{sign}R${whole}.{cents:02}"),
        }
    }

    fn pieces(self) -> (&'static str, u64, u64) {
        let centavos = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        (sign, centavos / 100, centavos % 100)
    }

    fn assemble(negative: bool, whole: &str, decimals: Option<&str>) -> Result<Self, &'static str> {
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        match (whole, decimals) {
            ("", None) if !negative => return Err("required"),
            ("", _) | (_, Some("")) => return Err("invalid"),
            _ if !all_digits(whole) || !decimals.is_none_or(all_digits) => return Err("invalid"),
            _ => {}
        }
        let cents = match decimals.unwrap_or_default().as_bytes() {
            [] => [b'0', b'0'],
            [tens] => [*tens, b'0'],
            [tens, units] => [*tens, *units],
            _ => return Err("too_many_decimals"),
        };
        whole
            .bytes()
            .chain(cents)
            .try_fold(0_i64, |sum, byte| {
                let digit = i64::from(byte - b'0');
                let sum = sum.checked_mul(10)?;
                // Towards the sign, because the most negative amount has no positive twin.
                if negative {
                    sum.checked_sub(digit)
                } else {
                    sum.checked_add(digit)
                }
            })
            .map(Self)
            .ok_or("out_of_range")
    }
}

fn without_minus(text: &str) -> (bool, &str) {
    text.strip_prefix('-')
        .map_or((false, text), |rest| (true, rest))
}

/// As a Brazilian screen shows it.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.format(Locale::PtBr))
    }
}

impl TryFrom<String> for Money {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Money> for String {
    fn from(money: Money) -> Self {
        money.plain()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_json() {
        for (text, centavos) in [
            ("1234.56", 123_456),
            ("1234.5", 123_450),
            ("1234", 123_400),
            ("0.01", 1),
            ("-0.50", -50),
            ("92233720368547758.07", i64::MAX),
            ("-92233720368547758.08", i64::MIN),
        ] {
            assert_eq!(Money::parse(text), Ok(Money(centavos)), "{text}");
        }
        for (text, reason) in [
            ("", "required"),
            ("-", "invalid"),
            ("1234.567", "too_many_decimals"),
            ("1.000", "too_many_decimals"),
            ("1e3", "invalid"),
            ("+1", "invalid"),
            (" 1", "invalid"),
            ("1 ", "invalid"),
            ("1.", "invalid"),
            (".5", "invalid"),
            ("--1", "invalid"),
            ("1.2.3", "invalid"),
            ("1,5", "invalid"),
            ("NaN", "invalid"),
            ("٣", "invalid"),
            ("92233720368547758.08", "out_of_range"),
            ("-92233720368547758.09", "out_of_range"),
        ] {
            assert_eq!(Money::parse(text), Err(reason), "{text:?}");
        }
    }

    #[test]
    fn reads_what_brazilians_type() {
        for (text, centavos) in [
            ("1.234,56", 123_456),
            ("1234,5", 123_450),
            ("R$ 1.234,56", 123_456),
            ("R$\u{a0}1.234,56", 123_456),
            ("R$5", 500),
            (" -R$ 0,50 ", -50),
            ("1.234.567", 123_456_700),
        ] {
            assert_eq!(Money::parse_brazilian(text), Ok(Money(centavos)), "{text}");
        }
        for (text, reason) in [
            ("", "required"),
            ("R$", "required"),
            ("1.5", "invalid"),
            ("1.23,4", "invalid"),
            ("1234.567,00", "invalid"),
            (".123", "invalid"),
            ("1,2,3", "invalid"),
            ("1,234", "too_many_decimals"),
        ] {
            assert_eq!(Money::parse_brazilian(text), Err(reason), "{text:?}");
        }
    }

    #[test]
    fn writes_for_people() {
        for (centavos, brazilian, english) in [
            (123_456, "R$\u{a0}1.234,56", "R$1,234.56"),
            (-50, "-R$\u{a0}0,50", "-R$0.50"),
            (0, "R$\u{a0}0,00", "R$0.00"),
            (99_999, "R$\u{a0}999,99", "R$999.99"),
            (100_000_000, "R$\u{a0}1.000.000,00", "R$1,000,000.00"),
        ] {
            assert_eq!(Money(centavos).to_string(), brazilian);
            assert_eq!(Money(centavos).format(Locale::En), english);
        }
    }

    #[test]
    fn json_is_a_string_with_two_decimals() -> serde_json::Result<()> {
        assert_eq!(serde_json::to_string(&Money(123_450))?, r#""1234.50""#);
        assert_eq!(
            serde_json::from_str::<Money>(r#""1234.5""#)?,
            Money(123_450)
        );
        assert!(serde_json::from_str::<Money>("1234.5").is_err());
        Ok(())
    }

    proptest! {
        #[test]
        fn every_form_reads_back(centavos: i64) {
            let money = Money(centavos);
            prop_assert_eq!(Money::parse(&money.plain()), Ok(money));
            prop_assert_eq!(Money::parse_brazilian(&money.to_string()), Ok(money));
        }
    }
}
