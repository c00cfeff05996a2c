//! What is remembered, for whom, and how long.

use super::{host, navi, noon, resolved, slug, until};
use crate::{
    Platform,
    resolution::{Resolver, ResolverLimits},
    tenants::{self, LiveTenant, TenantName, TenantPatch, TenantStatus, row},
    testing::Installation,
};
use futures::{StreamExt, future::join_all, stream};
use kernel::{Result, TenantId};
use std::sync::atomic::{AtomicU32, Ordering};
use tokio_util::sync::CancellationToken;

fn status(status: TenantStatus) -> TenantPatch {
    TenantPatch {
        status: Some(status),
        ..TenantPatch::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_who_want_a_cold_name_make_one_query() {
    let installation = Installation::at(noon()).await;
    installation.register_without_database("clube-navi").await;
    let resolver = &installation.platform.resolver;

    let tasks = (0..1000).map(|_| {
        let resolver = resolver.clone();
        tokio::spawn(async move { slug(&resolver, "clube-navi").await })
    });
    for found in join_all(tasks).await {
        assert_eq!(found.expect("no panic"), navi());
    }
    assert_eq!(resolver.loads(), 1);

    let tasks = (0..1000).map(|_| slug(resolver, "nobody-here"));
    assert!(join_all(tasks).await.iter().all(Option::is_none));
    assert_eq!(resolver.loads(), 2);
}

/// Nothing but the one statement is asked: with the way to single data keys cut, the tenant's secrets open all the same.
#[tokio::test]
async fn a_tenants_data_keys_come_with_its_row() -> Result<()> {
    let installation = Installation::at(noon()).await;
    installation.register_without_database("clube-navi").await;
    let node = installation.another_node().await;
    let mut conn = node.master.acquire().await?;
    let name = TenantName::Slug("clube-navi".to_owned());
    let sealed = row::sealed(&mut conn, &name).await?.expect("it is there");
    drop(conn);
    node.master.close().await;
    assert_eq!(
        sealed.unseal(&node.keyring).await?.slug.as_str(),
        "clube-navi"
    );
    Ok(())
}

#[tokio::test]
async fn a_flood_of_unknown_names_pushes_nobody_out() {
    let installation = Installation::at(noon()).await;
    installation.register_without_database("clube-navi").await;
    let limits = ResolverLimits {
        known: 10,
        unknown: 500,
        ..ResolverLimits::default()
    };
    let resolver = Resolver::with_limits(
        installation.master.pool.clone(),
        installation.platform.keyring.clone(),
        vec!["localhost".to_owned()],
        installation.platform.clock.clone(),
        limits,
    );
    assert_eq!(host(&resolver, "clube-navi.localhost").await, navi());

    // Names that cannot be anybody's are not even looked up.
    let before = resolver.loads();
    for number in 0..100_000 {
        assert_eq!(slug(&resolver, &format!("-{number}")).await, None);
    }
    assert_eq!(resolver.loads(), before);

    stream::iter(0..5_000)
        .for_each_concurrent(20, async |number| {
            assert_eq!(
                host(&resolver, &format!("x{number}.example.org")).await,
                None
            );
        })
        .await;
    let before = resolver.loads();
    assert_eq!(host(&resolver, "clube-navi.localhost").await, navi());
    assert_eq!(resolver.loads(), before, "it was still there");
    resolver.0.cache.settle().await;
    assert!(resolver.0.cache.unknown() <= limits.unknown);
}

#[tokio::test]
async fn names_of_different_kinds_are_different_keys() -> Result<()> {
    let installation = Installation::at(noon()).await;
    let id = installation.register_without_database("clube-navi").await;
    let resolver = &installation.platform.resolver;
    assert_eq!(slug(resolver, "clube-navi").await, navi());
    assert_eq!(
        host(resolver, "clube-navi").await,
        None,
        "a host of that name is nobody's"
    );
    assert_eq!(host(resolver, "clube-navi.localhost").await, navi());

    sqlx::query!(
        "insert into tenant_domains (id, tenant_id, domain, token, created_at) values ($1, $2, $3, 'token', $4)",
        installation.platform.clock.new_id(),
        id as _,
        "clubenavi.com.br",
        installation.platform.clock.now(),
    )
    .execute(&installation.master.pool)
    .await?;
    resolver.forget(id);
    assert_eq!(
        host(resolver, "clubenavi.com.br").await,
        None,
        "not yet verified"
    );

    sqlx::query!("update tenant_domains set verified_at = now()")
        .execute(&installation.master.pool)
        .await?;
    resolver.forget(id);
    assert_eq!(host(resolver, "clubenavi.com.br").await, navi());
    assert_eq!(slug(resolver, "clubenavi.com.br").await, None);
    Ok(())
}

#[tokio::test]
async fn a_tenant_that_is_still_being_made_is_nobody() -> Result<()> {
    let installation = Installation::at(noon()).await;
    let id = installation.register_without_database("clube-navi").await;
    let resolver = &installation.platform.resolver;
    sqlx::query!("update tenants set provisioning = 'schema_ready'")
        .execute(&installation.master.pool)
        .await?;
    assert_eq!(slug(resolver, "clube-navi").await, None);
    sqlx::query!("update tenants set provisioning = 'active'")
        .execute(&installation.master.pool)
        .await?;
    resolver.forget(id);
    assert_eq!(slug(resolver, "clube-navi").await, navi());
    Ok(())
}

#[tokio::test]
async fn a_change_is_seen_at_once_here_and_soon_on_the_other_node() -> Result<()> {
    let installation = Installation::at(noon()).await;
    installation.register_without_database("clube-navi").await;
    let (here, there) = (&installation.platform, installation.another_node().await);
    let stop = CancellationToken::new();
    let listening = tokio::spawn({
        let (resolver, stop) = (there.resolver.clone(), stop.clone());
        async move { resolver.listen(stop).await }
    });
    until("the other node listens", || async {
        is_heard(&installation).await
    })
    .await;
    assert_eq!(slug(&there.resolver, "clube-navi").await, navi());
    assert_eq!(
        resolved(&installation, "clube-navi").await.status,
        TenantStatus::Trial
    );

    let changed = tenants::change(
        &installation.ctx(),
        "clube-navi",
        status(TenantStatus::Suspended),
    )
    .await?;
    assert_eq!(changed.status, TenantStatus::Suspended);
    let refusal = resolved(&installation, "clube-navi")
        .await
        .admit(here.clock.now())
        .expect_err("suspended here");
    assert_eq!(refusal.title(), "Tenant suspended");
    until("it is suspended there", || async {
        status_on(&there, "clube-navi").await == TenantStatus::Suspended
    })
    .await;

    stop.cancel();
    listening.await.expect("listening ends");
    Ok(())
}

#[tokio::test]
async fn a_listener_that_was_cut_off_forgets_everything() -> Result<()> {
    let installation = Installation::at(noon()).await;
    installation.register_without_database("clube-navi").await;
    let resolver = installation.platform.resolver.clone();
    let stop = CancellationToken::new();
    let _stopping = stop.clone().drop_guard();
    tokio::spawn({
        let resolver = resolver.clone();
        async move { resolver.listen(stop).await }
    });
    until("it listens", || async { is_heard(&installation).await }).await;
    assert_eq!(slug(&resolver, "clube-navi").await, navi());
    // Nobody is told of this change.
    sqlx::raw_sql(
        "alter table tenants disable trigger tell; update tenants set status = 'suspended'",
    )
    .execute(&installation.master.pool)
    .await?;
    assert_eq!(
        status_on(&installation.platform, "clube-navi").await,
        TenantStatus::Trial
    );

    sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'LISTEN%'")
        .execute(&installation.master.pool)
        .await?;
    until("it was all forgotten", || async {
        status_on(&installation.platform, "clube-navi").await == TenantStatus::Suspended
    })
    .await;
    Ok(())
}

#[tokio::test]
async fn an_answer_that_a_change_overtook_is_asked_for_again() {
    let installation = Installation::at(noon()).await;
    let id = installation.register_without_database("clube-navi").await;
    let tenant = resolved(&installation, "clube-navi").await;
    let cache = &installation.platform.resolver.0.cache;
    let name = TenantName::Slug("another-name".to_owned());
    let asked = AtomicU32::new(0);
    let found = cache
        .load::<_, std::convert::Infallible>(&name, || async {
            // The first answer is already read when the change happens.
            if asked.fetch_add(1, Ordering::SeqCst) == 0 {
                cache.forget(id);
            }
            Ok(Some(copy(&tenant)))
        })
        .await;
    assert!(matches!(found, Ok(super::super::cache::Known::Tenant(_))));
    assert_eq!(asked.load(Ordering::SeqCst), 2);

    let asked = AtomicU32::new(0);
    let name = TenantName::Slug("nobody".to_owned());
    let found = cache
        .load::<_, std::convert::Infallible>(&name, || async {
            if asked.fetch_add(1, Ordering::SeqCst) == 0 {
                cache.forget(TenantId(installation.platform.clock.new_id()));
            }
            Ok(None)
        })
        .await;
    assert!(matches!(found, Ok(super::super::cache::Known::Nobody)));
    assert_eq!(
        asked.load(Ordering::SeqCst),
        2,
        "the tenant may have been made meanwhile"
    );
}

/// Whether somebody listens on this installation's master database.
async fn is_heard(installation: &Installation) -> bool {
    sqlx::query_scalar::<_, bool>(
        "select exists (select from pg_stat_activity where datname = current_database() and query like 'LISTEN%')",
    )
    .fetch_one(&installation.master.pool)
    .await
    .expect("the server says who is connected")
}

async fn status_on(node: &Platform, slug: &str) -> TenantStatus {
    match node.resolver.resolve(Some(slug), "").await {
        Ok(super::Site::Tenant(tenant)) => tenant.status,
        other => panic!("{slug} resolves to {other:?}"),
    }
}

fn copy(tenant: &LiveTenant) -> LiveTenant {
    LiveTenant {
        tenant: tenant.tenant.clone(),
        database: tenant.database.clone(),
        token_key: tenant.token_key.clone(),
    }
}
