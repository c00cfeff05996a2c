use super::{
    NewTenant, NewTenantFields, Progress,
    StepState::{self, Current, Done, Failed, Waiting},
    create, progress, resume_all,
};
use crate::{
    administrators,
    migrations::tenant_version,
    tenants,
    tenants::{Provisioning, TenantStatus},
    testing::{Installation, server},
};
use kernel::Kind;
use secrecy::{ExposeSecret, SecretString};
use sqlx::{ConnectOptions, Connection, PgConnection, postgres::PgConnectOptions};
use time::Duration;

#[tokio::test]
async fn a_new_tenant_has_all_that_it_is_promised() {
    let installation = Installation::new().await;
    let created = installation.create("navi").await;

    assert_eq!(created.status, TenantStatus::Trial);
    assert_eq!(created.subdomain, format!("{}.localhost", created.slug));
    let ends = created.trial_ends_at.expect("a trial ends");
    let left = ends - installation.platform.clock.now();
    assert!(left > Duration::days(29) && left <= Duration::days(30));

    let tenant = tenants::by_slug(&installation.ctx(), created.slug.as_str())
        .await
        .expect("the registry can be read")
        .expect("the tenant is there");
    assert_eq!(tenant.cashback, kernel::CashbackSplit::default());
    assert_eq!(tenant.withdrawal, tenants::WithdrawalConfig::default());
    let modules: Vec<_> = tenant
        .modules
        .iter()
        .map(|module| (module.module_key.key(), module.is_enabled))
        .collect();
    assert_eq!(
        modules,
        [
            ("marketplace", true),
            ("referrals", true),
            ("cashback", true)
        ]
    );
    assert_eq!(tenant.schema_version, Some(tenant_version()));
    assert_eq!(tenant.database_name, created.slug.database_name());

    let live = installation.live(&created.slug).await;
    let lease = installation
        .platform
        .pools
        .lease(&live)
        .await
        .expect("its database serves");
    let users: i64 = sqlx::query_scalar("select count(*) from users")
        .fetch_one(&mut *lease.acquire().await.expect("a connection"))
        .await
        .expect("its role reads its tables");
    assert_eq!(users, 0);

    let signed_in = administrators::sign_in(
        &installation.ctx(),
        Some(tenant.id),
        created.admin_email.as_str(),
        created.admin_password.clone(),
    )
    .await
    .expect("its administrator signs in");
    assert!(!signed_in.awaits_totp);
}

#[tokio::test]
async fn of_two_at_once_with_one_slug_one_is_made_and_the_other_refused() {
    let installation = Installation::new().await;
    let ctx = installation.ctx();
    let new = installation.new_tenant("gemeos");
    let (one, other) = tokio::join!(create(&ctx, new.clone()), create(&ctx, new.clone()));
    let (made, refused) = match (one, other) {
        (Ok(made), Err(refused)) | (Err(refused), Ok(made)) => (made, refused),
        both => panic!("one is made and one refused, not {both:?}"),
    };
    assert_eq!(made.slug, new.slug);
    assert_eq!(
        (refused.kind, refused.code.as_ref()),
        (Kind::Conflict, "slug_taken")
    );
    assert_eq!(refused.fields["slug"], "taken");
}

#[tokio::test]
async fn what_was_interrupted_is_finished_at_the_next_start() {
    let installation = Installation::new().await;
    let created = installation.create("meio").await;
    for state in ["requested", "role_ready", "database_ready", "schema_ready"] {
        sqlx::query("update tenants set provisioning = $1")
            .bind(state)
            .execute(&installation.platform.master)
            .await
            .expect("a step back");
        let now = progress(&installation.ctx(), &created.slug)
            .await
            .expect("readable")
            .expect("there");
        assert!(!now.is_done(), "{state}");
        resume_all(&installation.platform)
            .await
            .expect("everything is finished");
        let now = progress(&installation.ctx(), &created.slug)
            .await
            .expect("readable")
            .expect("there");
        assert!(now.is_done(), "{state}: {now:?}");
    }
}

#[tokio::test]
async fn a_database_or_role_of_somebody_else_is_not_taken() {
    let installation = Installation::new().await;
    let slug = installation.slug("alheio");
    let mut admin = server().connect().await.expect("the server");
    for statement in [
        format!("create role {}", slug.role_name()),
        format!("create database {}", slug.database_name()),
    ] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
            .execute(&mut admin)
            .await
            .expect("made");
    }
    let refused = create(&installation.ctx(), installation.new_tenant("alheio"))
        .await
        .expect_err("not ours");
    assert_eq!(refused.code, "role_exists");
    let now = progress(&installation.ctx(), &slug)
        .await
        .expect("readable")
        .expect("there");
    assert_eq!(now.steps[1].state, StepState::Failed);
    assert!(now.error.expect("a sentence").contains(&slug.role_name()));

    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "drop role {}",
        slug.role_name()
    )))
    .execute(&mut admin)
    .await
    .expect("dropped");
    let refused = create(&installation.ctx(), installation.new_tenant("alheio"))
        .await
        .expect_err("still not ours");
    assert_eq!(refused.code, "database_exists");

    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "drop database {}",
        slug.database_name()
    )))
    .execute(&mut admin)
    .await
    .expect("dropped");
    create(&installation.ctx(), installation.new_tenant("alheio"))
        .await
        .expect("the way is free");
}

#[tokio::test]
async fn a_tenants_role_gets_into_its_own_database_only() {
    let installation = Installation::new().await;
    let here = installation.tenant("aqui").await;
    let there = installation.tenant("la").await;
    let as_tenant = |database: &str| {
        PgConnectOptions::new_without_pgpass()
            .host(&here.database.host)
            .port(here.database.port)
            .username(&here.database.user)
            .password(here.database.password.expose_secret())
            .database(database)
    };
    let own = as_tenant(&here.database.name)
        .connect()
        .await
        .expect("its own");
    let template: String = sqlx::query_scalar(
        "select datname::text from pg_database where datname like 'clube\\_template\\_%' limit 1",
    )
    .fetch_one(&installation.platform.master)
    .await
    .expect("a template");
    for other in [
        installation.master.name(),
        "postgres",
        "template1",
        &template,
        &there.database.name,
    ] {
        assert_refused(as_tenant(other), other).await;
    }
    assert_may_only_use_rows(own).await;
}

async fn assert_refused(options: PgConnectOptions, database: &str) {
    let error = options.connect().await.map(drop).expect_err(database);
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .expect("the server refuses")
        .into_owned();
    // insufficient_privilege; for the template, which takes nobody, object_not_in_prerequisite_state.
    assert!(
        ["42501", "55000"].contains(&code.as_str()),
        "{database}: {error}"
    );
}

async fn assert_may_only_use_rows(mut conn: PgConnection) {
    for statement in [
        "drop table users",
        "alter table users add column x text",
        "create table public.x ()",
        "truncate users",
        "delete from audit_log",
        "create database x",
        "create role x",
        "set role clube_tenant; drop table users",
    ] {
        let refused = sqlx::raw_sql(statement)
            .execute(&mut conn)
            .await
            .expect_err(statement);
        let code = refused
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .expect("the server refuses")
            .into_owned();
        assert_eq!(code, "42501", "{statement}: {refused}");
        sqlx::raw_sql("reset role")
            .execute(&mut conn)
            .await
            .expect("back to itself");
    }
    let limits: (String, String, String) = sqlx::query_as(
        "select current_setting('statement_timeout'), current_setting('lock_timeout'),
                current_setting('idle_in_transaction_session_timeout')",
    )
    .fetch_one(&mut conn)
    .await
    .expect("its settings");
    assert_eq!(
        limits,
        ("15s".to_owned(), "2s".to_owned(), "10s".to_owned())
    );
    conn.close().await.expect("closed");
}

#[test]
fn every_wrong_field_is_named() {
    let refused = NewTenant::parse(NewTenantFields {
        slug: "api".to_owned(),
        email: "nobody".to_owned(),
        document: "11.222.333/0001-82".to_owned(),
        phone: "12".to_owned(),
        plan: "GOLD".to_owned(),
        admin_password: Some(SecretString::from("123")),
        ..NewTenantFields::default()
    })
    .expect_err("all of it is wrong");
    let fields: Vec<_> = refused.fields.keys().map(AsRef::as_ref).collect();
    assert_eq!(
        fields,
        [
            "adminPassword",
            "document",
            "email",
            "name",
            "phone",
            "plan",
            "slug"
        ]
    );
    assert_eq!(refused.fields["slug"], "reserved");
}

#[test]
fn progress_tells_each_step() {
    let slug = kernel::Slug::parse("navi").expect("a slug");
    let states = |reached, error: Option<&str>| {
        let progress = Progress::new(slug.clone(), reached, error.map(str::to_owned));
        progress
            .steps
            .iter()
            .map(|step| step.state)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        states(Provisioning::Requested, None),
        [Done, Current, Waiting, Waiting, Waiting]
    );
    assert_eq!(
        states(Provisioning::DatabaseReady, Some("x")),
        [Done, Done, Done, Failed, Waiting]
    );
    assert_eq!(states(Provisioning::Active, None), [Done; 5]);
}
