//! Databases that cannot be reached, die, or are behind the code.

use super::*;
use crate::migrations;

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
