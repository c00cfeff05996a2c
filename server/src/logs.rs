//! Logs: lines on standard error, as text or JSON. Statements of SQL are never logged, they may carry what people wrote.

use crate::settings::{LogFormat, Settings};
use std::io::{IsTerminal, stderr};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// Begins to log; once, at start.
pub fn begin(settings: &Settings) {
    // Targets that the setting names explicitly win over these.
    let filter = EnvFilter::new(format!("sqlx=warn,sqlx::query=off,{}", settings.log));
    let lines = tracing_subscriber::registry().with(filter);
    match settings.log_format {
        LogFormat::Text => lines
            .with(
                fmt::layer()
                    .with_ansi(stderr().is_terminal())
                    .with_writer(stderr),
            )
            .init(),
        LogFormat::Json => lines
            .with(
                fmt::layer()
                    .json()
                    .flatten_event(true)
                    .with_current_span(true)
                    .with_span_list(false)
                    .with_writer(stderr),
            )
            .init(),
    }
}
