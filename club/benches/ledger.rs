//! How fast the ledger is on the server that `CLUBE_TEST_POSTGRES_URL` names, beside pgbench (when it is found) running
//! the same SQL on the same server in the same run. A purchase has five legs; the database is made anew and dropped.
//!
//! Read the ratios: times depend on the machine, its neighbours, and whether the server's commits are durable, which is
//! printed. `CLUBE_BENCH_SECONDS` is how long each measurement takes, 5 when absent.

use club::ledger::{self, Account, Posting, StatementFilter, StatementRequest, TransactionKind};
mod beside;

use beside::{MERCHANTS, Outcome, USERS, per_second, pick, user};
use futures::future::join_all;
use kernel::{Money, TransactionId};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::time::{Duration, Instant};
use tenancy::Clock;

const CLIENTS: u32 = 8;
const IN_BATCH: usize = 100;
const LONG_STATEMENT: i64 = 400_000;

/// One purchase, as [`Bench::purchase`] makes them.
const PGBENCH: &str = r"
\set consumer random(51, 5000)
\set friend random(51, 5000)
\set merchant random(1, 50)
select ledger_post(gen_random_uuid(), 2::smallint, gen_random_uuid(), null, now(),
    array[2, 10, 12, 13, 13]::smallint[],
    array[null, lpad(to_hex(:consumer::int), 32, '0'), lpad(to_hex(:friend::int), 32, '0'),
          lpad(to_hex(:merchant::int), 32, '0'), lpad(to_hex(:friend::int), 32, '0')]::uuid[],
    array[25, 50, -1, -87, 13]::bigint[]);
";

struct Bench {
    options: PgConnectOptions,
    pool: PgPool,
    clock: Clock,
    time: Duration,
}

impl Bench {
    fn purchase(&self) -> Posting {
        let (consumer, friend) = (
            pick(&self.clock, MERCHANTS + 1, USERS),
            pick(&self.clock, MERCHANTS + 1, USERS),
        );
        let legs = [
            (Account::Club, 25),
            (Account::Pending(consumer), 50),
            (Account::Debt(friend), -1),
            (Account::Wallet(pick(&self.clock, 1, MERCHANTS)), -87),
            (Account::Wallet(friend), 13),
        ];
        self.posting(&legs)
    }

    fn posting(&self, legs: &[(Account, i64)]) -> Posting {
        let id = TransactionId(self.clock.new_id());
        let subject = self.clock.new_id();
        let posting = Posting::new(id, TransactionKind::Purchase, subject, self.clock.now());
        legs.iter().fold(posting, |posting, &(account, centavos)| {
            posting.credit(account, Money::from_centavos(centavos))
        })
    }

    /// Purchases a second, each in a transaction of its own.
    async fn alone(&self) -> Outcome<u128> {
        let began = Instant::now();
        let clients = (0..CLIENTS).map(async |_| -> Outcome<u128> {
            let (mut conn, mut posted) = (self.pool.acquire().await?, 0);
            while began.elapsed() < self.time {
                ledger::post(&mut conn, &self.purchase()).await?;
                posted += 1;
            }
            Ok(posted)
        });
        let posted: u128 = join_all(clients).await.into_iter().sum::<Outcome<u128>>()?;
        Ok(per_second(posted, began.elapsed()))
    }

    /// The same by pgbench; `None` when it is not found.
    fn pgbench(&self) -> Outcome<Option<u128>> {
        beside::pgbench(&self.options, CLIENTS, self.time, PGBENCH)
    }

    /// Purchases a second by one client, many in a round trip.
    async fn batched(&self) -> Outcome<u128> {
        let mut conn = self.pool.acquire().await?;
        let (began, mut posted) = (Instant::now(), 0);
        while began.elapsed() < self.time {
            let batch: Vec<_> = (0..IN_BATCH).map(|_| self.purchase()).collect();
            posted += ledger::post_batch(&mut conn, &batch).await?.len() as u128;
        }
        Ok(per_second(posted, began.elapsed()))
    }

    /// How long the server takes for pages of a statement of 400,000 entries: the median, through the program; and for
    /// one of which a filter lets nothing through.
    async fn statement(&self) -> Outcome<[Duration; 2]> {
        let mut conn = self.pool.acquire().await?;
        let reader = user(USERS + 1);
        for _ in 0..LONG_STATEMENT / 2_000 {
            let legs = [(Account::Clearing, -1), (Account::Wallet(reader), 1)];
            let batch: Vec<_> = (0..2_000).map(|_| self.posting(&legs)).collect();
            ledger::post_batch(&mut conn, &batch).await?;
        }
        conn.execute("vacuum analyze").await?;
        let mut times = Vec::new();
        for nth in 1..=501 {
            let page = StatementRequest {
                limit: Some(50),
                cursor: Some(LONG_STATEMENT * nth / 501 + 1),
            };
            let filter = StatementFilter::default();
            let began = Instant::now();
            let page = ledger::statement(&mut conn, Account::Wallet(reader), &filter, page).await?;
            times.push(began.elapsed());
            assert_eq!(page.data.len(), 50);
        }
        times.sort_unstable();
        let none = StatementFilter {
            kinds: vec![TransactionKind::Withdrawal],
            ..StatementFilter::default()
        };
        let (page, began) = (StatementRequest::default(), Instant::now());
        let page = ledger::statement(&mut conn, Account::Wallet(reader), &none, page).await?;
        assert!(page.data.is_empty() && page.next_cursor.is_some());
        Ok([times[times.len() / 2], began.elapsed()])
    }

    async fn run(&self) -> Outcome {
        let mut conn = self.pool.acquire().await?;
        let durable = beside::durability(&mut conn).await?;
        drop(conn);
        println!("{durable}; {CLIENTS} clients; purchases of 5 legs");
        let (first, second) = (self.alone().await?, self.pgbench()?);
        let (third, fourth) = (self.pgbench()?, self.alone().await?);
        let alone = first.midpoint(fourth);
        println!("one by one        {alone:>7}/s   (floor 1500)");
        match second.zip(third) {
            Some((second, third)) => {
                let pgbench = second.midpoint(third);
                println!(
                    "pgbench           {pgbench:>7}/s   ours is {} % of it",
                    alone * 100 / pgbench.max(1)
                );
            }
            None => println!("pgbench                —     not found"),
        }
        println!(
            "bytes each        {:>7}     (at most 900)",
            beside::ledger_bytes(&mut *self.pool.acquire().await?, "ledger_transactions").await?
        );
        let batched = self.batched().await?;
        println!(
            "in batches of {IN_BATCH} {batched:>7}/s   (floor 4000), {} % of one by one",
            batched * 100 / alone.max(1)
        );
        let [page, filtered] = self.statement().await?;
        println!(
            "statement page    {:>7} µs  (50 of {LONG_STATEMENT} entries, below 1000)",
            page.as_micros()
        );
        println!(
            "filtered to none  {:>7} µs  (the 50,000 entries that one page looks through)",
            filtered.as_micros()
        );
        let findings = ledger::audit(&mut *self.pool.acquire().await?).await?;
        assert_eq!(findings, [], "the audit is empty");
        Ok(())
    }
}

async fn prepare(options: &PgConnectOptions) -> Outcome {
    let mut owner = PgConnection::connect_with(options).await?;
    tenancy::migrations::TENANT.run(&mut owner).await?;
    beside::register(&mut owner).await?;
    for merchant in 1..=MERCHANTS {
        let credit = Money::from_centavos(i64::MAX);
        ledger::set_credit(&mut owner, user(merchant), credit).await?;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome {
    let server: PgConnectOptions = beside::url()?.parse()?;
    let name = format!("clube_bench_ledger_{}", std::process::id());
    let mut maintenance = PgConnection::connect_with(&server).await?;
    maintenance
        .execute(AssertSqlSafe(format!("create database {name}")))
        .await?;
    let options = server.database(&name);
    let outcome = async {
        prepare(&options).await?;
        let bench = Bench {
            pool: PgPoolOptions::new()
                .max_connections(CLIENTS)
                .connect_with(options.clone())
                .await?,
            options,
            clock: Clock::system(),
            time: beside::measured_for()?,
        };
        bench.run().await
    }
    .await;
    maintenance
        .execute(AssertSqlSafe(format!("drop database {name} with (force)")))
        .await?;
    outcome
}
