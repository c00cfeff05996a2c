//! Databases that were made since a server was taken into use: they are open to every role, tenants' roles among them.

use super::{
    Server, connect,
    registration::{DEFAULT, provisioner_name},
    rights,
};
use crate::Platform;
use kernel::Result;
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How often it is looked for new databases.
const LOOK: Duration = Duration::from_mins(1);

/// Closes new databases on the master's server, once a minute, until cancelled. What cannot be closed is logged with the
/// statements that do it.
pub async fn keep_closed(platform: &Platform, until: CancellationToken) {
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let looking = async {
        // The first one is at once, and the start has just closed everything.
        looks.tick().await;
        loop {
            looks.tick().await;
            if let Err(error) = close_new_databases(&platform.master).await {
                tracing::error!(
                    cause = error.cause(),
                    "tenants' roles may connect to a new database: {}",
                    error.message
                );
            }
        }
    };
    until.run_until_cancelled(looking).await;
}

/// Takes the right to connect from every role on what was made on the master's server since.
///
/// # Errors
/// `server_rights` when the master's role may not: the message holds the statements for somebody who may.
pub async fn close_new_databases(master: &PgPool) -> Result<()> {
    let options = (*master.connect_options())
        .clone()
        .disable_statement_logging();
    let mut admin = connect(&options).await?;
    let provisioner = provisioner_name(options.get_database().unwrap_or_default());
    rights::close_databases(&mut admin, &provisioner).await?;
    admin.close().await?;
    Ok(())
}

/// Refuses a server on which a new tenant's role could connect to more than its own database. Its provisioner may not
/// close the databases of others; on the master's server they are closed by [`keep_closed`].
pub(crate) async fn refuse_open(server: &Server, maintenance: &mut PgConnection) -> Result<()> {
    if server.name == DEFAULT {
        return Ok(());
    }
    rights::require_closed(maintenance).await
}
