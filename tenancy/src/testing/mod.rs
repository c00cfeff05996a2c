//! What tests need of a real PostgreSQL: a master database of their own, empty and migrated, gone when they end.
//!
//! The server is named by `CLUBE_TEST_POSTGRES_URL` (a superuser). Compiled for tests only: crates above take it with the
//! feature `testing` in their `dev-dependencies`.

mod installation;

pub use installation::Installation;

use crate::migrations;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{env, str::FromStr, thread};
use uuid::Uuid;

/// A database that lives as long as this value.
#[derive(Debug)]
pub struct TestDatabase {
    /// Connections to it.
    pub pool: PgPool,
    name: String,
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

/// A new master database with the schema of this code.
///
/// # Panics
/// When the server cannot make it: the test cannot go on.
pub async fn master() -> TestDatabase {
    let name = format!(
        "clube_test_{}",
        Uuid::from_bytes(crate::secrets::random()).simple()
    );
    run(format!("create database {name} template template0")).await;
    let pool = PgPoolOptions::new()
        .max_connections(5)
        .connect_with(server().database(&name))
        .await
        .expect("the new database can be connected to");
    migrations::MASTER
        .run(&pool)
        .await
        .expect("the master schema can be made");
    TestDatabase { pool, name }
}

async fn run(sql: String) {
    let mut conn = PgConnection::connect_with(&server())
        .await
        .expect("the server for tests can be connected to");
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(&mut conn)
        .await
        .expect("a superuser may make and drop databases");
}

/// On a thread of its own: the test's runtime may be ending.
impl Drop for TestDatabase {
    fn drop(&mut self) {
        let sql = format!("drop database if exists {} with (force)", self.name);
        let dropping = thread::spawn(|| {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(run(sql));
        });
        // A failed clean-up must not hide what the test said.
        drop(dropping.join());
    }
}
