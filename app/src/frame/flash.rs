//! What a form leaves behind for the page after it: why it was refused and what was typed, or that it worked.
//!
//! It travels in a cookie that lives for one page and that no script can read. What comes back is foreign text all the
//! same: codes are looked up in our own tables and values stand only in inputs, escaped.

use kernel::Error;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The outcome of one form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flash {
    /// Which form: the name of its server function.
    pub form: String,
    /// Code of the refusal, or of the success.
    pub code: String,
    /// Whether it worked.
    pub is_done: bool,
    /// Refused field → reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// What was typed, never a password.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kept: BTreeMap<String, String>,
    /// Seconds to wait before trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl Flash {
    /// It worked; `code` names the sentence that says so.
    pub fn done(form: &str, code: &str) -> Self {
        Self {
            form: form.to_owned(),
            code: code.to_owned(),
            is_done: true,
            ..Self::default()
        }
    }

    /// It was refused.
    pub fn refused(form: &str, error: &Error, kept: &[(&str, &str)]) -> Self {
        let pairs = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Self {
            form: form.to_owned(),
            code: error.code.to_string(),
            is_done: false,
            fields: error
                .fields
                .iter()
                .map(|(name, reason)| pairs((name, reason)))
                .collect(),
            kept: kept.iter().copied().map(pairs).collect(),
            retry_after: error.retry_after,
        }
    }
}
