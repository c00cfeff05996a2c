//! Hearing from the other nodes which tenants were changed.

use super::Resolver;
use kernel::TenantId;
use sqlx::{
    PgPool,
    postgres::{PgListener, PgPoolOptions},
};
use std::{convert::Infallible, time::Duration};
use tokio::time::{sleep, timeout};

/// The channel of `tell_tenant_changed` in the master database; the payload is the tenant's id.
const CHANNEL: &str = "tenant_changed";
/// After this long in silence the connection is tried: a cable that was cut says nothing.
const SILENCE: Duration = Duration::from_secs(15);
/// The longest wait for anything that is answered.
const PATIENCE: Duration = Duration::from_secs(5);
/// Between two tries to connect.
const RETRY: Duration = Duration::from_millis(200);

/// Listens for ever, through any number of connections.
pub(super) async fn listen(resolver: &Resolver) -> Infallible {
    loop {
        if let Err(error) = listen_once(resolver).await {
            tracing::warn!(%error, "not hearing of changed tenants");
        }
        sleep(RETRY).await;
    }
}

/// Listens until the connection is lost.
async fn listen_once(resolver: &Resolver) -> Result<(), sqlx::Error> {
    let line = line(&resolver.0.master.pool);
    let mut listener = PgListener::connect_with(&line).await?;
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    // Whatever was told while nobody listened is lost.
    resolver.forget_all();
    loop {
        match timeout(SILENCE, listener.try_recv()).await {
            Ok(Ok(Some(told))) => match told.payload().parse::<TenantId>() {
                Ok(tenant) => resolver.forget(tenant),
                Err(_) => resolver.forget_all(),
            },
            Ok(Ok(None)) => return Ok(()),
            Ok(Err(error)) => return Err(error),
            Err(_silence) => {
                let alive = sqlx::query("select 1").execute(&mut listener);
                timeout(PATIENCE, alive)
                    .await
                    .map_err(|_| sqlx::Error::PoolTimedOut)??;
            }
        }
    }
}

/// A connection of its own, so that listening takes none from the requests and is never recycled for its age.
fn line(master: &PgPool) -> PgPool {
    PgPoolOptions::new()
        .max_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .acquire_timeout(PATIENCE)
        .connect_lazy_with(master.connect_options().as_ref().clone())
}
