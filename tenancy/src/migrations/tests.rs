use super::{
    MigrationStatus::{self, Current, Failed, Migrated, Pending},
    Options, migrate_all, tenant_version,
};
use crate::testing::{Installation, server};
use kernel::Slug;
use sqlx::{AssertSqlSafe, ConnectOptions};

/// Runs statements in a tenant's database as superuser.
async fn in_database(slug: &Slug, statements: &str) {
    let mut conn = server()
        .database(&slug.database_name())
        .connect()
        .await
        .expect("connected");
    sqlx::raw_sql(AssertSqlSafe(statements.to_owned()))
        .execute(&mut conn)
        .await
        .expect("done");
}

/// As if nothing had ever been migrated.
const EMPTY: &str =
    "drop schema public cascade; create schema public authorization pg_database_owner;";
/// A migration that has to be applied but cannot: what it makes is there.
const BROKEN: &str = "delete from _sqlx_migrations";

async fn run(installation: &Installation, options: &Options) -> Vec<(String, MigrationStatus)> {
    let mut heard = 0;
    let results = migrate_all(&installation.ctx(), options, |_, all| {
        heard += 1;
        assert!(heard <= all);
    })
    .await
    .expect("the run itself does not fail");
    assert_eq!(heard, results.len());
    results
        .into_iter()
        .map(|result| (result.slug.to_string(), result.status))
        .collect()
}

#[tokio::test]
async fn one_broken_tenant_stops_nobody_and_a_second_run_changes_nothing() {
    let installation = Installation::new().await;
    let mut slugs = Vec::new();
    for name in ["a-nova", "b-quebrada", "c-velha"] {
        slugs.push(installation.create(name).await.slug);
    }
    in_database(&slugs[1], BROKEN).await;
    in_database(&slugs[2], EMPTY).await;

    let dry = Options {
        dry_run: true,
        ..Options::default()
    };
    let with = |states: [MigrationStatus; 3]| {
        slugs
            .iter()
            .map(Slug::to_string)
            .zip(states)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        run(&installation, &dry).await,
        with([Current, Pending, Pending])
    );
    assert_eq!(
        run(&installation, &Options::default()).await,
        with([Current, Failed, Migrated])
    );
    assert_eq!(
        run(&installation, &Options::default()).await,
        with([Current, Failed, Current])
    );

    let live = installation.live(&slugs[2]).await;
    installation
        .platform
        .pools
        .lease(&live)
        .await
        .expect("it serves at once");

    let recorded: (Option<i64>, Option<String>) =
        sqlx::query_as("select schema_version, schema_error from tenants where slug = $1")
            .bind(slugs[1].as_str())
            .fetch_one(&installation.platform.master)
            .await
            .expect("recorded");
    assert_eq!(recorded.0, Some(tenant_version()));
    assert!(recorded.1.expect("a sentence").contains("already exists"));
}

#[tokio::test]
async fn a_tenant_that_is_held_up_does_not_hold_up_the_others() {
    let installation = Installation::new().await;
    let held = installation.create("presa").await.slug;
    let free = installation.create("solta").await.slug;
    for slug in [&held, &free] {
        in_database(slug, EMPTY).await;
    }
    // Somebody else migrates it and never ends.
    let mut conn = server()
        .database(&held.database_name())
        .connect()
        .await
        .expect("connected");
    sqlx::raw_sql("begin; create table _sqlx_migrations (version bigint primary key)")
        .execute(&mut conn)
        .await
        .expect("held");
    let results = run(&installation, &Options::default()).await;
    assert_eq!(results[0], (held.to_string(), MigrationStatus::Failed));
    assert_eq!(results[1], (free.to_string(), MigrationStatus::Migrated));
    drop(conn);
}

#[tokio::test]
async fn only_one_tenant_when_asked() {
    let installation = Installation::new().await;
    let slug = installation.create("uma").await.slug;
    installation.create("outra").await;
    let only = Options {
        only: Some(slug.clone()),
        ..Options::default()
    };
    assert_eq!(
        run(&installation, &only).await,
        [(slug.to_string(), MigrationStatus::Current)]
    );
    let nobody = Options {
        only: Some(installation.slug("ninguem")),
        ..Options::default()
    };
    let refused = migrate_all(&installation.ctx(), &nobody, |_, _| {})
        .await
        .expect_err("nobody");
    assert_eq!(refused.code, "not_found");
}
