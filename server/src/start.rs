//! From settings to a running installation: PostgreSQL (the program's own, or the one that is named), master key, master
//! schema, and the platform on top.

use crate::settings::Settings;
use kernel::Result;
use tenancy::Platform;

/// A running installation.
pub struct Started {
    /// What everything works on.
    pub platform: Platform,
}

impl Started {
    /// Closes every pool, waiting for what is under way, and stops the program's own PostgreSQL.
    pub async fn stop(self) {
        unimplemented!()
    }
}

/// Starts what the settings name.
pub async fn platform(_settings: &Settings) -> Result<Started> {
    unimplemented!()
}
