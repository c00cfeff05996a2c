//! The caps and the closing, on real databases.

mod broken;

use super::{PoolLimits, Pools};
use crate::{
    Clock,
    tenants::{DatabaseAddress, LiveTenant},
    testing::{self, Installation, TestDatabase},
};
use futures::future::join_all;
use kernel::{Error, Kind, Result, Slug, TenantId};
use sqlx::PgPool;
use std::{future::Future, sync::Arc, time::Duration};
use time::macros::datetime;
use tokio::{
    task::{JoinHandle, yield_now},
    time::{sleep, timeout},
};

/// Some tenants, and pools with caps of the test's choice.
struct Setting {
    installation: Installation,
    pools: Pools,
    clock: Clock,
}

impl Setting {
    async fn new(per_tenant: u32, total: u32) -> Self {
        let clock = Clock::fixed(datetime!(2026-06-01 12:00 UTC));
        let limits = PoolLimits {
            per_tenant,
            total,
            acquire: Duration::from_millis(500),
            ..PoolLimits::default()
        };
        Self {
            installation: Installation::new().await,
            pools: Pools::new(limits, clock.clone()),
            clock,
        }
    }

    /// A tenant with a database of its own.
    async fn tenant(&self, slug: &str) -> (Arc<LiveTenant>, TestDatabase) {
        let (database, address) = testing::tenant_database().await;
        self.installation.register(slug, &address).await;
        let slug = Slug::parse(slug).expect("a slug");
        (self.installation.live(&slug).await, database)
    }

    fn open(&self) -> Vec<TenantId> {
        let mut open: Vec<_> = self
            .pools
            .statistics()
            .into_iter()
            .map(|pool| pool.tenant_id)
            .collect();
        open.sort();
        open
    }
}

/// The same tenant under another id, or with its database elsewhere.
fn like(tenant: &LiveTenant, id: TenantId, database: DatabaseAddress) -> LiveTenant {
    let mut copy = tenant.tenant.clone();
    copy.id = id;
    LiveTenant {
        tenant: copy,
        database,
        token_key: tenant.token_key.clone(),
    }
}

async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let waiting = async {
        while !holds().await {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), waiting)
        .await
        .unwrap_or_else(|_| panic!("still not so: {what}"));
}

/// Connections that clubs have to this database.
async fn backends(database: &TestDatabase) -> i64 {
    sqlx::query_scalar(
        "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'clube'",
    )
    .fetch_one(&database.pool)
    .await
    .expect("the server says who is connected")
}

async fn one(pool: &PgPool) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar("select 1").fetch_one(pool).await
}

fn assert_unavailable<T: std::fmt::Debug>(result: Result<T>) -> Error {
    let error = result.expect_err("it cannot serve");
    assert_eq!(error.kind, Kind::Unavailable, "{error:?}");
    assert_eq!(error.title(), "Tenant unavailable");
    assert!(error.retry_after.is_some());
    error
}

async fn shut(database: &TestDatabase) {
    let name = database.name();
    testing::run(format!("alter database {name} allow_connections false")).await;
    testing::run(format!(
        "select pg_terminate_backend(pid) from pg_stat_activity
         where datname = '{name}' and application_name = 'clube'"
    ))
    .await;
}

async fn unlock(database: &TestDatabase) {
    let name = database.name();
    testing::run(format!("alter database {name} allow_connections true")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_tenants_at_once_stay_within_the_cap() {
    let setting = Setting::new(3, 12).await;
    let (tenant, database) = setting.tenant("clube-navi").await;
    let requests: Vec<_> = (0..400)
        .map(|number| {
            let id = TenantId(uuid::Uuid::from_u128(number / 2 + 1));
            let tenant = like(&tenant, id, tenant.database.clone());
            let pools = setting.pools.clone();
            tokio::spawn(async move {
                // A crowd may be told to come back; it is never let in beyond the cap.
                loop {
                    yield_now().await;
                    let Ok(lease) = pools.lease(&tenant).await else {
                        continue;
                    };
                    // Within the tenant's own cap, so only a slow machine has it wait for too long.
                    let Ok(mut conn) = lease.acquire().await else {
                        continue;
                    };
                    sqlx::query("select pg_sleep(0.005)")
                        .execute(&mut *conn)
                        .await
                        .expect("it answers");
                    break;
                }
            })
        })
        .collect();
    let mut most = 0;
    while !requests.iter().all(JoinHandle::is_finished) {
        most = most.max(backends(&database).await);
    }
    for request in join_all(requests).await {
        request.expect("no panic");
    }
    assert!(most <= 12, "{most} connections at once");
    assert!(setting.pools.statistics().len() <= 4);
}

#[tokio::test]
async fn the_least_recently_used_idle_pool_makes_room_when_it_is_closed() -> Result<()> {
    let setting = Setting::new(2, 4).await;
    let (tenant, _database) = setting.tenant("clube-navi").await;
    let [a, b, c] = [1, 2, 3].map(|number| {
        like(
            &tenant,
            TenantId(uuid::Uuid::from_u128(number)),
            tenant.database.clone(),
        )
    });
    for tenant in [&a, &b, &a] {
        setting.clock.advance(time::Duration::seconds(1));
        setting.pools.lease(tenant).await?;
    }
    drop(setting.pools.lease(&c).await?);
    assert_eq!(setting.open(), [a.id, c.id]);

    // Both in use: no room can be made.
    let held = (
        setting.pools.lease(&a).await?,
        setting.pools.lease(&c).await?,
    );
    assert_unavailable(setting.pools.lease(&b).await);
    // A connection that is still out keeps its place when its pool is closed.
    let conn = held.0.acquire().await?;
    drop(held.0);
    assert_unavailable(setting.pools.lease(&b).await);
    drop(conn);
    until("there is room", || async {
        setting.pools.lease(&b).await.is_ok()
    })
    .await;
    assert_eq!(setting.open(), [b.id, c.id]);
    Ok(())
}

#[tokio::test]
async fn who_waits_gets_the_place_of_the_first_who_leaves() -> Result<()> {
    let setting = Setting::new(2, 2).await;
    let (tenant, _database) = setting.tenant("clube-navi").await;
    let other = like(
        &tenant,
        TenantId(uuid::Uuid::from_u128(1)),
        tenant.database.clone(),
    );
    let held = setting.pools.lease(&tenant).await?;
    let (lease, ()) = tokio::join!(setting.pools.lease(&other), async {
        until("somebody waits", || async {
            setting.pools.0.state().has_waiting()
        })
        .await;
        drop(held);
    });
    lease?;
    assert_eq!(setting.open(), [other.id]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_is_opened_once_for_all_who_want_it() -> Result<()> {
    let setting = Setting::new(2, 20).await;
    let (tenant, database) = setting.tenant("clube-navi").await;
    let leases = join_all((0..200).map(|_| setting.pools.lease(&tenant))).await;
    let leases = leases.into_iter().collect::<Result<Vec<_>>>()?;
    assert_eq!(setting.pools.statistics().len(), 1);
    assert_eq!(setting.pools.statistics()[0].leases, 200);
    let answers = join_all(leases.iter().map(|lease| one(lease))).await;
    assert!(answers.iter().all(Result::is_ok));
    assert!(backends(&database).await <= 2);
    Ok(())
}

#[tokio::test]
async fn a_database_that_moved_gets_a_new_pool() -> Result<()> {
    let setting = Setting::new(2, 20).await;
    let (before, old) = setting.tenant("clube-navi").await;
    let (elsewhere, _new) = setting.tenant("empresa-b").await;
    let after = like(&before, before.id, elsewhere.database.clone());
    let held = setting.pools.lease(&before).await?;
    let moved = setting.pools.lease(&after).await?;
    let name: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(&*moved)
        .await?;
    assert_eq!(name, elsewhere.database.name);
    one(&held).await?; // What began before ends where it began.
    drop(held);
    until("the old pool is closed", || async {
        backends(&old).await == 0
    })
    .await;
    Ok(())
}

#[tokio::test]
async fn a_pool_unused_for_an_hour_is_closed() -> Result<()> {
    let setting = Setting::new(2, 20).await;
    let (quiet, database) = setting.tenant("clube-navi").await;
    let (busy, _other) = setting.tenant("empresa-b").await;
    one(&*setting.pools.lease(&quiet).await?).await?;
    let held = setting.pools.lease(&busy).await?;
    setting.clock.advance(time::Duration::minutes(59));
    setting.pools.sweep();
    assert_eq!(setting.pools.statistics().len(), 2);
    setting.clock.advance(time::Duration::minutes(1));
    setting.pools.sweep();
    assert_eq!(setting.open(), [busy.id], "the other is in use");
    until("its connections are gone", || async {
        backends(&database).await == 0
    })
    .await;
    one(&held).await?;
    Ok(())
}

#[tokio::test]
async fn work_that_comes_by_keeps_no_pool_open() -> Result<()> {
    let setting = Setting::new(2, 20).await;
    let (visited, _database) = setting.tenant("clube-navi").await;
    let (quiet, _other) = setting.tenant("empresa-b").await;
    one(&*setting.pools.lease(&visited).await?).await?;
    one(&*setting.pools.lease_for_job(&quiet).await?).await?;
    setting.pools.sweep();
    assert_eq!(setting.open(), [visited.id], "nobody ever visited it");
    setting.clock.advance(time::Duration::minutes(60));
    one(&*setting.pools.lease_for_job(&visited).await?).await?;
    setting.pools.sweep();
    assert_eq!(setting.open(), []);
    Ok(())
}

#[tokio::test]
async fn a_retired_pool_ends_with_its_last_lease() -> Result<()> {
    let setting = Setting::new(2, 20).await;
    let (tenant, database) = setting.tenant("clube-navi").await;
    let held = setting.pools.lease(&tenant).await?;
    setting.pools.retire(tenant.id);
    one(&held).await?;
    assert!(setting.open().is_empty());
    drop(held);
    until("its connections are gone", || async {
        backends(&database).await == 0
    })
    .await;
    Ok(())
}

#[tokio::test]
async fn stopping_waits_for_what_is_under_way() -> Result<()> {
    let setting = Setting::new(2, 20).await;
    let (tenant, database) = setting.tenant("clube-navi").await;
    let lease = setting.pools.lease(&tenant).await?;
    let mut tx = lease.begin().await?;
    let ((), committed) = tokio::join!(setting.pools.close(), async {
        until("it is stopping", || async {
            setting.pools.lease(&tenant).await.is_err()
        })
        .await;
        sqlx::query("select 1").execute(&mut *tx).await?;
        tx.commit().await?;
        drop(lease);
        Ok::<_, sqlx::Error>(())
    });
    committed?;
    assert_unavailable(setting.pools.lease(&tenant).await);
    until("no connection is left", || async {
        backends(&database).await == 0
    })
    .await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_request_leaves_nothing_half_open() -> Result<()> {
    let setting = Setting::new(2, 2).await;
    let (tenant, _database) = setting.tenant("clube-navi").await;
    for number in 1..40_u64 {
        let other = like(
            &tenant,
            TenantId(uuid::Uuid::from_u128(u128::from(number))),
            tenant.database.clone(),
        );
        let patience = Duration::from_micros(number * 500);
        let _ = timeout(patience, setting.pools.lease(&other)).await;
    }
    // What the cancelled ones had begun to open is closed in the background.
    until("a whole pool can be leased again", async || {
        match setting.pools.lease(&tenant).await {
            Ok(lease) => lease.acquire().await.is_ok(),
            Err(_) => false,
        }
    })
    .await;
    Ok(())
}

#[tokio::test]
async fn nothing_shows_the_password() -> Result<()> {
    let setting = Setting::new(2, 20).await;
    let (tenant, database) = setting.tenant("clube-navi").await;
    let secret = "s3cret-of-the-tenant";
    testing::run(format!(
        "alter role {} password '{secret}'",
        database.name()
    ))
    .await;
    let address = DatabaseAddress {
        password: secret.into(),
        ..tenant.database.clone()
    };
    let tenant = like(&tenant, tenant.id, address);
    let lease = setting.pools.lease(&tenant).await?;
    let shown = format!(
        "{tenant:?} {lease:?} {:?} {:?} {:?}",
        setting.pools,
        setting.pools.statistics(),
        setting.installation.platform.resolver
    );
    assert!(!shown.contains(secret), "{shown}");
    Ok(())
}
