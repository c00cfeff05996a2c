//! Two nodes on one master database, and nodes that die.

use super::{Lease, Whom, due, failing, try_take};
use crate::{Platform, testing::Installation};
use kernel::{Result, Slug, TenantId};
use sqlx::PgPool;
use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

const JOB: &str = "test_job";
const TERM: Duration = Duration::from_secs(30);

async fn take(node: &Platform, tenant: Option<TenantId>) -> Result<Option<Lease>> {
    try_take(node, JOB, tenant, TERM).await
}

/// Lets the terms and pauses of all leases be over.
async fn let_run_out(master: &PgPool) {
    sqlx::raw_sql("update job_leases set until = now()")
        .execute(master)
        .await
        .expect("a superuser may");
}

#[tokio::test]
async fn one_node_at_a_time_has_the_lease_of_a_tenants_job() -> Result<()> {
    let installation = Installation::new().await;
    let (here, there) = (
        installation.platform.clone(),
        installation.another_node().await,
    );
    let navi = installation.register_without_database("clube-navi").await;
    let other = installation.register_without_database("empresa-b").await;
    let lease = take(&here, Some(navi)).await?.expect("nobody has it");
    assert!(take(&there, Some(navi)).await?.is_none());
    assert!(take(&here, Some(navi)).await?.is_none(), "nor twice");
    assert!(take(&there, Some(other)).await?.is_some());
    assert!(take(&there, None).await?.is_some(), "the platform's own");
    assert!(take(&here, None).await?.is_none());
    lease.finish(Duration::ZERO, None).await?;
    assert!(take(&there, Some(navi)).await?.is_some());
    Ok(())
}

#[tokio::test]
async fn many_who_ask_at_once_never_work_at_once() -> Result<()> {
    let installation = Installation::new().await;
    let (here, there) = (
        installation.platform.clone(),
        installation.another_node().await,
    );
    let navi = installation.register_without_database("clube-navi").await;
    let (working, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = async |node: &Platform| -> Result<()> {
        while done.load(Ordering::SeqCst) < 20 {
            let Some(mut lease) = take(node, Some(navi)).await? else {
                continue;
            };
            lease
                .hold(async {
                    assert_eq!(working.fetch_add(1, Ordering::SeqCst), 0, "alone");
                    tokio::task::yield_now().await;
                    working.fetch_sub(1, Ordering::SeqCst);
                })
                .await?;
            done.fetch_add(1, Ordering::SeqCst);
            lease.finish(Duration::ZERO, None).await?;
        }
        Ok(())
    };
    let (a, b, c, d) = tokio::join!(work(&here), work(&there), work(&here), work(&there));
    a.and(b).and(c).and(d)
}

#[tokio::test]
async fn the_lease_of_a_dead_node_runs_out() -> Result<()> {
    let installation = Installation::new().await;
    let there = installation.another_node().await;
    let dead = take(&installation.platform, None).await?;
    assert!(dead.is_some() && take(&there, None).await?.is_none());
    drop(dead);
    assert!(take(&there, None).await?.is_none(), "not before its term");
    let_run_out(&installation.master.pool).await;
    assert!(take(&there, None).await?.is_some());
    Ok(())
}

#[tokio::test]
async fn work_outlasts_the_term_but_not_the_lease() -> Result<()> {
    let installation = Installation::new().await;
    let (here, there) = (
        installation.platform.clone(),
        installation.another_node().await,
    );
    let term = Duration::from_millis(900);
    let mut lease = try_take(&here, JOB, None, term).await?.expect("free");
    // Three terms of work; whoever asks meanwhile gets nothing.
    lease
        .hold(async {
            let end = tokio::time::Instant::now() + 3 * term;
            while tokio::time::Instant::now() < end {
                let taken = take(&there, None).await.expect("the master answers");
                assert!(taken.is_none());
            }
        })
        .await?;
    sqlx::raw_sql("delete from job_leases")
        .execute(&installation.master.pool)
        .await?;
    let theirs = take(&there, None).await?;
    assert!(theirs.is_some());
    let lost = lease.hold(std::future::pending::<()>()).await;
    assert_eq!(lost.map_err(|error| error.code), Err("lease_lost".into()));
    lease.finish(Duration::ZERO, None).await?;
    assert!(take(&here, None).await?.is_none(), "it is theirs now");
    Ok(())
}

#[tokio::test]
async fn a_pause_is_kept_and_failures_are_remembered() -> Result<()> {
    let installation = Installation::new().await;
    let here = installation.platform.clone();
    let navi = installation.register_without_database("clube-navi").await;
    let lease = take(&here, Some(navi)).await?.expect("free");
    assert_eq!(lease.failed_before(), None);
    lease.finish(TERM, Some("its database is down")).await?;
    assert!(take(&here, Some(navi)).await?.is_none(), "the pause");

    let ctx = installation.ctx();
    let failing_now = failing(&ctx).await?;
    assert_eq!(failing_now.len(), 1);
    assert_eq!(
        failing_now[0].tenant,
        Some(Slug::parse("clube-navi").expect("a slug"))
    );
    assert_eq!(failing_now[0].error, "its database is down");

    let_run_out(&installation.master.pool).await;
    let lease = take(&here, Some(navi)).await?.expect("free");
    assert_eq!(lease.failed_before(), Some("its database is down"));
    lease.finish(TERM, None).await?;
    assert_eq!(failing(&ctx).await?, []);
    Ok(())
}

#[tokio::test]
async fn due_are_those_who_are_served_and_whose_pause_is_over() -> Result<()> {
    let installation = Installation::new().await;
    let here = installation.platform.clone();
    let navi = installation.register_without_database("clube-navi").await;
    let other = installation.register_without_database("empresa-b").await;
    let ids = async |busy: &[TenantId]| -> Result<Vec<TenantId>> {
        let busy: BTreeSet<_> = busy.iter().copied().collect();
        let due = due(&here, JOB, Whom::Served, &busy, Duration::from_hours(1)).await?;
        Ok(due.into_iter().map(|due| due.id).collect())
    };
    assert_eq!(ids(&[]).await?.len(), 2, "they never had their turn");
    for id in [navi, other] {
        let lease = take(&here, Some(id)).await?.expect("free");
        assert!(!ids(&[id]).await?.contains(&id), "it is being done");
        lease.finish(Duration::ZERO, None).await?;
    }
    assert_eq!(ids(&[navi]).await?, [navi], "the other one is idle");
    sqlx::raw_sql("update job_leases set until = now() - interval '61 minutes'")
        .execute(&installation.master.pool)
        .await?;
    assert_eq!(ids(&[]).await?.len(), 2);
    let with_money = async || -> Result<usize> {
        let due = due(
            &here,
            JOB,
            Whom::WithMoney,
            &BTreeSet::new(),
            Duration::ZERO,
        )
        .await?;
        Ok(due.len())
    };
    // What is on its way is the members', whatever becomes of the club's plan.
    for (change, count) in [
        ("status = 'suspended'", 2),
        ("status = 'expired'", 2),
        ("status = 'trial', trial_ends_at = '2020-01-01'", 2),
        ("status = 'active', subscription_status = 'SUSPENDED'", 2),
        ("status = 'cancelled'", 1),
    ] {
        let change = format!("update tenants set {change} where id = $1");
        sqlx::query(sqlx::AssertSqlSafe(change))
            .bind(navi.0)
            .execute(&installation.master.pool)
            .await?;
        assert_eq!(ids(&[]).await?, [other]);
        assert_eq!(with_money().await?, count);
    }
    Ok(())
}
