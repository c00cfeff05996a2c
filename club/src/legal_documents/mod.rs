//! Legal texts of the club: terms, privacy and the rest, in versions, and who accepted which (section 5, `/api/documents`).
//!
//! The club's administrators write a draft, at most one of each kind, and publish it: from then on it is the version in
//! force, and neither its words nor its number ever change. Users accept a version, not a kind; who accepted an earlier one
//! is asked again. An acceptance (who, which version, when, from where) is proof and stays.
//!
//! One more kind is a variant of [`DocumentKind`] and its name in the table's check.

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod drafts;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(feature = "ssr")]
mod rules;
#[cfg(feature = "ssr")]
mod seed;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub use drafts::{by_id, discard, draft, publish, versions};
#[cfg(feature = "ssr")]
pub(crate) use operations::acceptances;
#[cfg(feature = "ssr")]
pub use operations::{accept, in_force, read};
#[cfg(feature = "ssr")]
pub(crate) use seed::seed;

use kernel::{DocumentId, Locale};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// What a legal text is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// Terms of use.
    Terms,
    /// What is done with personal data.
    Privacy,
    /// How cashback is earned, split and taken back.
    CashbackRules,
    /// What the club charges, above all for withdrawals.
    Fees,
}

impl DocumentKind {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Terms, Self::Privacy, Self::CashbackRules, Self::Fees];
}

/// A text in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LegalText {
    /// Its heading, at most 120 characters.
    pub title: String,
    /// The text, in Markdown without HTML.
    pub body: String,
}

/// A text in the languages that it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LegalTexts {
    /// In Portuguese, which binds.
    #[serde(rename = "pt-BR")]
    pub pt_br: LegalText,
    /// In English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<LegalText>,
}

impl LegalTexts {
    /// The text in this language, or in Portuguese when it is not there; with the language that it is.
    pub fn into_locale(self, locale: Locale) -> (Locale, LegalText) {
        match (locale, self.en) {
            (Locale::En, Some(text)) => (Locale::En, text),
            _ => (Locale::PtBr, self.pt_br),
        }
    }
}

/// A published version, as a user sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// This version's id.
    pub id: DocumentId,
    /// What it is about.
    pub kind: DocumentKind,
    /// Counts the versions of its kind, from 1.
    #[cfg_attr(feature = "ssr", schema(example = 3))]
    pub version: i32,
    /// The language of its title and text.
    pub locale: Locale,
    /// Its heading.
    #[cfg_attr(feature = "ssr", schema(example = "Termos de uso"))]
    pub title: String,
    /// When it was published.
    #[serde(with = "time::serde::rfc3339")]
    pub published_at: OffsetDateTime,
    /// Whether there is no newer version of its kind.
    pub is_in_force: bool,
    /// When the caller accepted this version; `null` when not.
    #[serde(with = "time::serde::rfc3339::option")]
    pub accepted_at: Option<OffsetDateTime>,
}

/// A published version with its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct DocumentWithText {
    /// What it is.
    #[serde(flatten)]
    pub document: Document,
    /// Its text, in Markdown without HTML.
    #[cfg_attr(
        feature = "ssr",
        schema(example = "## 1. O clube\n\nQuem compra de um lojista do clube…")
    )]
    pub body: String,
}

/// A version that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewAcceptance {
    /// The version in force.
    pub document_id: DocumentId,
}

/// That a user accepted a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Acceptance {
    /// Which version.
    pub document_id: DocumentId,
    /// What it is about.
    pub kind: DocumentKind,
    /// Its number.
    #[cfg_attr(feature = "ssr", schema(example = 3))]
    pub version: i32,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub accepted_at: OffsetDateTime,
    /// From which address.
    #[cfg_attr(feature = "ssr", schema(example = "203.0.113.7"))]
    pub ip: Option<String>,
}

/// A version or the draft of a legal text, as the club's administrators see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentVersion {
    /// Its id.
    pub id: DocumentId,
    /// What it is about.
    pub kind: DocumentKind,
    /// Its number; absent while it is a draft.
    pub version: Option<i32>,
    /// Its texts.
    pub texts: LegalTexts,
    /// When it was last written.
    #[serde(with = "time::serde::rfc3339")]
    pub drafted_at: OffsetDateTime,
    /// Who wrote it last.
    pub drafted_by: String,
    /// When it was published.
    #[serde(with = "time::serde::rfc3339::option")]
    pub published_at: Option<OffsetDateTime>,
    /// Who published it.
    pub published_by: Option<String>,
    /// How many users accepted it.
    pub acceptances: i64,
}
