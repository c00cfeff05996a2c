//! Receipts: one movement of a user's money, signed with the user's own key (section 11), as JSON and as a page to keep.
//!
//! What is signed is a text of lines, the same every time for the same movement (`text.rs`), so that anybody who has
//! it can check it without us: Ed25519 over its UTF-8 bytes, with the public key that stands beside it. The page carries
//! text, signature and key in its QR code. `docs/receipts.md` says how to check one.
//!
//! One more fact is a field of [`Facts`], a line of its text under the next version, and a row of the page in `words.rs`.

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod facts;
#[cfg(feature = "ssr")]
mod letters;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(feature = "ssr")]
mod page;
#[cfg(feature = "ssr")]
mod sheet;
#[cfg(all(test, feature = "ssr"))]
mod tests;
#[cfg(feature = "ssr")]
mod text;
#[cfg(feature = "ssr")]
mod words;

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub use operations::{pdf, receipt};

use crate::{ledger::TransactionKind, wallet::WalletAccount};
use kernel::{Document, Money, Slug, TransactionId, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// What one transaction moved in one part of the user's wallet: a line of its statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Movement {
    /// Which part.
    pub account: WalletAccount,
    /// What it is about: of a purchase the price (`purchase`), or the `cashback`.
    pub kind: TransactionKind,
    /// What it gained, or lost when negative.
    #[cfg_attr(feature = "ssr", schema(example = "-10.00"))]
    pub amount: Money,
}

/// The only currency of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub enum Currency {
    /// Brazilian real.
    #[default]
    #[serde(rename = "BRL")]
    Brl,
}

/// What a receipt states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// The club's name in addresses.
    #[cfg_attr(feature = "ssr", schema(value_type = String, example = "clube-navi"))]
    pub club: Slug,
    /// The company behind the club.
    pub company_name: String,
    /// Its CNPJ, or its owner's CPF.
    pub company_document: Document,
    /// The ledger's transaction.
    pub transaction_id: TransactionId,
    /// What it is about: for whoever only got cashback from a purchase, that.
    pub kind: TransactionKind,
    /// What it pays for: the purchase, the deposit, the withdrawal.
    pub subject_id: Uuid,
    /// When it happened.
    #[serde(with = "time::serde::rfc3339")]
    pub happened_at: OffsetDateTime,
    /// Of all amounts.
    pub currency: Currency,
    /// What moved, at least one; what can be spent or withdrawn comes first.
    pub movements: Vec<Movement>,
    /// What of a withdrawal is the club's fee.
    pub fee: Option<Money>,
    /// What of a withdrawal is sent.
    pub net_amount: Option<Money>,
    /// The other side, as the user may know it: a merchant's whole name, a person's first name and
    /// the initial of the last, or a masked Pix key.
    #[cfg_attr(feature = "ssr", schema(example = "Padaria Central"))]
    pub counterparty: Option<String>,
    /// By what the other side knows it: the merchant's receipt number, or a Pix's `endToEndId`.
    #[cfg_attr(feature = "ssr", schema(example = "NF-1234"))]
    pub reference: Option<String>,
    /// Whose movement it is.
    pub user_id: UserId,
    /// Their name.
    #[cfg_attr(feature = "ssr", schema(example = "Ana Souza"))]
    pub user_name: String,
}

/// A receipt with all that is needed to check it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// What it states.
    #[serde(flatten)]
    pub facts: Facts,
    /// The same as it was signed: lines with one line feed between them.
    #[cfg_attr(
        feature = "ssr",
        schema(example = "clube-digital-receipt/2\nclub: clube-navi\n…")
    )]
    pub text: String,
    /// Ed25519 over the UTF-8 bytes of `text`: 64 bytes, base64url without padding.
    #[cfg_attr(
        feature = "ssr",
        schema(
            example = "Zm9yIGFuIGV4YW1wbGUgb25seTogc2l4dHktZm91ciBieXRlcyBvZiBhIHNpZ25hdHVyZSwgYXMgdGhleSBsb29rIQ"
        )
    )]
    pub signature: String,
    /// The user's key, 32 bytes, base64url without padding.
    pub public_key: String,
}
