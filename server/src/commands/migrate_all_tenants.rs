//! `clube migrate-all-tenants`.

use super::outcome::Outcome;
use clap::Args;
use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Error, Result, Slug};
use serde_json::json;
use std::io::{IsTerminal, stderr};
use tenancy::{
    PlatformCtx,
    migrations::{self, MigrationStatus, Options, TenantMigration},
};

/// Options of `migrate-all-tenants`.
#[derive(Debug, Args)]
pub struct MigrateAllTenants {
    /// Only say who is behind
    #[arg(long)]
    dry_run: bool,
    /// Only this tenant
    #[arg(long, value_name = "SLUG")]
    only: Option<String>,
    /// How many tenants at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    jobs: u16,
}

pub(super) async fn run(ctx: &PlatformCtx, arguments: MigrateAllTenants) -> Result<Outcome> {
    let only = arguments.only.as_deref().map(Slug::parse).transpose();
    let options = Options {
        dry_run: arguments.dry_run,
        only: only.map_err(|reason| Error::invalid("only", reason))?,
        jobs: usize::from(arguments.jobs),
    };
    let display = Display::new();
    let results =
        migrations::migrate_all(ctx, &options, |result, all| display.show(result, all)).await;
    display.end();
    Ok(outcome(&results?))
}

fn outcome(results: &[TenantMigration]) -> Outcome {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(["Tenant", "Status", "Error"]);
    for result in results {
        table.add_row([
            result.slug.as_str(),
            word(result.status),
            result.error.as_deref().unwrap_or(""),
        ]);
    }
    let failed = results
        .iter()
        .filter(|result| result.status == MigrationStatus::Failed)
        .count();
    Outcome {
        text: format!("{table}\n{} tenants, {failed} failed", results.len()),
        json: json!({ "tenants": results }),
        failed: failed > 0,
    }
}

fn word(status: MigrationStatus) -> &'static str {
    match status {
        MigrationStatus::Migrated => "migrated",
        MigrationStatus::Current => "current",
        MigrationStatus::Pending => "pending",
        MigrationStatus::Failed => "failed",
    }
}

/// A bar on a terminal, else a line for each tenant; on standard error, so that standard output is the result alone.
struct Display(Option<ProgressBar>);

impl Display {
    fn new() -> Self {
        if !stderr().is_terminal() {
            return Self(None);
        }
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {wide_msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(Some(ProgressBar::new(0).with_style(style)))
    }

    fn show(&self, result: &TenantMigration, all: usize) {
        let line = match &result.error {
            None => format!("{} {}", result.slug, word(result.status)),
            Some(error) => format!("{} {}: {error}", result.slug, word(result.status)),
        };
        let Some(bar) = &self.0 else {
            eprintln!("{line}");
            return;
        };
        bar.set_length(u64::try_from(all).unwrap_or(u64::MAX));
        if result.error.is_some() {
            bar.println(&line);
        }
        bar.set_message(line);
        bar.inc(1);
    }

    fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
