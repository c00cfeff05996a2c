//! The ledger on a real PostgreSQL, each test in a database of its own, through a role that is only a member of
//! `clube_tenant`.

mod concurrency;
mod known_answers;
mod lines;
mod model;
mod random;
mod statements;
mod tampering;
mod upgrade;

use super::{Account, Finding, Posted, Posting, TransactionKind, audit, balance, post};
use kernel::{Error, Money, Result, TransactionId, UserId};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::sync::atomic::{AtomicU32, Ordering};
use tenancy::Clock;
use time::OffsetDateTime;

const MEMBER: &str = "clube_test_member";

/// A tenant's database with a ledger and nothing in it; gone when dropped.
struct Ledger {
    server: PgConnectOptions,
    name: String,
    /// Connections of a tenant's role.
    pool: PgPool,
    clock: Clock,
}

impl Ledger {
    async fn new() -> Self {
        let newest = tenancy::migrations::TENANT.iter().map(|one| one.version);
        Self::of_version(newest.max().expect("a migration")).await
    }

    /// As it was after this migration.
    async fn of_version(version: i64) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "clube_test_ledger_{}_{}",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let server: PgConnectOptions = std::env::var("CLUBE_TEST_POSTGRES_URL")
            .expect("CLUBE_TEST_POSTGRES_URL names a PostgreSQL server")
            .parse()
            .expect("CLUBE_TEST_POSTGRES_URL is a URL");
        let mut maintenance = PgConnection::connect_with(&server)
            .await
            .expect("the server answers");
        maintenance
            .execute(AssertSqlSafe(format!("create database {name}")))
            .await
            .expect("a database is made");
        let mut owner = PgConnection::connect_with(&server.clone().database(&name))
            .await
            .expect("the database answers");
        tenancy::migrations::TENANT
            .run_to(version, &mut owner)
            .await
            .expect("the migrations apply");
        // Another test makes the same role at the same time.
        owner
            .execute(AssertSqlSafe(format!(
                "do $$ begin create role {MEMBER} login password '{MEMBER}' in role clube_tenant;
                 exception when duplicate_object or unique_violation then null; end $$"
            )))
            .await
            .expect("the role is made");
        // Tests that register this server close its databases to whoever has no right of their own, at any moment.
        owner
            .execute(AssertSqlSafe(format!(
                "do $$ begin
                     for attempt in 1..20 loop
                         begin
                             grant connect on database {name} to {MEMBER};
                             return;
                         exception when internal_error then null; -- tuple concurrently updated
                         end;
                     end loop;
                 end $$"
            )))
            .await
            .expect("the right is given");
        let member = server
            .clone()
            .database(&name)
            .username(MEMBER)
            .password(MEMBER);
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(std::time::Duration::from_mins(2))
            .connect_with(member)
            .await
            .expect("the role may connect");
        Self {
            server,
            name,
            pool,
            clock: Clock::system(),
        }
    }

    async fn conn(&self) -> PoolConnection<Postgres> {
        self.pool.acquire().await.expect("a connection")
    }

    /// A connection of the owner of the tables, which no code of the product has.
    async fn owner(&self) -> PgConnection {
        PgConnection::connect_with(&self.server.clone().database(&self.name))
            .await
            .expect("the database answers")
    }

    /// So many new users.
    async fn users<const N: usize>(&self) -> [UserId; N] {
        let mut owner = self.owner().await;
        let users = std::array::from_fn(|_| UserId(self.clock.new_id()));
        for user in &users {
            sqlx::query(
                "insert into users (id, first_name, last_name, email, password_hash, user_type, public_key, private_key,
                                    referral_id, created_at, updated_at)
                 values ($1, 'Ana', 'Lima', $2, '', 'consumer', $2, '', $2, now(), now())",
            )
            .bind(user)
            .bind(user.to_string())
            .execute(&mut owner)
            .await
            .expect("a user is made");
        }
        users
    }

    fn posting(&self, kind: TransactionKind) -> Posting {
        let id = TransactionId(self.clock.new_id());
        Posting::new(id, kind, self.clock.new_id(), OffsetDateTime::UNIX_EPOCH)
    }

    fn transfer(&self, from: Account, to: Account, centavos: i64) -> Posting {
        self.posting(TransactionKind::Adjustment)
            .debit(from, Money::from_centavos(centavos))
            .credit(to, Money::from_centavos(centavos))
    }

    async fn post(&self, posting: &Posting) -> Result<Posted> {
        post(&mut *self.conn().await, posting).await
    }

    /// Puts this much into the user's wallet.
    async fn deposit(&self, user: UserId, centavos: i64) -> Posting {
        let deposit = self.transfer(Account::Clearing, Account::Wallet(user), centavos);
        assert_eq!(self.post(&deposit).await, Ok(Posted::Now));
        deposit
    }

    async fn balance(&self, account: Account) -> i64 {
        balance(&mut *self.conn().await, account)
            .await
            .expect("a balance")
            .centavos()
    }

    async fn audit(&self) -> Vec<Finding> {
        audit(&mut *self.conn().await)
            .await
            .expect("the audit runs")
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let drop = async move {
            let mut maintenance = PgConnection::connect_with(&server).await?;
            maintenance
                .execute(AssertSqlSafe(format!(
                    "drop database if exists {name} with (force)"
                )))
                .await
        };
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.map(|runtime| runtime.block_on(drop))
        });
        if !matches!(thread.join(), Ok(Ok(Ok(_)))) {
            eprintln!("the database {} stays behind", self.name);
        }
    }
}

fn code<T: std::fmt::Debug>(outcome: Result<T>) -> String {
    let error: Error = outcome.expect_err("it is refused");
    error.code.into_owned()
}
