//! The caps and the closing, on real databases.

mod broken;
mod caps;
mod closing;

use super::{PoolLimits, Pools};
use crate::{
    Clock,
    tenants::{DatabaseAddress, LiveTenant},
    testing::{self, Installation, TestDatabase, until},
};
use futures::future::join_all;
use kernel::{Error, Kind, Result, Slug, TenantId};
use sqlx::PgPool;
use std::{sync::Arc, time::Duration};
use time::macros::datetime;

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
