use super::{
    Server, close_new_databases, open, register_default,
    sql::{ident, run_among_others},
};
use crate::{
    secrets::Keyring,
    testing::{Installation, server, until},
};
use secrecy::ExposeSecret;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

async fn registered(installation: &Installation) -> Server {
    let id = sqlx::query_scalar!("select id from database_servers")
        .fetch_one(&installation.platform.master)
        .await
        .expect("one server");
    open(&installation.platform, id).await.expect("it opens")
}

async fn register(installation: &Installation) {
    let keyring: &Keyring = &installation.platform.keyring;
    register_default(
        &installation.platform.master,
        keyring,
        &installation.platform.clock,
    )
    .await
    .expect("registered again");
}

#[tokio::test]
async fn a_server_is_registered_once() {
    let installation = Installation::new().await;
    let first = registered(&installation).await;
    register(&installation).await;
    let again = registered(&installation).await;
    assert_eq!(first.id, again.id);
    assert_eq!(
        first.password.expose_secret(),
        again.password.expose_secret()
    );
}

#[tokio::test]
async fn a_provisioner_that_cannot_get_in_gets_a_new_password() {
    let installation = Installation::new().await;
    sqlx::query!("update database_servers set port = 1")
        .execute(&installation.platform.master)
        .await
        .expect("moved away");
    register(&installation).await;
    let server = registered(&installation).await;
    server.connect_to_maintenance().await.expect("it gets in");
}

#[tokio::test]
async fn nobody_gets_into_a_database_by_being_a_role() {
    let installation = Installation::new().await;
    let open_to_all = sqlx::query_scalar!(
        r#"select exists (
               select from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) entry
               where datname in ('postgres', 'template1', current_database())
                 and entry.grantee = 0 and entry.privilege_type = 'CONNECT') as "open!""#
    )
    .fetch_one(&installation.platform.master)
    .await
    .expect("the catalogue");
    assert!(!open_to_all);
}

#[tokio::test]
async fn a_full_or_closed_server_gets_no_tenant() {
    let installation = Installation::new().await;
    for change in [
        "update database_servers set capacity = 0",
        "update database_servers set capacity = 1, is_open = false",
    ] {
        sqlx::raw_sql(change)
            .execute(&installation.platform.master)
            .await
            .expect("changed");
        let refused =
            crate::provisioning::create(&installation.ctx(), installation.new_tenant("cheio"))
                .await
                .expect_err("no room");
        assert_eq!(refused.code, "no_server");
    }
}

#[tokio::test]
async fn a_database_that_is_made_later_is_closed_to_tenants() {
    let installation = Installation::new().await;
    let tenant = installation.create("navi").await;
    let stranger = crate::testing::master().await;
    let may_connect = async || {
        sqlx::query_scalar::<_, bool>("select has_database_privilege($1, $2, 'CONNECT')")
            .bind(&tenant.database_user)
            .bind(stranger.name())
            .fetch_one(&installation.platform.master)
            .await
            .expect("the catalogue")
    };
    // An installation of another test may have closed it already.
    crate::testing::run(format!(
        "grant connect on database {} to public",
        stranger.name()
    ))
    .await;
    close_new_databases(&installation.platform.master)
        .await
        .expect("closed");
    assert!(!may_connect().await);
}

#[tokio::test]
async fn a_row_of_the_catalogue_that_another_one_changed_is_changed_in_another_try() {
    let database = crate::testing::master().await;
    let close = format!(
        "revoke temporary on database {} from public",
        ident(database.name())
    );
    let connect = || async {
        PgConnection::connect_with(&server())
            .await
            .expect("a connection")
    };
    let (mut first, mut second) = (connect().await, connect().await);
    let waiter = sqlx::query_scalar::<_, i32>("select pg_backend_pid()")
        .fetch_one(&mut second)
        .await
        .expect("its number");
    let mut tx = first.begin().await.expect("begun");
    tx.execute(AssertSqlSafe(close.clone()))
        .await
        .expect("closed");
    let second = tokio::spawn(async move { run_among_others(&mut second, &close, &[]).await });
    until("the later one waits", || async {
        sqlx::query_scalar("select cardinality(pg_blocking_pids($1)) > 0")
            .bind(waiter)
            .fetch_one(&database.pool)
            .await
            .expect("the server tells")
    })
    .await;
    tx.commit().await.expect("committed");
    second.await.expect("it ran").expect("another try");
}
