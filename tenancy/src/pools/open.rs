//! One open pool, and what it takes to open it.

use super::{PoolLimits, breaker::Breaker};
use crate::{
    migrations,
    tenants::{DatabaseAddress, LiveTenant},
};
use kernel::{Error, Result, TenantId};
use secrecy::ExposeSecret;
use sqlx::{
    ConnectOptions, Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use time::OffsetDateTime;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::OwnedSemaphorePermit,
    time::{sleep, timeout},
};

/// The longest that connecting to a tenant's server may take.
pub(super) const CONNECT: Duration = Duration::from_secs(2);
/// After this long without a connection it is asked whether there is a server at all.
const DOUBT: Duration = Duration::from_millis(100);
/// How long a server may take to answer that knock; with the doubt shorter than a request's shortest wait for a
/// connection.
const KNOCK: Duration = Duration::from_millis(750);
/// A connection that nobody used for this long is asked whether there is still somebody at its other end.
const UNSURE: Duration = Duration::from_secs(1);
/// How long the answer may take.
const ANSWER: Duration = Duration::from_millis(250);
/// How often an open pool's database is asked again whether its schema still is what the code needs, in seconds.
const INSPECTION: i64 = 5;
/// A connection unused for this long is closed, so that a quiet tenant costs no backend.
const IDLE_CONNECTION: Duration = Duration::from_mins(10);

/// Whose database, and where.
pub(super) struct Target {
    pub(super) tenant: TenantId,
    pub(super) address: DatabaseAddress,
}

impl Target {
    pub(super) fn of(tenant: &LiveTenant) -> Self {
        Self {
            tenant: tenant.id,
            address: tenant.database.clone(),
        }
    }
}

/// A pool and its share of the cap over all pools, which is given back only when every connection is closed.
pub(super) struct Open {
    pub(super) target: Target,
    pub(super) pool: PgPool,
    pub(super) breaker: Arc<Breaker>,
    last_used: AtomicI64,
    inspected: AtomicI64,
    share: OwnedSemaphorePermit,
}

impl Open {
    /// Looks into the database and opens its pool when the database is fit to serve.
    pub(super) async fn new(
        target: Target,
        limits: PoolLimits,
        breaker: Arc<Breaker>,
        share: OwnedSemaphorePermit,
        now: OffsetDateTime,
    ) -> Result<Self> {
        let options = connect_options(&target.address);
        match timeout(CONNECT, inspect(&options)).await {
            Ok(result) => result?,
            Err(_) => return Err(Error::tenant_unavailable().because("connecting took too long")),
        }
        let pool = PgPoolOptions::new()
            .max_connections(limits.per_tenant)
            .min_connections(0)
            .acquire_timeout(limits.acquire)
            .idle_timeout(IDLE_CONNECTION)
            .test_before_acquire(false)
            .before_acquire(|conn, kept| {
                Box::pin(async move {
                    // Refused, it is closed and the next one is taken.
                    Ok(kept.idle_for < UNSURE
                        || matches!(timeout(ANSWER, conn.ping()).await, Ok(Ok(()))))
                })
            })
            .connect_lazy_with(options);
        Ok(Self {
            target,
            pool,
            breaker,
            last_used: AtomicI64::new(0),
            inspected: AtomicI64::new(now.unix_timestamp()),
            share,
        })
    }

    /// When it was last leased or given back.
    pub(super) fn last_used(&self) -> i64 {
        self.last_used.load(Ordering::Relaxed)
    }

    pub(super) fn touch(&self, now: OffsetDateTime) {
        self.last_used
            .store(now.unix_timestamp(), Ordering::Relaxed);
    }

    /// Whether the database is due to be asked again; true for one of all who come at that time.
    pub(super) fn is_inspection_due(&self, now: OffsetDateTime) -> bool {
        let (now, last) = (now.unix_timestamp(), self.inspected.load(Ordering::Relaxed));
        now >= last + INSPECTION
            && self
                .inspected
                .compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }

    /// Closes every connection, then gives the share back.
    pub(super) async fn close(self) {
        self.pool.close().await;
        drop(self.share);
    }

    /// Ends only when no server answers at the address: sqlx's pool goes on trying until its time is up. Takes no
    /// connection of the cap.
    pub(super) async fn is_gone(&self) {
        sleep(DOUBT).await;
        let DatabaseAddress { host, port, .. } = &self.target.address;
        let is_socket = host.starts_with('/');
        if is_socket || matches!(timeout(KNOCK, knock(host, *port)).await, Ok(Ok(()))) {
            std::future::pending::<()>().await;
        }
    }
}

/// Waits until a server says a word. A system goes on taking connections for one that is frozen, so it is asked
/// something: whether it speaks TLS, which it answers before anybody has a name.
async fn knock(host: &str, port: u16) -> io::Result<()> {
    const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];
    let mut stream = TcpStream::connect((host, port)).await?;
    stream.write_all(&SSL_REQUEST).await?;
    stream.read_u8().await.map(drop)
}

fn connect_options(address: &DatabaseAddress) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .host(&address.host)
        .port(address.port)
        .database(&address.name)
        .username(&address.user)
        .password(address.password.expose_secret())
        .application_name("clube")
        .disable_statement_logging()
}

/// Connects once and looks at the schema.
async fn inspect(options: &PgConnectOptions) -> Result<()> {
    let mut conn = PgConnection::connect_with(options)
        .await
        .map_err(unavailable)?;
    let found = schema_version(&mut conn).await.map_err(unavailable)?;
    conn.close().await.map_err(unavailable)?;
    require_schema(found)
}

/// The database's own word on its schema: the registry's copy is only for screens.
pub(super) async fn schema_version(conn: &mut PgConnection) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("select max(version) from _sqlx_migrations where success")
        .fetch_one(conn)
        .await
}

pub(super) fn require_schema(found: Option<i64>) -> Result<()> {
    let needed = migrations::tenant_version();
    if found < Some(needed) {
        let cause = format!("the schema is at {found:?}, the code needs {needed}");
        return Err(Error::tenant_unavailable().because(cause));
    }
    Ok(())
}

pub(super) fn unavailable(error: sqlx::Error) -> Error {
    Error::tenant_unavailable().because(error)
}
