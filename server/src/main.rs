//! `clube`: the one binary.

use server::{
    commands::{self, Command, Serve},
    logs, serve,
    settings::Cli,
};
use std::{env, process::ExitCode, thread};

fn main() -> ExitCode {
    let cli = match Cli::read(env::args_os()) {
        Ok(cli) => cli,
        Err(stop) => return stop.exit(env::args_os().any(|argument| argument == "--json")),
    };
    logs::begin(&cli.settings);
    // A page that is being rendered can wait for another task: one worker alone would wait for itself.
    let workers = thread::available_parallelism().map_or(2, |cores| cores.get().max(2));
    match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(workers)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime.block_on(run(cli)),
        Err(error) => {
            eprintln!("clube cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> ExitCode {
    match cli
        .command
        .unwrap_or_else(|| Command::Serve(Serve::default()))
    {
        Command::Serve(arguments) => match serve::run(arguments, cli.settings, cli.json).await {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let words = format!("clube stopped: {}", commands::sentence(&error));
                commands::complain(&words, &error, cli.json);
                ExitCode::FAILURE
            }
        },
        command => commands::run(command, cli.settings, cli.json).await,
    }
}
