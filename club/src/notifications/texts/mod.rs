//! The words of each notification, a table a language. One more is an arm in both.

mod english;
mod portuguese;

use super::rules::News;
use crate::legal_documents::DocumentKind;
use kernel::{Locale, Money};

/// What a user reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) title: String,
    pub(super) body: String,
}

impl News {
    /// The words for it, said by a club of this name.
    pub(super) fn text(&self, locale: Locale, club: &str) -> Text {
        let (title, body) = match locale {
            Locale::PtBr => self.in_portuguese(club),
            Locale::En => self.in_english(club),
        };
        Text {
            title: title.to_owned(),
            body,
        }
    }
}

/// The sentence, and the reason after it when one was given.
fn with_reason(sentence: String, word: &str, reason: &str) -> String {
    match reason.trim() {
        "" => sentence,
        reason => format!("{sentence} {word}: {reason}"),
    }
}

/// An amount without its sign.
fn size(amount: Money) -> Money {
    amount.checked_neg().unwrap_or_default().max(amount)
}

/// What a legal text is called.
const fn legal(kind: DocumentKind, locale: Locale) -> &'static str {
    match (kind, locale) {
        (DocumentKind::Terms, Locale::PtBr) => "termos de uso",
        (DocumentKind::Terms, Locale::En) => "terms of use",
        (DocumentKind::Privacy, Locale::PtBr) => "política de privacidade",
        (DocumentKind::Privacy, Locale::En) => "privacy policy",
        (DocumentKind::CashbackRules, Locale::PtBr) => "regras de cashback",
        (DocumentKind::CashbackRules, Locale::En) => "cashback rules",
        (DocumentKind::Fees, Locale::PtBr) => "tarifas",
        (DocumentKind::Fees, Locale::En) => "fees",
    }
}
