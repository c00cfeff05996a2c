//! What a command says at its end.

use kernel::{Error, Result};
use serde_json::Value;
use std::{
    fmt::Write as _,
    io::{Write as _, stdout},
    process::ExitCode,
};

/// What came of a command.
pub(super) struct Outcome {
    /// The one JSON object.
    pub(super) json: Value,
    /// The same for a person.
    pub(super) text: String,
    /// Whether a part of it failed; the exit code is 1 then.
    pub(super) failed: bool,
}

/// Prints what came of it: the answer on standard output, a failure in words on standard error.
pub(super) fn print(outcome: &Result<Outcome>, json: bool) -> ExitCode {
    let (object, text, failed) = match outcome {
        Ok(outcome) => (outcome.json.clone(), Some(&outcome.text), outcome.failed),
        Err(error) => {
            eprintln!("clube: {}", sentence(error));
            (serde_json::json!(error.body(None)), None, true)
        }
    };
    let said = if json {
        writeln!(stdout(), "{object}")
    } else {
        text.map_or(Ok(()), |text| writeln!(stdout(), "{text}"))
    };
    // A reader who went away is told nothing more.
    if failed || said.is_err() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// An error for whoever runs the program: what was refused, which fields, and why.
pub fn sentence(error: &Error) -> String {
    let mut text = match error.message.as_ref() {
        "" => error.title().to_owned(),
        message => message.to_owned(),
    };
    for (field, reason) in &error.fields {
        write!(text, "\n  {field}: {reason}").expect("a string takes everything");
    }
    if let Some(cause) = error.cause() {
        write!(text, "\n  {cause}").expect("a string takes everything");
    }
    text
}
