//! BR Code: the text behind a Pix QR code ("copia e cola").
//!
//! It is EMV's merchant-presented TLV: fields of a two-digit id, a two-digit length and a value, closed by a CRC-16. We
//! write ASCII only, because others disagree on whether a length counts bytes or characters; we read what is found in the
//! wild too: accents (lengths in characters), amounts such as `10`, `10.` and `0.9`, the domain in capitals, and fields
//! that we do not know.

mod crc;
#[cfg(test)]
mod tests;
mod tlv;

use kernel::{Error, Money, Result};
use serde::{Deserialize, Serialize};
use tlv::{Fields, push};

/// The domain that marks a field as Pix.
const PIX: &str = "br.gov.bcb.pix";
/// What stands for "no id here": in a static code without one, and in every dynamic code.
const NO_TXID: &str = "***";
/// The longest text that a payer's app has to accept.
const MOST_CHARACTERS: usize = 512;

/// Who receives, and how the payer's app finds out more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Recipient {
    /// A static code: the Pix key itself, with an optional line for the payer.
    Key {
        /// The recipient's Pix key.
        key: String,
        /// What it is for.
        description: Option<String>,
    },
    /// A dynamic code: where the charge can be fetched, without `https://`.
    Location(String),
    /// Nothing to pay now: the code only carries a recurring authorisation.
    None,
}

/// What a BR Code says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BrCode {
    /// It can be paid only once.
    pub single_use: bool,
    /// Who receives.
    pub recipient: Recipient,
    /// How much; the payer chooses when absent.
    pub amount: Option<Money>,
    /// Name shown to the payer, at most 25 characters when written.
    pub name: String,
    /// City shown to the payer, at most 15 characters when written.
    pub city: String,
    /// The recipient's reference; `None` is written `***`.
    pub txid: Option<String>,
    /// Where a recurring authorisation (Pix Automático) can be fetched.
    pub recurrence: Option<String>,
}

fn refused(reason: &'static str) -> Error {
    Error::invalid("brCode", reason)
}

impl BrCode {
    /// A static code: it carries the key and can be paid again and again.
    pub fn fixed(
        key: &str,
        amount: Option<Money>,
        name: &str,
        city: &str,
        txid: Option<&str>,
    ) -> Self {
        Self {
            single_use: false,
            recipient: Recipient::Key {
                key: key.to_owned(),
                description: None,
            },
            amount,
            name: name.to_owned(),
            city: city.to_owned(),
            txid: txid.map(str::to_owned),
            recurrence: None,
        }
    }

    /// A dynamic code: it carries the address of a charge that is paid once.
    pub fn dynamic(location: &str, name: &str, city: &str) -> Self {
        Self {
            single_use: true,
            recipient: Recipient::Location(location.to_owned()),
            amount: None,
            name: name.to_owned(),
            city: city.to_owned(),
            txid: None,
            recurrence: None,
        }
    }

    /// Reads the text of a code; the reason of a refusal is `crc`, `not_pix`, `amount` or `malformed`.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if !crc::holds(text) {
            return Err(refused("crc"));
        }
        let fields = Fields::parse(text).ok_or_else(|| refused("malformed"))?;
        let account = (26..=51)
            .filter_map(|id| Fields::parse(fields.get(id)?))
            .find(|account| {
                account
                    .get(0)
                    .is_some_and(|domain| domain.eq_ignore_ascii_case(PIX))
            })
            .ok_or_else(|| refused("not_pix"))?;
        let recurrence = (80..=99)
            .filter_map(|id| Fields::parse(fields.get(id)?))
            .filter(|template| {
                template
                    .get(0)
                    .is_some_and(|domain| domain.eq_ignore_ascii_case(PIX))
            })
            .find_map(|template| template.get(25).map(str::to_owned));
        let recipient = match (account.get(1), account.get(25)) {
            (_, Some(location)) => Recipient::Location(location.to_owned()),
            (Some(key), None) => Recipient::Key {
                key: key.to_owned(),
                description: account.get(2).map(str::to_owned),
            },
            (None, None) if recurrence.is_some() => Recipient::None,
            (None, None) => return Err(refused("not_pix")),
        };
        let amount = match fields.get(54) {
            Some(amount) => {
                let amount = Money::parse(amount.trim_end_matches('.')).ok();
                let amount = amount.filter(|amount| !amount.is_negative());
                Some(amount.ok_or_else(|| refused("amount"))?)
            }
            None => None,
        };
        let txid = fields
            .get(62)
            .and_then(Fields::parse)
            .and_then(|additional| additional.get(5).map(str::to_owned));
        Ok(Self {
            single_use: fields.get(1) == Some("12"),
            recipient,
            amount,
            name: fields.get(59).unwrap_or_default().to_owned(),
            city: fields.get(60).unwrap_or_default().to_owned(),
            txid: txid.filter(|txid| txid != NO_TXID),
            recurrence,
        })
    }

    /// Writes the text of the code, in ASCII. Names and descriptions lose their accents and what does not fit; a key, a
    /// location or a reference that does not fit is refused, because it would name somebody else.
    pub fn text(&self) -> Result<String> {
        let mut account = String::new();
        push(&mut account, 0, PIX);
        match &self.recipient {
            Recipient::Key { key, description } => {
                exact(key, 77)?;
                push(&mut account, 1, key);
                let room = 99_usize.saturating_sub(account.len() + 4);
                if let Some(description) = description
                    .as_deref()
                    .map(|text| shown(text, room))
                    .filter(|text| !text.is_empty())
                {
                    push(&mut account, 2, &description);
                }
            }
            Recipient::Location(location) => {
                exact(location, 77)?;
                push(&mut account, 25, location);
            }
            Recipient::None => {}
        }
        let txid = self.txid.as_deref().unwrap_or(NO_TXID);
        if txid != NO_TXID && !(1..=25).contains(&txid.len())
            || !txid.chars().all(|c| c.is_ascii_alphanumeric() || c == '*')
        {
            return Err(refused("txid"));
        }
        let mut additional = String::new();
        push(&mut additional, 5, txid);

        let mut text = String::new();
        push(&mut text, 0, "01");
        if self.single_use {
            push(&mut text, 1, "12");
        }
        push(&mut text, 26, &account);
        push(&mut text, 52, "0000");
        push(&mut text, 53, "986");
        if let Some(amount) = self.amount {
            if !amount.is_positive() {
                return Err(refused("amount"));
            }
            push(&mut text, 54, &amount.plain());
        }
        push(&mut text, 58, "BR");
        push(&mut text, 59, &required(shown(&self.name, 25))?);
        push(&mut text, 60, &required(shown(&self.city, 15))?);
        push(&mut text, 62, &additional);
        if let Some(location) = &self.recurrence {
            exact(location, 77)?;
            let mut template = String::new();
            push(&mut template, 0, PIX);
            push(&mut template, 25, location);
            push(&mut text, 80, &template);
        }
        let text = crc::close(text);
        if text.len() > MOST_CHARACTERS {
            Err(refused("too_long"))
        } else {
            Ok(text)
        }
    }
}

fn exact(value: &str, most: usize) -> Result<()> {
    let fits =
        (1..=most).contains(&value.len()) && value.bytes().all(|byte| (0x21..0x7f).contains(&byte));
    if fits {
        Ok(())
    } else {
        Err(refused("recipient"))
    }
}

fn required(text: String) -> Result<String> {
    if text.is_empty() {
        Err(refused("name"))
    } else {
        Ok(text)
    }
}

/// Text for the payer's eyes: without accents, printable ASCII, cut to what fits.
fn shown(text: &str, most: usize) -> String {
    let mut ascii: String = text
        .chars()
        .map(without_accent)
        .collect::<Vec<_>>()
        .concat()
        .trim()
        .to_owned();
    ascii.truncate(most);
    ascii.trim_end().to_owned()
}

fn without_accent(character: char) -> &'static str {
    const PRINTABLE: &str = " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    match character {
        ' '..='~' => {
            let place = character as usize - ' ' as usize;
            &PRINTABLE[place..=place]
        }
        'á' | 'à' | 'â' | 'ã' | 'ä' | 'ª' => "a",
        'Á' | 'À' | 'Â' | 'Ã' | 'Ä' => "A",
        'é' | 'è' | 'ê' | 'ë' => "e",
        'É' | 'È' | 'Ê' | 'Ë' => "E",
        'í' | 'ì' | 'î' | 'ï' => "i",
        'Í' | 'Ì' | 'Î' | 'Ï' => "I",
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'º' => "o",
        'Ó' | 'Ò' | 'Ô' | 'Õ' | 'Ö' => "O",
        'ú' | 'ù' | 'û' | 'ü' => "u",
        'Ú' | 'Ù' | 'Û' | 'Ü' => "U",
        'ç' => "c",
        'Ç' => "C",
        'ñ' => "n",
        'Ñ' => "N",
        '\u{a0}' | '\t' => " ",
        _ => "",
    }
}
