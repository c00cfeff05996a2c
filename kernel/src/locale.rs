//! The two languages of the screens and of the messages we send.

use serde::{Deserialize, Serialize};

/// A language that the product speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text")
)]
pub enum Locale {
    /// Brazilian Portuguese, the default.
    #[default]
    #[serde(rename = "pt-BR")]
    #[cfg_attr(feature = "ssr", sqlx(rename = "pt-BR"))]
    PtBr,
    /// English.
    #[serde(rename = "en")]
    #[cfg_attr(feature = "ssr", sqlx(rename = "en"))]
    En,
}

impl Locale {
    /// The BCP 47 tag, as in `<html lang>`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::PtBr => "pt-BR",
            Self::En => "en",
        }
    }

    /// A whole number with its thousands grouped: `1.234`, `1,234`.
    pub fn grouped(self, n: u64) -> String {
        let separator = match self {
            Self::PtBr => '.',
            Self::En => ',',
        };
        let digits = n.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push(separator);
            }
            text.push(digit);
        }
        text
    }

    /// The language of a tag such as `en-US`; `None` for one we do not speak.
    pub fn parse(tag: &str) -> Option<Self> {
        let language = tag.trim().split(['-', '_', ';']).next()?;
        if language.eq_ignore_ascii_case("pt") {
            Some(Self::PtBr)
        } else if language.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }
}
