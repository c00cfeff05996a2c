//! The commands of the one binary. Each is a file here: its arguments, and a `run` that calls one operation and prints.

use crate::settings::Settings;
use clap::{Args, Subcommand};
use kernel::Result;
use std::process::ExitCode;
use tenancy::Platform;

/// What `clube` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve all tenants (the default)
    Serve(Serve),
}

/// Options of `serve`.
#[derive(Clone, Debug, Default, Args)]
pub struct Serve {
    /// Fill in a demo first: a super admin and two clubs, with addresses and passwords printed
    #[arg(long)]
    pub demo: bool,
}

/// Runs a command other than `serve`; `json` prints one JSON object on standard output and nothing else there.
pub async fn run(_command: Command, _settings: Settings, _json: bool) -> ExitCode {
    unimplemented!("the commands' files")
}

/// Makes the demo if it is not there, and says how to get in: the text that `serve --demo` prints.
pub async fn seed_demo(_platform: &Platform, _settings: &Settings) -> Result<String> {
    unimplemented!("seed_demo's file")
}
