//! Colours of a brand, and which text can be read on them.

mod contrast;
#[cfg(feature = "ssr")]
mod database;

use serde::{Deserialize, Serialize};
use std::fmt;

/// A colour in sRGB, written `#rrggbb`.
///
/// It holds three bytes and no text, so that whatever a database or a form contains, nothing but a colour reaches a
/// style sheet.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(utoipa::ToSchema),
    schema(value_type = String, pattern = "^#[0-9a-fA-F]{6}$", example = "#0f766e")
)]
#[serde(try_from = "String", into = "String")]
pub struct Colour([u8; 3]);

impl Colour {
    /// `#000000`.
    pub const BLACK: Self = Self::rgb(0, 0, 0);
    /// `#ffffff`.
    pub const WHITE: Self = Self::rgb(255, 255, 255);

    /// The colour of these three channels.
    pub const fn rgb(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// Its red, green and blue.
    pub const fn channels(self) -> [u8; 3] {
        self.0
    }

    /// Reads `#rrggbb` in either case. Reasons: `required`, `invalid`.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("required");
        }
        let digits = text.strip_prefix('#').ok_or("invalid")?;
        // `from_str_radix` alone would also take a sign.
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err("invalid");
        }
        let number = u32::from_str_radix(digits, 16).map_err(|_| "invalid")?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self::rgb(red, green, blue))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl fmt::Debug for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Colour({self})")
    }
}

impl TryFrom<String> for Colour {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<Colour> for String {
    fn from(colour: Colour) -> Self {
        colour.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_either_case_and_writes_lower() {
        assert_eq!(Colour::parse("#0F766e"), Ok(Colour::rgb(15, 118, 110)));
        assert_eq!(Colour::rgb(15, 118, 110).to_string(), "#0f766e");
    }

    #[test]
    fn refuses_everything_else_with_its_reason() {
        for (bad, reason) in [
            ("", "required"),
            ("#fff", "invalid"),
            ("0f766e", "invalid"),
            ("#0f766g", "invalid"),
            ("#+f766e", "invalid"),
            ("#0f766e;", "invalid"),
            (" #0f766e", "invalid"),
            ("#ééé", "invalid"),
            ("red", "invalid"),
        ] {
            assert_eq!(Colour::parse(bad), Err(reason), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn every_colour_reads_back(red: u8, green: u8, blue: u8) {
            let colour = Colour::rgb(red, green, blue);
            prop_assert_eq!(Colour::parse(&colour.to_string()), Ok(colour));
        }
    }
}
