//! Brazilian tax numbers: CPF of people, CNPJ of companies (with letters too), stored without their mask.
//!
//! Their `Debug` form is masked, so that a person's number does not reach a log by way of a struct that holds it.

use crate::text::text;
use std::fmt;

/// Weights of a CNPJ's characters from the right: 2 to 9, again and again. A CPF's go on to 11.
const CNPJ_HIGHEST_WEIGHT: u32 = 9;
const CPF_HIGHEST_WEIGHT: u32 = 11;

text! {
    /// A person's tax number: eleven digits, check digits verified.
    #[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
    Cpf, schema(format = "cpf", example = "11144477735")
}

text! {
    /// A company's tax number: twelve digits or capital letters and two check digits, verified.
    #[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
    Cnpj, schema(format = "cnpj", example = "12ABC34501DE35")
}

text! {
    /// The tax number of a person or of a company.
    #[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
    Document, schema(as = TaxNumber, format = "cpf-or-cnpj", example = "11222333000181")
}

impl Cpf {
    /// With or without mask and spaces. Reasons: `required`, `invalid`, `check_digits`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let digits = unmasked(text)?;
        let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
        if digits.len() != 11 || !all_digits || all_equal(&digits) {
            return Err("invalid");
        }
        check_digits(&digits, CPF_HIGHEST_WEIGHT)?;
        Ok(Self(digits))
    }

    /// `111.444.777-35`.
    pub fn formatted(&self) -> String {
        format_document(&self.0)
    }

    /// `***.444.777-**`, for people who need to recognise the number but not to have it.
    pub fn masked(&self) -> String {
        mask_document(&self.0)
    }
}

impl Cnpj {
    /// With or without mask and spaces, in either case. Reasons: `required`, `invalid`, `check_digits`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let text = unmasked(text)?;
        let (base, check) = text.split_at_checked(12).ok_or("invalid")?;
        let well_formed = check.len() == 2
            && base.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && check.bytes().all(|byte| byte.is_ascii_digit());
        if !well_formed || text.bytes().all(|byte| byte == b'0') {
            return Err("invalid");
        }
        check_digits(&text, CNPJ_HIGHEST_WEIGHT)?;
        Ok(Self(text))
    }

    /// `12.ABC.345/01DE-35`.
    pub fn formatted(&self) -> String {
        format_document(&self.0)
    }

    /// `**.ABC.345/****-**`.
    pub fn masked(&self) -> String {
        mask_document(&self.0)
    }
}

impl Document {
    /// A CPF by its eleven characters, a CNPJ by its fourteen. Reasons: `required`, `invalid`, `check_digits`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        match unmasked(text)?.len() {
            11 => Cpf::parse(text).map(Self::from),
            14 => Cnpj::parse(text).map(Self::from),
            _ => Err("invalid"),
        }
    }

    /// Whether this is a person's number.
    pub fn is_cpf(&self) -> bool {
        self.0.len() == 11
    }

    /// With its mask.
    pub fn formatted(&self) -> String {
        format_document(&self.0)
    }

    /// With most of it hidden.
    pub fn masked(&self) -> String {
        mask_document(&self.0)
    }
}

impl From<Cpf> for Document {
    fn from(cpf: Cpf) -> Self {
        Self(cpf.0)
    }
}

impl From<Cnpj> for Document {
    fn from(cnpj: Cnpj) -> Self {
        Self(cnpj.0)
    }
}

impl fmt::Debug for Cpf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cpf({})", self.masked())
    }
}

impl fmt::Debug for Cnpj {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cnpj({})", self.masked())
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({})", self.masked())
    }
}

/// The characters that count, in upper case.
fn unmasked(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("required");
    }
    Ok(text
        .chars()
        .filter(|c| !matches!(c, '.' | '-' | '/' | ' ' | '\u{a0}'))
        .map(|c| c.to_ascii_uppercase())
        .collect())
}

fn all_equal(text: &str) -> bool {
    let first = text.bytes().next();
    text.bytes().all(|byte| Some(byte) == first)
}

/// The last two characters must be the check digits of what stands before each.
fn check_digits(text: &str, highest_weight: u32) -> Result<(), &'static str> {
    let bytes = text.as_bytes();
    let holds = [2, 1].into_iter().all(|from_end| {
        let (base, rest) = bytes.split_at(bytes.len() - from_end);
        rest.first().copied().map(value) == Some(check_digit(base, highest_weight))
    });
    if holds { Ok(()) } else { Err("check_digits") }
}

fn check_digit(base: &[u8], highest_weight: u32) -> u32 {
    let weights = (2..=highest_weight).cycle();
    let sum: u32 = base
        .iter()
        .rev()
        .zip(weights)
        .map(|(byte, weight)| value(*byte) * weight)
        .sum();
    match sum % 11 {
        0 | 1 => 0,
        remainder => 11 - remainder,
    }
}

/// What a character counts for: `0` is 0, `A` is 17.
fn value(byte: u8) -> u32 {
    u32::from(byte.saturating_sub(b'0'))
}

fn format_document(text: &str) -> String {
    fill(
        text,
        match text.len() {
            11 => "###.###.###-##",
            _ => "##.###.###/####-##",
        },
    )
}

fn mask_document(text: &str) -> String {
    fill(
        text,
        match text.len() {
            11 => "***.###.###-**",
            _ => "**.###.###/****-**",
        },
    )
}

/// Puts the text's characters where the picture has `#`, and hides those where it has `*`.
fn fill(text: &str, picture: &str) -> String {
    let mut characters = text.chars();
    picture
        .chars()
        .filter_map(|mark| match mark {
            '#' => characters.next(),
            '*' => characters.next().map(|_| '*'),
            _ => Some(mark),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_cpfs() {
        for good in ["12345678909", "11144477735", "52998224725"] {
            assert_eq!(Cpf::parse(good).as_ref().map(Cpf::as_str), Ok(good));
        }
        let cpf = Cpf::parse(" 111.444.777-35 ").expect("a CPF");
        assert_eq!(cpf.as_str(), "11144477735");
        assert_eq!(Cpf::parse("111 444 777\u{a0}35").as_ref(), Ok(&cpf));
        assert_eq!(cpf.formatted(), "111.444.777-35");
        assert_eq!(cpf.masked(), "***.444.777-**");
        assert_eq!(format!("{cpf:?}"), "Cpf(***.444.777-**)");
    }

    #[test]
    fn known_cnpjs() {
        for good in [
            "12ABC34501DE35",
            "1345C3A5000106",
            "R55231B3000757",
            "ZZZZZZZZZZZZ62",
            "11222333000181",
            "00000000000191",
        ] {
            assert_eq!(Cnpj::parse(good).as_ref().map(Cnpj::as_str), Ok(good));
        }
        let cnpj = Cnpj::parse("12.abc.345/01de-35").expect("a CNPJ");
        assert_eq!(Cnpj::parse("12 ABC 345 01DE 35").as_ref(), Ok(&cnpj));
        assert_eq!(cnpj.formatted(), "12.ABC.345/01DE-35");
        assert_eq!(cnpj.masked(), "**.ABC.345/****-**");
    }

    #[test]
    fn refuses_everything_else_with_its_reason() {
        for (bad, reason) in [
            ("", "required"),
            (" ", "required"),
            ("..-", "invalid"),
            ("1114447773", "invalid"),
            ("11144477736", "check_digits"),
            ("1114447773A", "invalid"),
            ("111 444 777 3", "invalid"),
            ("11222333000182", "check_digits"),
            ("00000000000000", "invalid"),
            ("12ABC34501DEAB", "invalid"),
            ("12ÁBC34501DE3", "invalid"),
            ("１１１４４４７７７３５", "invalid"),
        ] {
            assert_eq!(Document::parse(bad), Err(reason), "{bad:?}");
        }
        for digit in '0'..='9' {
            let same: String = std::iter::repeat_n(digit, 11).collect();
            assert_eq!(Cpf::parse(&same), Err("invalid"));
        }
    }

    #[test]
    fn a_document_is_told_by_its_length() {
        assert!(Document::parse("111.444.777-35").expect("a CPF").is_cpf());
        assert!(!Document::parse("12ABC34501DE35").expect("a CNPJ").is_cpf());
    }

    #[test]
    fn one_wrong_digit_is_noticed() {
        let good = *b"52998224725";
        for place in 0..good.len() {
            for digit in (b'0'..=b'9').filter(|digit| *digit != good[place]) {
                let mut digits = good;
                digits[place] = digit;
                let text = str::from_utf8(&digits).expect("digits");
                assert_eq!(Cpf::parse(text), Err("check_digits"), "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn the_mask_takes_nothing_away(base in "[1-9][0-8][0-9A-Z]{10}") {
            let first = check_digit(base.as_bytes(), CNPJ_HIGHEST_WEIGHT);
            let base = format!("{base}{first}");
            let second = check_digit(base.as_bytes(), CNPJ_HIGHEST_WEIGHT);
            let cnpj = Cnpj::parse(&format!("{base}{second}")).expect("made with its check digits");
            prop_assert_eq!(Cnpj::parse(&cnpj.formatted()), Ok(cnpj));
        }

        #[test]
        fn never_panics(text in any::<String>()) {
            let _ = Document::parse(&text);
        }
    }
}
