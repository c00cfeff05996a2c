//! The master database is away.

use super::{navi, noon, resolved, slug, until};
use crate::{
    resolution::Resolver,
    testing::{self, Installation},
};
use kernel::{Error, Result};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use std::time::Duration;

/// The database refuses everybody, and those who were connected are thrown out.
async fn take_away(installation: &Installation) {
    let name = installation.master.name();
    testing::run(format!("alter database {name} allow_connections false")).await;
    testing::run(format!(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    ))
    .await;
}

async fn bring_back(installation: &Installation) {
    let name = installation.master.name();
    testing::run(format!("alter database {name} allow_connections true")).await;
}

async fn refusal(resolver: &Resolver, slug: &str) -> Error {
    resolver
        .resolve(Some(slug), "")
        .await
        .expect_err("nobody knows")
}

#[tokio::test]
async fn who_is_known_is_served_and_who_is_not_gets_the_500() {
    let installation = Installation::at(noon()).await;
    installation.register_without_database("clube-navi").await;
    let changed = installation.register_without_database("empresa-b").await;
    let resolver = &installation.platform.resolver;
    resolved(&installation, "clube-navi").await;
    resolved(&installation, "empresa-b").await;

    take_away(&installation).await;
    assert_eq!(slug(resolver, "clube-navi").await, navi());
    let error = refusal(resolver, "never-seen").await;
    assert_eq!(
        serde_json::to_value(error.body(Some("request"))).ok(),
        Some(
            serde_json::json!({ "error": "Internal server error", "message": "Failed to resolve tenant" })
        )
    );

    // From now on nobody waits for the master: neither the unknown, nor the known whose time is up.
    let asked = resolver.loads();
    installation
        .platform
        .clock
        .advance(time::Duration::hours(2));
    for _ in 0..100 {
        assert_eq!(slug(resolver, "clube-navi").await, navi());
        refusal(resolver, "never-seen").await;
    }
    assert_eq!(resolver.loads(), asked);

    // Whose last copy is known to be wrong is not served with it; whatever may be wrong is.
    resolver.forget(changed);
    resolver.forget_all();
    refusal(resolver, "empresa-b").await;
    assert_eq!(slug(resolver, "clube-navi").await, navi());

    bring_back(&installation).await;
    until("the master is asked again", || async {
        resolver.resolve(Some("empresa-b"), "").await.is_ok()
    })
    .await;
    assert_eq!(slug(resolver, "never-seen").await, None);
}

#[tokio::test]
async fn a_refused_connection_is_noticed_before_the_pools_time_is_up() -> Result<()> {
    let installation = Installation::at(noon()).await;
    // Nothing listens at port 1.
    let nowhere = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(1);
    let pool = PgPoolOptions::new()
        .acquire_timeout(Duration::from_hours(1))
        .connect_lazy_with(nowhere);
    let resolver = Resolver::new(
        pool,
        installation.platform.keyring.clone(),
        vec!["localhost".to_owned()],
        noon(),
    );
    for _ in 0..3 {
        let error = refusal(&resolver, "clube-navi").await;
        assert_eq!(error.message, "Failed to resolve tenant");
    }
    assert_eq!(resolver.loads(), 1);
    Ok(())
}

#[tokio::test]
async fn a_tenant_whose_secrets_do_not_open_is_the_500_and_nobody_elses_trouble() -> Result<()> {
    let installation = Installation::at(noon()).await;
    installation.register_without_database("clube-navi").await;
    installation.register_without_database("empresa-b").await;
    sqlx::query!("update tenants set token_key = 'nonsense' where slug = 'empresa-b'")
        .execute(&installation.master.pool)
        .await?;
    let resolver = &installation.platform.resolver;
    for _ in 0..3 {
        let error = refusal(resolver, "empresa-b").await;
        assert_eq!(error.message, "Failed to resolve tenant");
        assert_eq!(slug(resolver, "clube-navi").await, navi());
    }
    Ok(())
}
