//! What is asked of a provider and what it answers.

use crate::pix::{EndToEndId, PayoutId, PixKey, RefundId, ReturnId, Sender, Txid};
use axum::http::HeaderMap;
use kernel::{Document, Money};
use serde::{Deserialize, Serialize};
use std::fmt;
use time::OffsetDateTime;

/// What a provider can do besides receiving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offers {
    /// It sends money.
    pub payouts: bool,
    /// It tells who owns a key before money is sent.
    pub key_lookup: bool,
}

/// A charge to make.
#[derive(Clone, Debug)]
pub struct NewCharge {
    /// Our id; 26 to 35 characters.
    pub txid: Txid,
    /// How much is to be paid.
    pub amount: Money,
    /// For how many seconds it can be paid.
    pub expires_in: u32,
    /// Whom it is made out to; anybody may pay it.
    pub payer: Option<Payer>,
    /// A line that the payer sees, at most 140 characters.
    pub description: Option<String>,
}

/// Whom a charge is made out to.
#[derive(Clone, Debug)]
pub struct Payer {
    /// Their tax number.
    pub document: Document,
    /// Their name.
    pub name: String,
}

/// Where a charge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChargeStatus {
    /// It can be paid until it expires.
    Active,
    /// It was paid.
    Paid,
    /// We took it back.
    Cancelled,
    /// The provider took it back.
    Withdrawn,
    /// A status that the contract did not have when this was written.
    Other,
}

/// A charge as the provider has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Charge {
    /// Our id.
    pub txid: Txid,
    /// How much is to be paid.
    pub amount: Money,
    /// Where it stands.
    pub status: ChargeStatus,
    /// The text of its BR Code.
    pub br_code: Option<String>,
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// From when on it can no longer be paid.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    /// What was paid for it.
    pub paid_by: Vec<EndToEndId>,
}

/// A payment that came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedPix {
    /// Its id from end to end.
    pub end_to_end_id: EndToEndId,
    /// The charge or the static code that it answers.
    pub txid: Option<Txid>,
    /// Whether it was made to another key than the club's: an account may have several, and others may use them.
    #[serde(default)]
    pub is_to_another_key: bool,
    /// How much came in: this is credited, whatever the charge says.
    pub amount: Money,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub received_at: OffsetDateTime,
    /// What is known of who paid.
    #[serde(default)]
    pub sender: Sender,
    /// What was given back of it.
    pub refunds: Vec<PixRefund>,
}

/// Where a refund of a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RefundStatus {
    /// On its way.
    Processing,
    /// The payer has it.
    Returned,
    /// It was not done; the money is still here.
    Failed,
    /// A status that the contract did not have when this was written.
    Other,
}

/// Who wanted a refund, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum RefundNature {
    /// We did.
    Ordinary,
    /// The payer's institution did, after a failure of its own (MED).
    OperationalFailure,
    /// The payer contested the payment as fraud (MED).
    Fraud,
    /// Something else: cash withdrawn, or a nature that the contract did not have when this was written.
    Other,
}

/// A part or the whole of a payment, given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PixRefund {
    /// Unique for its payment; the provider's own when the nature is not ordinary.
    pub id: RefundId,
    /// Its id from end to end, once there is one.
    pub return_id: Option<ReturnId>,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub status: RefundStatus,
    /// Who wanted it.
    pub nature: RefundNature,
}

/// What to list.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// From this moment on.
    pub from: OffsetDateTime,
    /// Up to this one.
    pub to: OffsetDateTime,
    /// Only payments of which something was given back.
    pub refunded_only: bool,
}

/// A part of a list of payments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PixPage {
    /// The payments, in the provider's order.
    pub pix: Vec<ReceivedPix>,
    /// What could not be read, and why: for the reconciliation report, so that one bad entry does not hide the others.
    pub unreadable: Vec<String>,
    /// The page that follows; `None` on the last.
    pub next: Option<u32>,
}

/// Who owns a key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyOwner {
    /// Their tax number, mostly masked (`***.444.777-**`).
    pub tax_id: String,
    /// Their name.
    pub name: String,
}

impl KeyOwner {
    /// Whether this may be the owner of this tax number: every character that is not masked agrees. A masked number is
    /// no proof: [`NewPayout::owner`] has the provider check the whole of it.
    pub fn may_be(&self, document: &Document) -> bool {
        let shown: Vec<char> = self
            .tax_id
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '*')
            .collect();
        shown.len() == document.as_str().len()
            && shown.iter().any(|c| *c != '*')
            && shown
                .iter()
                .zip(document.as_str().chars())
                .all(|(shown, whole)| *shown == '*' || shown.eq_ignore_ascii_case(&whole))
    }
}

/// Money to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPayout {
    /// Our id, and what keeps it from being paid twice. Written down before it is sent.
    pub id: PayoutId,
    /// Where to.
    pub key: PixKey,
    /// How much.
    pub amount: Money,
    /// Who has to own the key; the provider refuses when somebody else does.
    pub owner: Document,
}

/// What became of a payout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PayoutStatus {
    /// On its way.
    Accepted,
    /// The recipient has it.
    Settled(EndToEndId),
    /// It was not done, by the provider's code; the money is still ours.
    Rejected(String),
    /// The recipient had it, and a part or the whole came back.
    Returned {
        /// The payout's id from end to end.
        end_to_end_id: EndToEndId,
        /// How much came back until now.
        amount: Money,
    },
    /// Nobody knows yet. Ask with the same id; never send again.
    Unknown,
}

impl PayoutStatus {
    /// Whether it says what became of the payout; until then it is asked for.
    pub const fn is_end(&self) -> bool {
        matches!(
            self,
            Self::Settled(_) | Self::Rejected(_) | Self::Returned { .. }
        )
    }
}

/// A call that claims to come from a provider.
#[derive(Clone, Copy, Debug)]
pub struct Webhook<'a> {
    /// The secret part of the address that was called, when it has one.
    pub token: Option<&'a str>,
    /// The request's headers.
    pub headers: &'a HeaderMap,
    /// The request's body as it came.
    pub body: &'a [u8],
}

/// What a webhook tells: where to look, never what to believe.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Hint {
    /// A payment came in: [`PixProvider::get_pix`](super::PixProvider::get_pix).
    Pix(EndToEndId),
    /// Something was given back of a payment: the same.
    Refund(EndToEndId),
    /// A payout changed: [`PixProvider::get_payout`](super::PixProvider::get_payout).
    Payout(PayoutId),
}

impl fmt::Debug for KeyOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyOwner").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_masked_owner_may_be_anybody_whose_digits_agree() {
        let ana = Document::parse("11144477735").expect("a CPF");
        for (tax_id, may_be) in [
            ("***.444.777-**", true),
            ("111.444.777-35", true),
            ("11144477735", true),
            ("***.445.777-**", false),
            ("***.***.***-**", false),
            ("***444777", false),
            ("", false),
        ] {
            let owner = KeyOwner {
                tax_id: tax_id.into(),
                name: "Ana".into(),
            };
            assert_eq!(owner.may_be(&ana), may_be, "{tax_id}");
            assert!(!format!("{owner:?}").contains("Ana"));
        }
    }
}
