//! The text that is signed. It never changes for a version: what was signed years ago must still be found true.

use super::{Facts, Receipt};
use kernel::{Error, Money, Result};
use serde::Serialize;
use time::format_description::well_known::Rfc3339;

/// The first line: what this is, and which rules it keeps.
pub(super) const VERSION: &str = "clube-digital-receipt/2";

impl Facts {
    /// What is signed: the version, then a line `name: value` for each fact that there is, under the names and in the
    /// order and forms of the JSON, with one line feed between two lines and none at the end. A movement is named by its
    /// account, and by its kind before it where that is another one. In what people called themselves a control character is a space, so that a line is a line.
    pub(super) fn text(&self) -> Result<String> {
        let happened_at = self.happened_at.format(&Rfc3339).map_err(Error::internal)?;
        let mut facts = vec![
            ("club".to_owned(), self.club.to_string()),
            ("companyName".to_owned(), self.company_name.clone()),
            (
                "companyDocument".to_owned(),
                self.company_document.to_string(),
            ),
            ("transactionId".to_owned(), self.transaction_id.to_string()),
            ("kind".to_owned(), word(self.kind)?),
            ("subjectId".to_owned(), self.subject_id.to_string()),
            ("happenedAt".to_owned(), happened_at),
            ("currency".to_owned(), word(self.currency)?),
        ];
        for movement in &self.movements {
            let account = word(movement.account)?;
            let name = if movement.kind == self.kind {
                account
            } else {
                format!("{} {account}", word(movement.kind)?)
            };
            facts.push((name, movement.amount.plain()));
        }
        let optional = [
            ("fee", self.fee.map(Money::plain)),
            ("netAmount", self.net_amount.map(Money::plain)),
            ("counterparty", self.counterparty.clone()),
            ("reference", self.reference.clone()),
            ("userId", Some(self.user_id.to_string())),
            ("userName", Some(self.user_name.clone())),
        ];
        let optional = optional.into_iter();
        facts.extend(optional.filter_map(|(name, value)| Some((name.to_owned(), value?))));
        let lines = facts
            .into_iter()
            .map(|(name, value)| format!("\n{name}: {}", value.replace(char::is_control, " ")));
        Ok([VERSION.to_owned()].into_iter().chain(lines).collect())
    }
}

impl Receipt {
    /// What the QR code carries: the text, and two lines more with all that is needed to check it.
    pub(super) fn payload(&self) -> String {
        format!(
            "{}\nsignature: {}\npublicKey: {}",
            self.text, self.signature, self.public_key
        )
    }
}

/// The word that the JSON has for it.
fn word(value: impl Serialize) -> Result<String> {
    let word = serde_json::to_value(value).map_err(Error::internal)?;
    Ok(word.as_str().unwrap_or_default().to_owned())
}
