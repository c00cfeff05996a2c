//! A statement as CSV (RFC 4180), for programs and spreadsheets.

use super::StatementLine;
use kernel::{Error, Result};
use std::{borrow::Cow, fmt::Write};
use time::format_description::well_known::Rfc3339;

/// The first line.
pub(super) const HEADER: &str =
    "happenedAt,kind,amount,balance,subjectId,transactionId,counterparty,reference\r\n";

/// One movement.
pub(super) fn write(lines: &mut String, line: &StatementLine) -> Result<()> {
    let entry = &line.entry;
    let at = entry
        .happened_at
        .format(&Rfc3339)
        .map_err(Error::internal)?;
    let kind = serde_json::to_value(entry.kind).map_err(Error::internal)?;
    write!(
        lines,
        "{at},{},{},{},{},{},{},{}\r\n",
        kind.as_str().unwrap_or_default(),
        entry.amount.plain(),
        entry.balance.plain(),
        entry.subject_id,
        entry.transaction_id,
        field(line.counterparty.as_deref().unwrap_or_default()),
        field(line.reference.as_deref().unwrap_or_default()),
    )
    .map_err(Error::internal)
}

/// What a person wrote. A spreadsheet takes some beginnings for a formula, even inside of quotes, and runs it; behind an
/// apostrophe it is text.
fn field(text: &str) -> Cow<'_, str> {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let needs_quotes = text.contains(['"', ',', '\r', '\n']);
    let guard = if is_formula { "'" } else { "" };
    match (is_formula, needs_quotes) {
        (false, false) => Cow::Borrowed(text),
        (_, false) => Cow::Owned(format!("{guard}{text}")),
        (_, true) => Cow::Owned(format!("\"{guard}{}\"", text.replace('"', "\"\""))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote_stays_one_field_and_no_formula() {
        for (text, written) in [
            ("", ""),
            ("Loja S.", "Loja S."),
            ("NF-1", "NF-1"),
            ("a, b", "\"a, b\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("=1+1", "'=1+1"),
            ("+55 11", "'+55 11"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("=A(1,\"x\")", "\"'=A(1,\"\"x\"\")\""),
        ] {
            assert_eq!(field(text), written, "{text:?}");
        }
    }
}
