//! How fast the ledger is on the server that `CLUBE_TEST_POSTGRES_URL` names, beside pgbench (when it is found) running
//! the same SQL on the same server in the same run. A purchase has five legs; the database is made anew and dropped.
//!
//! Read the ratios: times depend on the machine, its neighbours, and whether the server's commits are durable, which is
//! printed. `CLUBE_BENCH_SECONDS` is how long each measurement takes, 5 when absent.

use club::ledger::{self, Account, Posting, StatementFilter, StatementRequest, TransactionKind};
mod beside;

use beside::{MERCHANTS, Outcome, Rates, USERS, at_least, at_most, per_second, pick, user};
use futures::future::join_all;
use kernel::{Money, TransactionId, UserId};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::time::{Duration, Instant};
use tenancy::Clock;

const CLIENTS: u32 = 8;
const IN_BATCH: usize = 100;
const LONG_STATEMENT: i64 = 400_000;
/// Who has it.
const READER: UserId = user(USERS + 1);

/// One purchase, as [`Bench::purchase`] makes them.
const PGBENCH: &str = r"
\set consumer random(51, 5000)
\set friend random(51, 5000)
\set merchant random(1, 50)
select ledger_post(gen_random_uuid(), 2::smallint, gen_random_uuid(), null, now(),
    array[2, 10, 12, 13, 13]::smallint[],
    array[null, lpad(to_hex(:consumer::int), 32, '0'), lpad(to_hex(:friend::int), 32, '0'),
          lpad(to_hex(:merchant::int), 32, '0'), lpad(to_hex(:friend::int), 32, '0')]::uuid[],
    array_fill(null::smallint, array[5]), array[25, 50, -1, -87, 13]::bigint[]);
";

/// Of a batch: the transactions, and the legs of [`Bench::purchase`]. What pgbench cannot draw, the server does.
const BATCH: [&str; 10] = [
    "(select array_agg(gen_random_uuid()) from generate_series(1, 100))",
    "array_fill(2::smallint, array[100])",
    "(select array_agg(gen_random_uuid()) from generate_series(1, 100))",
    "array_fill(null::uuid, array[100])",
    "array_fill(now(), array[100])",
    "(select array_agg(1 + n / 5 order by n) from generate_series(0, 499) n)",
    "(select array_agg((array[2, 10, 12, 13, 13])[1 + n % 5]::smallint order by n) from generate_series(0, 499) n)",
    "(select array_agg(case n % 5 when 0 then null when 3 then lpad(to_hex(1 + floor(random() * 50)::int), 32, '0')
                      else lpad(to_hex(51 + floor(random() * 4950)::int), 32, '0') end::uuid order by n)
      from generate_series(0, 499) n)",
    "array_fill(null::smallint, array[500])",
    "(select array_agg((array[25, 50, -1, -87, 13])[1 + n % 5]::bigint order by n) from generate_series(0, 499) n)",
];
/// Of a page of the long statement: anywhere in it.
const PAGE: [&str; 8] = [
    "13::smallint",
    "lpad(to_hex(5001), 32, '0')::uuid",
    ":below",
    "null",
    "null",
    "'{}'::smallint[]",
    "51",
    "1",
];

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

    /// Purchases a second by one client, many in a round trip.
    async fn batched(&self, conn: &mut PgConnection) -> Outcome<u128> {
        let (began, mut posted) = (Instant::now(), 0);
        while began.elapsed() < self.time {
            let batch: Vec<_> = (0..IN_BATCH).map(|_| self.purchase()).collect();
            posted += ledger::post_batch(conn, &batch).await?.len() as u128;
        }
        Ok(per_second(posted, began.elapsed()))
    }

    /// Gives somebody a statement of 400,000 entries.
    async fn write_statement(&self, conn: &mut PgConnection) -> Outcome {
        for _ in 0..LONG_STATEMENT / 2_000 {
            let legs = [(Account::Clearing, -1), (Account::Wallet(READER), 1)];
            let batch: Vec<_> = (0..2_000).map(|_| self.posting(&legs)).collect();
            ledger::post_batch(conn, &batch).await?;
        }
        conn.execute("vacuum analyze").await?;
        Ok(())
    }

    /// Pages of that statement a second, through the program, from anywhere in it.
    async fn pages(&self, conn: &mut PgConnection) -> Outcome<u128> {
        let (began, mut read) = (Instant::now(), 0);
        while began.elapsed() < self.time {
            let page = StatementRequest {
                limit: Some(50),
                cursor: Some(52 + LONG_STATEMENT * (read % 501) / 502),
            };
            let filter = StatementFilter::default();
            let page = ledger::statement(conn, Account::Wallet(READER), &filter, page).await?;
            assert_eq!(page.data.len(), 50);
            read += 1;
        }
        Ok(per_second(read.unsigned_abs().into(), began.elapsed()))
    }

    /// How long a page takes of which a filter lets nothing through.
    async fn filtered_page(conn: &mut PgConnection) -> Outcome<Duration> {
        let none = StatementFilter {
            kinds: vec![TransactionKind::Withdrawal],
            ..StatementFilter::default()
        };
        let (page, began) = (StatementRequest::default(), Instant::now());
        let page = ledger::statement(conn, Account::Wallet(READER), &none, page).await?;
        assert!(page.data.is_empty() && page.next_cursor.is_some());
        Ok(began.elapsed())
    }

    /// What one client of pgbench does with the statement of ours that has this part; `None` when it is not found.
    fn by_one(
        &self,
        executed: &[(String, i64)],
        part: &str,
        drawn: &str,
        values: &[&str],
    ) -> Outcome<Option<u128>> {
        let mut ours = executed.iter().map(|(statement, _)| statement);
        let ours = ours.find(|statement| statement.contains(part));
        let statement = beside::filled(ours.ok_or("it was not executed")?, values)?;
        let script = format!("{drawn}{statement};\n");
        beside::pgbench(&self.options, 1, self.time, &script)
    }

    async fn run(&self) -> Outcome {
        let mut conn = PgConnection::connect_with(&self.options).await?;
        println!(
            "{}; {CLIENTS} clients, one for batches and pages; purchases of 5 legs",
            beside::durability(&mut conn).await?
        );
        let pgbench = || beside::pgbench(&self.options, CLIENTS, self.time, PGBENCH);
        let alone = Rates::of(async || self.alone().await, pgbench).await?;
        let shown = |rate: u128| format!("{rate}/s");
        beside::print(
            "one by one",
            &shown(alone.ours),
            &at_least(1_500, alone.ours),
        );
        alone.print_pgbench(shown);
        let (purchases,): (i64,) = sqlx::query_as("select count(*) from ledger_transactions")
            .fetch_one(&mut conn)
            .await?;
        let bytes = beside::ledger_bytes(&mut conn).await? / u128::try_from(purchases)?;
        beside::print("bytes each", &bytes.to_string(), &at_most(900, bytes));

        ledger::post_batch(&mut conn, &[self.purchase()]).await?;
        let executed = beside::executed(&mut conn).await?;
        let batched = Rates::of(
            async || self.batched(&mut *self.pool.acquire().await?).await,
            || {
                let batches = self.by_one(&executed, "ledger_post_batch", "", &BATCH)?;
                Ok(batches.map(|batches| batches * IN_BATCH as u128))
            },
        )
        .await?;
        let what = format!("in batches of {IN_BATCH}");
        beside::print(&what, &shown(batched.ours), &at_least(4_000, batched.ours));
        batched.print_pgbench(shown);

        self.write_statement(&mut conn).await?;
        self.pages(&mut conn).await?;
        let executed = beside::executed(&mut conn).await?;
        let drawn = format!("\\set below random(52, {LONG_STATEMENT})\n");
        let pages = Rates::of(
            async || self.pages(&mut *self.pool.acquire().await?).await,
            || self.by_one(&executed, "order by e.version desc", &drawn, &PAGE),
        )
        .await?;
        let micros = |rate: u128| 1_000_000 / rate.max(1);
        let shown = |rate: u128| format!("{} µs", micros(rate));
        beside::print(
            "statement page",
            &shown(pages.ours),
            &at_most(1_000, micros(pages.ours)),
        );
        pages.print_pgbench(shown);
        println!("  50 of {LONG_STATEMENT} entries");
        let filtered = Self::filtered_page(&mut conn).await?;
        println!(
            "filtered to none  {:>9} µs   the 50,000 entries that one page looks through",
            filtered.as_micros()
        );
        assert_eq!(ledger::audit(&mut conn).await?, [], "the audit is empty");
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
    outcome?;
    beside::verdict()
}
