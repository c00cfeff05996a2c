//! The server: start, listen, drain, stop.

use crate::{commands::Serve, settings::Settings};
use kernel::Result;

/// Serves until it is told to stop.
pub async fn run(_serve: Serve, _settings: Settings) -> Result<()> {
    unimplemented!()
}
