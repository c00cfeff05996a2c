//! What a payment says of its payer.

use kernel::Document;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest name or message, in characters: the central bank's own limit.
const LONGEST: usize = 140;
/// How long a tax number with its mask is at most.
const LONGEST_TAX_ID: usize = 18;

/// Who paid, as far as their institution tells: often nothing, and never a proof. It is for a person who looks for the
/// owner of money.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(utoipa::ToSchema),
    schema(as = PixSender, example = json!({ "name": "Ana Souza", "taxId": "***.444.777-**", "message": "para a carteira" }))
)]
#[serde(rename_all = "camelCase")]
pub struct Sender {
    /// Their name.
    pub name: Option<String>,
    /// Their tax number, most of it hidden.
    pub tax_id: Option<String>,
    /// What they wrote.
    pub message: Option<String>,
}

impl Sender {
    /// As an institution tells it. The tax number is masked, here at the latest; one that is neither whole nor masked is
    /// left out.
    pub fn told(name: Option<&str>, tax_id: Option<&str>, message: Option<&str>) -> Self {
        Self {
            name: name.and_then(line),
            tax_id: tax_id.and_then(masked),
            message: message.and_then(line),
        }
    }

    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }
}

/// Somebody else's text as one line that can be stored and shown; `None` when nothing is left of it.
fn line(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let text: String = text.trim().chars().take(LONGEST).collect();
    Some(text.trim_end().to_owned()).filter(|text| !text.is_empty())
}

fn masked(text: &str) -> Option<String> {
    if let Ok(document) = Document::parse(text) {
        return Some(document.masked());
    }
    let text = text.trim();
    let belongs = |c: char| c.is_ascii_alphanumeric() || "*.-/".contains(c);
    let is_masked = text.contains('*') && text.len() <= LONGEST_TAX_ID && text.chars().all(belongs);
    is_masked.then(|| text.to_owned())
}

/// Without the person.
impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tax_number_is_masked_or_left_out() {
        for (told, kept) in [
            ("11144477735", Some("***.444.777-**")),
            ("111.444.777-35", Some("***.444.777-**")),
            ("12ABC34501DE35", Some("**.ABC.345/****-**")),
            ("***.444.777-**", Some("***.444.777-**")),
            ("***444777**", Some("***444777**")),
            ("11144477736", None),
            ("1114447773", None),
            ("*<script>*", None),
            ("*******************", None),
            ("", None),
        ] {
            let sender = Sender::told(None, Some(told), None);
            assert_eq!(sender.tax_id.as_deref(), kept, "{told}");
        }
    }

    #[test]
    fn a_message_is_one_line_that_can_be_stored() {
        let long = "é".repeat(200);
        for (told, kept) in [
            ("  obrigado\u{0}\n", Some("obrigado")),
            ("linha\r\noutra", Some("linha  outra")),
            ("\u{0}\t ", None),
            (&long, Some(&long[..280])),
        ] {
            let sender = Sender::told(Some(told), None, Some(told));
            assert_eq!(sender.message.as_deref(), kept);
            assert_eq!(sender.name, sender.message);
            assert_eq!(sender.is_unknown(), kept.is_none());
            assert!(!format!("{sender:?}").contains("obrigado"));
        }
    }
}
