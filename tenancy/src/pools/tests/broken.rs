//! Databases that cannot be reached, die, or are behind the code.

use super::*;
use crate::migrations;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{sleep, timeout},
};

/// How long something that would otherwise never end may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longer than a connection is trusted without a question.
const A_WHILE: Duration = Duration::from_millis(1100);

/// The way to a database server. It can be made to fall silent, as when a machine freezes: connections stay, and nothing
/// comes through them.
struct Line {
    port: u16,
    /// Connections that were made before this count are silent; at the highest one all are.
    silenced: watch::Sender<u64>,
}

impl Line {
    async fn to(address: &DatabaseAddress) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (silenced, watched) = watch::channel(0);
        let server = (address.host.clone(), address.port);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(carry(near, server.clone(), watched.clone()));
            }
        });
        Self { port, silenced }
    }

    fn silence_what_is_open(&self) {
        self.silenced.send_modify(|count| *count += 1);
    }

    fn silence_everything(&self) {
        self.silenced.send_replace(u64::MAX);
    }

    /// The same tenant, by this way.
    fn leads_to(&self, tenant: &LiveTenant) -> LiveTenant {
        let address = DatabaseAddress {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            ..tenant.database.clone()
        };
        like(tenant, tenant.id, address)
    }
}

async fn carry(mut near: TcpStream, server: (String, u16), mut silenced: watch::Receiver<u64>) {
    let born = *silenced.borrow();
    let is_silent = |count: &u64| *count > born || *count == u64::MAX;
    let mut far = TcpStream::connect(server).await.expect("the server");
    tokio::select! {
        biased;
        Ok(()) = async { silenced.wait_for(is_silent).await.map(drop) } => std::future::pending().await,
        _ = copy_bidirectional(&mut near, &mut far) => {}
    }
}

#[tokio::test]
async fn a_connection_that_fell_silent_is_replaced() -> Result<()> {
    let setting = Setting::new(2, 20).await;
    let (tenant, _database) = setting.tenant("clube-navi").await;
    let line = Line::to(&tenant.database).await;
    let lease = setting.pools.lease(&line.leads_to(&tenant)).await?;
    drop(lease.acquire().await?);

    line.silence_what_is_open();
    sleep(A_WHILE).await;
    let begun = timeout(PATIENCE, lease.begin()).await;
    begun.expect("nobody waits for it")?.commit().await?;
    Ok(())
}

#[tokio::test]
async fn a_server_that_fell_silent_is_down() -> Result<()> {
    let setting = Setting::new(2, 20).await;
    let (tenant, _database) = setting.tenant("clube-navi").await;
    let line = Line::to(&tenant.database).await;
    let limits = PoolLimits {
        acquire: PATIENCE,
        ..PoolLimits::default()
    };
    let pools = Pools::new(limits, setting.clock.clone());
    let lease = pools.lease(&line.leads_to(&tenant)).await?;
    drop(lease.acquire().await?);

    line.silence_everything();
    sleep(A_WHILE).await;
    let begun = timeout(PATIENCE, lease.begin()).await;
    let error = assert_unavailable(begun.expect("nobody waits for it"));
    assert_eq!(error.cause(), Some("no server answers at its address"));
    let error = assert_unavailable(lease.acquire().await);
    assert_eq!(error.cause(), Some("its database failed a moment ago"));
    Ok(())
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_not_tried_by_everybody() -> Result<()> {
    let setting = Setting::new(2, 20).await;
    let (sick, database) = setting.tenant("clube-navi").await;
    let (healthy, _other) = setting.tenant("empresa-b").await;
    shut(&database).await;
    assert_unavailable(setting.pools.lease(&sick).await);
    let error = assert_unavailable(setting.pools.lease(&sick).await);
    assert_eq!(error.cause(), Some("its database failed a moment ago"));
    setting.pools.lease(&healthy).await?.acquire().await?;

    unlock(&database).await;
    until("it is served again", || async {
        setting.pools.lease(&sick).await.is_ok()
    })
    .await;
    Ok(())
}

#[tokio::test]
async fn a_database_that_dies_under_an_open_pool_is_noticed() -> Result<()> {
    let setting = Setting::new(2, 20).await;
    let (tenant, database) = setting.tenant("clube-navi").await;
    let (healthy, _other) = setting.tenant("empresa-b").await;
    let lease = setting.pools.lease(&tenant).await?;
    lease.begin().await?.commit().await?;

    shut(&database).await;
    // The connection that was open is found dead, and no other is to be had.
    assert_unavailable(lease.begin().await);
    let error = assert_unavailable(lease.acquire().await);
    assert_eq!(error.cause(), Some("its database failed a moment ago"));
    let error = assert_unavailable(setting.pools.lease(&tenant).await);
    assert_eq!(error.cause(), Some("its database failed a moment ago"));
    setting.pools.lease(&healthy).await?.acquire().await?;

    unlock(&database).await;
    until("it is served again", || async {
        setting.pools.lease(&tenant).await.is_ok()
    })
    .await;
    setting.pools.lease(&tenant).await?.begin().await?;
    Ok(())
}

#[tokio::test]
async fn connections_lost_while_nobody_used_them_harm_no_transaction() -> Result<()> {
    let setting = Setting::new(3, 20).await;
    let (tenant, database) = setting.tenant("clube-navi").await;
    let lease = setting.pools.lease(&tenant).await?;
    let conns = join_all((0..3).map(|_| lease.acquire())).await;
    drop(conns);
    shut(&database).await;
    unlock(&database).await;
    lease.begin().await?.commit().await?;
    Ok(())
}

#[tokio::test]
async fn nothing_listens_at_the_address() {
    let setting = Setting::new(2, 20).await;
    let (tenant, _database) = setting.tenant("clube-navi").await;
    let nowhere = DatabaseAddress {
        port: 1,
        ..tenant.database.clone()
    };
    let moved = like(&tenant, tenant.id, nowhere);
    assert_unavailable(setting.pools.lease(&moved).await);
    assert!(setting.open().is_empty());
}

#[tokio::test]
async fn a_schema_behind_the_code_is_not_served_until_it_has_caught_up() -> Result<()> {
    let setting = Setting::new(2, 20).await;
    let (tenant, database) = setting.tenant("clube-navi").await;
    let newest = migrations::tenant_version();
    let set = async |done: bool| {
        sqlx::query("update _sqlx_migrations set success = $1 where version = $2")
            .bind(done)
            .bind(newest)
            .execute(&database.pool)
            .await
    };
    set(false).await?;
    let error = assert_unavailable(setting.pools.lease(&tenant).await);
    assert!(
        error
            .cause()
            .is_some_and(|cause| cause.starts_with("the schema is at")),
        "{error:?}"
    );
    set(true).await?;
    until("it is served", || async {
        setting.pools.lease(&tenant).await.is_ok()
    })
    .await;
    Ok(())
}

#[tokio::test]
async fn an_open_pool_notices_a_schema_that_fell_behind() -> Result<()> {
    let setting = Setting::new(2, 20).await;
    let (tenant, database) = setting.tenant("clube-navi").await;
    let set = async |done: bool| {
        sqlx::query("update _sqlx_migrations set success = $1 where version = $2")
            .bind(done)
            .bind(migrations::tenant_version())
            .execute(&database.pool)
            .await
    };
    let lease = setting.pools.lease(&tenant).await?;
    set(false).await?;
    // It was asked a moment ago.
    drop(lease.acquire().await?);
    setting.clock.advance(time::Duration::seconds(5));
    let error = assert_unavailable(lease.acquire().await);
    assert!(
        error
            .cause()
            .is_some_and(|cause| cause.starts_with("the schema is at")),
        "{error:?}"
    );
    drop(lease);
    assert_unavailable(setting.pools.lease(&tenant).await);
    set(true).await?;
    until("it is served", || async {
        setting.pools.lease(&tenant).await.is_ok()
    })
    .await;
    Ok(())
}
