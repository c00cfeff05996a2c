//! The commands of the one binary. Each is a file here: its arguments, and a `run` that calls one operation and says what
//! came of it, as text for a person and as one JSON object for a script.
//!
//! One more command is one more file, a variant of [`Command`] and an arm in [`execute`].

mod add_server;
mod audit;
mod create_super_admin;
mod create_tenant;
mod list_tenants;
mod migrate_all_tenants;
mod outcome;
mod reset_admin_password;
mod rotate_keys;
mod seed_demo;

pub use outcome::{Outcome, complain, sentence};
pub use seed_demo::seed_demo;

use crate::{serve::told_to_stop, settings::Settings, start};
use clap::{Args, Subcommand};
use kernel::{Error, Kind, Result};
use std::process::ExitCode;
use tenancy::{Actor, Origin, PlatformCtx};

/// What `clube` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve all tenants (the default)
    Serve(Serve),
    /// Make a tenant: database, role, schema, settings and its first administrator
    CreateTenant(create_tenant::CreateTenant),
    /// List all tenants
    ListTenants,
    /// Bring the schema of every tenant in trial or active up to this version
    MigrateAllTenants(migrate_all_tenants::MigrateAllTenants),
    /// Take one more PostgreSQL server into use for tenants' databases
    AddServer(add_server::AddServer),
    /// Make an administrator of the platform
    CreateSuperAdmin(create_super_admin::CreateSuperAdmin),
    /// Give a tenant's administrator a new password and end their sessions
    ResetAdminPassword(reset_admin_password::ResetAdminPassword),
    /// Seal every secret again with new keys, wrapped by the present master key
    RotateKeys,
    /// Look for what cannot be in a sound ledger, in every tenant's
    Audit(audit::Audit),
    /// Fill in a demo: a super admin and two clubs with members; only with `--env development`
    SeedDemo,
}

/// Options of `serve`.
#[derive(Clone, Debug, Default, Args)]
pub struct Serve {
    /// Fill in a demo first: a super admin and two clubs, with addresses and passwords printed; only with
    /// `--env development`
    #[arg(long)]
    pub demo: bool,
}

/// Runs a command other than `serve`; `json` prints one JSON object on standard output and nothing else there.
pub async fn run(command: Command, settings: Settings, json: bool) -> ExitCode {
    let outcome = tokio::select! {
        started = start::platform(&settings) => match started {
            Ok(started) => {
                let ctx = started.platform.ctx(Actor::Command, Origin::default());
                let outcome = tokio::select! {
                    outcome = Box::pin(execute(command, &ctx, &settings)) => Some(outcome),
                    () = told_to_stop() => None,
                };
                drop(ctx);
                started.stop().await;
                outcome
            }
            Err(error) => Some(Err(error)),
        },
        () = told_to_stop() => None,
    };
    if let Some(outcome) = outcome {
        return outcome::print(&outcome, json);
    }
    let error = Error::new(
        Kind::Unavailable,
        "interrupted",
        "clube was interrupted; run the command again to finish it",
    );
    complain(&error.message, &error, json);
    ExitCode::from(130)
}

async fn execute(command: Command, ctx: &PlatformCtx, settings: &Settings) -> Result<Outcome> {
    match command {
        Command::Serve(_) => unreachable!("serving is not a command that ends"),
        Command::CreateTenant(arguments) => create_tenant::run(ctx, arguments).await,
        Command::ListTenants => list_tenants::run(ctx).await,
        Command::MigrateAllTenants(arguments) => migrate_all_tenants::run(ctx, arguments).await,
        Command::AddServer(arguments) => add_server::run(ctx, arguments).await,
        Command::CreateSuperAdmin(arguments) => create_super_admin::run(ctx, arguments).await,
        Command::ResetAdminPassword(arguments) => reset_admin_password::run(ctx, arguments).await,
        Command::RotateKeys => Box::pin(rotate_keys::run(ctx)).await,
        Command::Audit(arguments) => audit::run(ctx, arguments).await,
        Command::SeedDemo => seed_demo(ctx, settings).await,
    }
}
