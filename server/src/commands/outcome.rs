//! What a command says at its end.

use kernel::{Error, Result};
use serde_json::Value;
use std::{
    fmt::Write as _,
    io::{self, Write as _, stdout},
    process::ExitCode,
};

/// What came of a command.
pub struct Outcome {
    /// The one JSON object.
    pub json: Value,
    /// The same for a person.
    pub text: String,
    /// Whether a part of it failed; the exit code is 1 then.
    pub failed: bool,
}

/// Prints what came of it: the answer on standard output, a failure in words on standard error.
pub(super) fn print(outcome: &Result<Outcome>, json: bool) -> ExitCode {
    match outcome {
        Ok(outcome) => {
            // A reader who went away is told nothing more.
            if outcome.say(json).is_err() || outcome.failed {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            }
        }
        Err(error) => {
            complain(&format!("clube: {}", sentence(error)), error, json);
            ExitCode::FAILURE
        }
    }
}

impl Outcome {
    /// Says it on standard output.
    pub fn say(&self, json: bool) -> io::Result<()> {
        if json {
            writeln!(stdout(), "{}", self.json)
        } else {
            writeln!(stdout(), "{}", self.text)
        }
    }
}

/// Says why the program ends: in words on standard error, and with `json` as the one object on standard output.
pub fn complain(words: &str, error: &Error, json: bool) {
    eprintln!("{words}");
    if json {
        // Nobody is left to tell when the reader went away.
        let _ = writeln!(stdout(), "{}", serde_json::json!(error.body(None)));
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
