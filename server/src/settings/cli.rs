//! The command line, and what stops the start when it or the environment is wrong.

use super::Settings;
use crate::commands::{self, Command};
use clap::{
    Arg, CommandFactory, FromArgMatches, Parser,
    error::{ContextKind, ContextValue, ErrorKind},
};
use kernel::{Error, Kind};
use std::{env, error::Error as _, ffi::OsString, fmt, process::ExitCode};

/// Clube Digital: a cashback club for each tenant, out of one program.
#[derive(Debug, Parser)]
#[command(
    name = "clube",
    version,
    about,
    long_about = "Clube Digital: a cashback club for each tenant, out of one program.\n\n\
        Without a command it serves. Every setting is an environment variable too."
)]
pub struct Cli {
    /// Print one JSON object on standard output and nothing else there
    #[arg(long, global = true)]
    pub json: bool,

    /// The settings.
    #[command(flatten)]
    pub settings: Settings,

    /// What to do; `serve` when absent.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Why the program ends before it begins.
#[derive(Debug)]
pub enum Stop {
    /// Help or version was asked for, or the command line makes no sense.
    Clap(clap::Error),
    /// A setting has a wrong value; the sentence names it.
    Setting(String),
}

impl Cli {
    /// Reads the command line and the environment.
    pub fn read(
        arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    ) -> Result<Self, Stop> {
        let cli = Self::parsed(arguments).map_err(|error| match sentence(&error) {
            Some(sentence) => Stop::Setting(sentence),
            None => Stop::Clap(error),
        })?;
        cli.settings.check().map_err(Stop::Setting)?;
        Ok(cli)
    }

    fn parsed(
        arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    ) -> Result<Self, clap::Error> {
        let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
        let parsed = Self::command()
            .mut_args(unset_when_empty)
            .try_get_matches_from(&arguments)
            .and_then(|matches| Self::from_arg_matches(&matches));
        match parsed {
            // Help names every variable, the empty ones too.
            Err(error) if error.exit_code() == 0 => Self::try_parse_from(arguments),
            parsed => parsed,
        }
    }
}

/// An empty variable is one that is not set.
fn unset_when_empty(argument: Arg) -> Arg {
    let is_empty = argument
        .get_env()
        .and_then(env::var_os)
        .is_some_and(|value| value.to_str().is_some_and(|text| text.trim().is_empty()));
    if is_empty {
        argument.env(None::<&'static str>)
    } else {
        argument
    }
}

impl Stop {
    /// Says why, where it belongs, and gives the exit code: 0 for help, 2 for a mistake.
    pub fn exit(&self, json: bool) -> ExitCode {
        let (code, exit) = match self {
            Self::Clap(error) if error.exit_code() == 0 => {
                // Nobody is left to tell when the terminal is gone.
                let _ = error.print();
                return ExitCode::SUCCESS;
            }
            Self::Clap(error) => ("wrong_arguments", u8::try_from(error.exit_code())),
            Self::Setting(_) => ("wrong_setting", Ok(2)),
        };
        let words = self.to_string();
        let error = Error::new(Kind::BadRequest, code, words.trim().to_owned());
        commands::complain(words.trim_end(), &error, json);
        ExitCode::from(exit.unwrap_or(2))
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clap(error) => write!(f, "{error}"),
            Self::Setting(sentence) => write!(f, "clube cannot start. {sentence}"),
        }
    }
}

/// For a refused value of a setting, the sentence that names its variable; clap itself names only the option.
fn sentence(error: &clap::Error) -> Option<String> {
    if !matches!(
        error.kind(),
        ErrorKind::ValueValidation | ErrorKind::InvalidValue
    ) {
        return None;
    }
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.as_str()),
        _ => None,
    };
    let option = text(ContextKind::InvalidArg)?
        .split_whitespace()
        .next()?
        .trim_start_matches("--");
    let command = Cli::command();
    let argument = command
        .get_arguments()
        .find(|argument| argument.get_long() == Some(option))?;
    let variable = argument.get_env()?.to_string_lossy().into_owned();
    let value = text(ContextKind::InvalidValue).unwrap_or_default();
    let reason = match (error.source(), error.get(ContextKind::ValidValue)) {
        (Some(reason), _) => reason.to_string(),
        (None, Some(ContextValue::Strings(valid))) if !value.is_empty() => {
            format!("it must be {}", valid.join(" or "))
        }
        _ => "a value is required".to_owned(),
    };
    Some(format!("{variable} (--{option}) is '{value}': {reason}"))
}
