//! When pools are closed, and what they wait for.

use super::*;

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
