//! What tests need of a real PostgreSQL, gone when they end: a master database of their own, empty and migrated; tenants'
//! databases; and an [`Installation`] with tenants in it.
//!
//! The server is named by `CLUBE_TEST_POSTGRES_URL` (a superuser). Compiled for tests only: crates above take it with the
//! feature `testing` in their `dev-dependencies`.

mod installation;
mod registered;

pub use installation::Installation;

use crate::{migrations, servers::sql::refused_with, tenants::DatabaseAddress};
use kernel::{CashbackSplit, Percent};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{env, str::FromStr, thread, time::Duration};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

/// A database that lives as long as this value.
#[derive(Debug)]
pub struct TestDatabase {
    /// Connections to it.
    pub pool: PgPool,
    name: String,
    /// The role that goes with it, if it has one of its own.
    role: Option<String>,
}

impl TestDatabase {
    /// Its name on the server.
    pub fn name(&self) -> &str {
        &self.name
    }
}

/// The server for tests.
///
/// # Panics
/// When `CLUBE_TEST_POSTGRES_URL` is not set.
pub fn server() -> PgConnectOptions {
    let url = env::var("CLUBE_TEST_POSTGRES_URL")
        .expect("CLUBE_TEST_POSTGRES_URL names a PostgreSQL server for tests (make test sets it)");
    PgConnectOptions::from_str(&url)
        .expect("CLUBE_TEST_POSTGRES_URL is an address")
        .disable_statement_logging()
}

/// Waits until something has become so.
///
/// # Panics
/// When it has not after a long time.
pub async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let waiting = async {
        while !holds().await {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(Duration::from_secs(20), waiting)
        .await
        .unwrap_or_else(|_| panic!("still not so: {what}"));
}

/// All of the cashback for whoever buys.
pub fn all_to_the_consumer() -> CashbackSplit {
    CashbackSplit {
        consumer_percent: Percent::HUNDRED,
        club_percent: Percent::ZERO,
        consumer_referrer_percent: Percent::ZERO,
        merchant_referrer_percent: Percent::ZERO,
    }
}

/// A new master database with the schema of this code.
///
/// # Panics
/// When the server cannot make it: the test cannot go on.
pub async fn master() -> TestDatabase {
    let name = new_name();
    run(format!("create database {name} template template0")).await;
    let pool = connected(&name).await;
    migrations::MASTER
        .run(&pool)
        .await
        .expect("the master schema can be made");
    TestDatabase {
        pool,
        name,
        role: None,
    }
}

/// A new tenant's database with the schema of this code, and how its own role reaches it; in no registry.
///
/// # Panics
/// When the server cannot make it: the test cannot go on.
pub async fn tenant_database() -> (TestDatabase, DatabaseAddress) {
    let name = new_name();
    run(format!("create role {name} login password '{name}'")).await;
    run(format!(
        "create database {name} template template0 owner {name}"
    ))
    .await;
    let pool = connected(&name).await;
    migrations::TENANT
        .run(&pool)
        .await
        .expect("the tenant's schema can be made");
    run(format!("grant clube_tenant to {name}")).await;
    let address = DatabaseAddress {
        host: server().get_host().to_owned(),
        port: server().get_port(),
        name: name.clone(),
        user: name.clone(),
        password: name.clone().into(),
    };
    let database = TestDatabase {
        pool,
        role: Some(name.clone()),
        name,
    };
    (database, address)
}

fn new_name() -> String {
    format!(
        "clube_test_{}",
        Uuid::from_bytes(crate::secrets::random()).simple()
    )
}

async fn connected(name: &str) -> PgPool {
    PgPoolOptions::new()
        .max_connections(5)
        .connect_with(server().database(name))
        .await
        .expect("the new database can be connected to")
}

/// Runs statements as superuser, on a connection to the server's own database.
///
/// # Panics
/// When the server refuses them.
pub async fn run(sql: String) {
    let mut conn = PgConnection::connect_with(&server())
        .await
        .expect("the server for tests can be connected to");
    let mut tries = 0;
    loop {
        tries += 1;
        match sqlx::raw_sql(AssertSqlSafe(sql.clone()))
            .execute(&mut conn)
            .await
        {
            // Tests beside this one change the same group of roles: "tuple concurrently updated".
            Err(error) if tries < 20 && refused_with(&error, &["XX000"]) => {}
            outcome => {
                outcome.expect("a superuser may make and drop databases");
                break;
            }
        }
    }
}

/// On a thread of its own: the test's runtime may be ending.
impl Drop for TestDatabase {
    fn drop(&mut self) {
        let database = format!("drop database if exists {} with (force)", self.name);
        let role = self.role.take();
        let dropping = thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(async {
                    run(database).await;
                    if let Some(role) = role {
                        run(format!("drop role if exists {role}")).await;
                    }
                });
        });
        // A failed clean-up must not hide what the test said.
        drop(dropping.join());
    }
}
