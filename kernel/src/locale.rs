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
