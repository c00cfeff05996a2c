//! Pix keys, in the form in which the central directory (DICT) has them.
//!
//! Both faces use it: a form checks while somebody types what the server enforces. Eleven digits may be a CPF or a
//! telephone, and money sent to the wrong one is gone, so [`PixKey::guess`] refuses them and the screen asks.

#[cfg(test)]
mod tests;

use kernel::{Cnpj, Cpf, Document, Email, Phone};
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// The directory takes no longer e-mail address.
const LONGEST_EMAIL: usize = 77;

/// What kind of text a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(
    feature = "ssr",
    derive(sqlx::Type, utoipa::ToSchema),
    sqlx(type_name = "text", rename_all = "lowercase")
)]
#[serde(rename_all = "camelCase")]
pub enum PixKeyKind {
    /// A person's tax number.
    Cpf,
    /// A company's tax number.
    Cnpj,
    /// A mobile telephone.
    Phone,
    /// An e-mail address.
    Email,
    /// A random UUID that the directory gave out (EVP).
    Random,
}

impl PixKeyKind {
    /// All of them, in the order in which a form offers them.
    pub const ALL: [Self; 5] = [
        Self::Cpf,
        Self::Cnpj,
        Self::Phone,
        Self::Email,
        Self::Random,
    ];

    /// The kind's name in JSON, in the database and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cpf => "cpf",
            Self::Cnpj => "cnpj",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Random => "random",
        }
    }
}

/// A key that money can be sent to. Its `Debug` form is masked.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(try_from = "Written", rename_all = "camelCase")]
pub struct PixKey {
    kind: PixKeyKind,
    /// As the directory has it: `11144477735`, `+5511912345678`, `ana@exemplo.com.br`.
    key: String,
}

/// A key as somebody wrote it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Written {
    kind: PixKeyKind,
    key: String,
}

impl TryFrom<Written> for PixKey {
    type Error = &'static str;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        Self::parse(written.kind, &written.key)
    }
}

impl PixKey {
    /// A key of a known kind, however it is punctuated. Reasons: those of the kind's own text (`required`, `invalid`,
    /// `check_digits`, `area_code`, `too_long`) and `not_mobile`.
    pub fn parse(kind: PixKeyKind, text: &str) -> Result<Self, &'static str> {
        let key = match kind {
            PixKeyKind::Cpf => Cpf::parse(text)?.to_string(),
            PixKeyKind::Cnpj => Cnpj::parse(text)?.to_string(),
            PixKeyKind::Phone => mobile(text)?,
            PixKeyKind::Email => email(text)?,
            PixKeyKind::Random => random(text)?,
        };
        Ok(Self { kind, key })
    }

    /// A key whose kind its text alone tells. Reasons: those of [`PixKey::parse`], and `ambiguous` for eleven digits,
    /// which are a CPF or a telephone: ask.
    pub fn guess(text: &str) -> Result<Self, &'static str> {
        let text = text.trim();
        let count = text.chars().filter(char::is_ascii_alphanumeric).count();
        let only_digits = !text.bytes().any(|byte| byte.is_ascii_alphabetic());
        let kind = match text {
            "" => return Err("required"),
            _ if text.contains('@') => PixKeyKind::Email,
            _ if text.starts_with('+') || text.contains('(') => PixKeyKind::Phone,
            _ if count == 32 => PixKeyKind::Random,
            _ if count == 14 => PixKeyKind::Cnpj,
            _ if count == 13 && only_digits => PixKeyKind::Phone,
            _ if count == 11 && is_masked_cpf(text) => PixKeyKind::Cpf,
            _ if count == 11 && only_digits => return Err("ambiguous"),
            _ => return Err("invalid"),
        };
        Self::parse(kind, text)
    }

    /// What kind of key it is.
    pub fn kind(&self) -> PixKeyKind {
        self.kind
    }

    /// The key as the directory has it and providers take it.
    pub fn as_str(&self) -> &str {
        &self.key
    }

    /// The tax number that the key itself names: that of its owner.
    pub fn document(&self) -> Option<Document> {
        match self.kind {
            PixKeyKind::Cpf | PixKeyKind::Cnpj => Document::parse(&self.key).ok(),
            PixKeyKind::Phone | PixKeyKind::Email | PixKeyKind::Random => None,
        }
    }

    /// Enough for its owner to recognise it, too little for anybody else.
    pub fn masked(&self) -> String {
        match self.kind {
            PixKeyKind::Cpf | PixKeyKind::Cnpj => self
                .document()
                .map_or_else(|| "***".to_owned(), |document| document.masked()),
            PixKeyKind::Phone => {
                let (hidden, shown) = self.key.split_at(self.key.len().saturating_sub(4));
                format!("{}{shown}", "*".repeat(hidden.len()))
            }
            PixKeyKind::Email => match self.key.split_once('@') {
                Some((local, domain)) => {
                    format!("{}***@{domain}", local.chars().take(1).collect::<String>())
                }
                None => "***".to_owned(),
            },
            PixKeyKind::Random => {
                format!("{}-****", self.key.split('-').next().unwrap_or_default())
            }
        }
    }
}

impl fmt::Debug for PixKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PixKey({}: {})", self.kind.as_str(), self.masked())
    }
}

/// The directory takes mobile numbers only; abroad the text cannot tell.
fn mobile(text: &str) -> Result<String, &'static str> {
    let phone = Phone::parse(text)?;
    let national = phone.as_str().strip_prefix("+55");
    match national {
        Some(national) if national.len() != 11 => Err("not_mobile"),
        _ => Ok(phone.to_string()),
    }
}

fn email(text: &str) -> Result<String, &'static str> {
    let address = Email::parse(text.trim())?.key();
    if address.len() > LONGEST_EMAIL {
        Err("too_long")
    } else {
        Ok(address)
    }
}

fn random(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("required"),
        text if !matches!(text.len(), 32 | 36) => Err("invalid"),
        text => Uuid::try_parse(text)
            .map(|id| id.to_string())
            .map_err(|_| "invalid"),
    }
}

/// `111.444.777-35`: nobody writes a telephone so.
fn is_masked_cpf(text: &str) -> bool {
    text.len() == 14
        && text.bytes().enumerate().all(|(place, byte)| match place {
            3 | 7 => byte == b'.',
            11 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
