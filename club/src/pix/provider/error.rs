//! How a provider fails: the difference between "nothing happened" and "nobody knows" is money.

use kernel::{Error, Kind};
use std::borrow::Cow;

/// Why a provider did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// It understood and said no; nothing happened and asking again is no use.
    #[error("refused ({code}): {message}")]
    Refused {
        /// The provider's own name for the reason, or one of ours in `snake_case` (`not_offered`).
        code: Cow<'static, str>,
        /// For the log and the console. Holds nobody's data: what the provider quotes of our request is left out.
        message: String,
    },
    /// It was not reached, or is not serving, us or anybody; nothing happened and asking again later is right.
    #[error("unreachable: {0}")]
    Unreachable(String),
    /// It was asked and gave no answer: what was asked may have happened. Ask what became of it.
    #[error("no answer: {0}")]
    Unknown(String),
    /// It answered something that the contract does not allow.
    #[error("malformed answer: {0}")]
    Malformed(String),
}

impl ProviderError {
    /// A refusal.
    pub fn refused(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self::Refused {
            code: code.into(),
            message: message.into(),
        }
    }

    /// The provider has no such service.
    pub fn not_offered() -> Self {
        Self::refused("not_offered", "This provider does not offer it.")
    }

    /// Whether the provider has no such service, as it said with [`not_offered`](Self::not_offered).
    pub fn is_not_offered(&self) -> bool {
        matches!(self, Self::Refused { code, .. } if code == "not_offered")
    }

    /// Whether asking the same again may help.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Unreachable(_) | Self::Unknown(_))
    }
}

/// At the edge: the provider's words go to the log, the caller gets a stable code.
impl From<ProviderError> for Error {
    fn from(error: ProviderError) -> Self {
        let (kind, code, message) = match &error {
            ProviderError::Refused { .. } => (
                Kind::Conflict,
                "pix_refused",
                "The payment provider refused.",
            ),
            ProviderError::Unreachable(_) => (
                Kind::Unavailable,
                "pix_unavailable",
                "The payment provider cannot be reached now. Try again later.",
            ),
            ProviderError::Unknown(_) => (
                Kind::Unavailable,
                "pix_unanswered",
                "The payment provider gave no answer. Look again later.",
            ),
            ProviderError::Malformed(_) => return Self::internal(error),
        };
        let mut refusal = Self::new(kind, code, message);
        refusal.retry_after = error.is_temporary().then_some(30);
        refusal.because(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_edge_gives_a_stable_code_and_keeps_the_words_for_the_log() {
        for (error, kind, code) in [
            (
                ProviderError::refused("saldo", "R$ 7,00"),
                Kind::Conflict,
                "pix_refused",
            ),
            (
                ProviderError::Unreachable("dns".into()),
                Kind::Unavailable,
                "pix_unavailable",
            ),
            (
                ProviderError::Unknown("timeout".into()),
                Kind::Unavailable,
                "pix_unanswered",
            ),
            (
                ProviderError::Malformed("eof".into()),
                Kind::Internal,
                "internal",
            ),
        ] {
            let words = error.to_string();
            let refusal = Error::from(error);
            assert_eq!((refusal.kind, refusal.code.as_ref()), (kind, code));
            assert_eq!(refusal.cause(), Some(words.as_str()));
            assert!(!refusal.message.contains("R$ 7,00"));
        }
    }
}
