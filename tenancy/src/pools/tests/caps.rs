//! The caps, over one tenant and over all.

use super::*;
use tokio::{
    task::{JoinHandle, yield_now},
    time::timeout,
};

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
