//! A statement as CSV (RFC 4180). No field needs quotes: all are ours, and none is a person's text.

use crate::ledger::StatementEntry;
use kernel::{Error, Result};
use std::fmt::Write;
use time::format_description::well_known::Rfc3339;

/// The first line.
pub(super) const HEADER: &str = "happenedAt,kind,amount,balance,subjectId,transactionId\r\n";

/// One movement.
pub(super) fn write(lines: &mut String, entry: &StatementEntry) -> Result<()> {
    let at = entry
        .happened_at
        .format(&Rfc3339)
        .map_err(Error::internal)?;
    let kind = serde_json::to_value(entry.kind).map_err(Error::internal)?;
    write!(
        lines,
        "{at},{},{},{},{},{}\r\n",
        kind.as_str().unwrap_or_default(),
        entry.amount.plain(),
        entry.balance.plain(),
        entry.subject_id,
        entry.transaction_id,
    )
    .map_err(Error::internal)
}
