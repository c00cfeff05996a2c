//! How fast the ledger is on the server that `CLUBE_TEST_POSTGRES_URL` names, beside pgbench (when it is found) running
//! the same SQL on the same server in the same run. A purchase has five legs; the database is made anew and dropped.
//!
//! Read the ratios: times depend on the machine, its neighbours, and whether the server's commits are durable, which is
//! printed. `CLUBE_BENCH_SECONDS` is how long each measurement takes, 5 when absent.

use club::ledger::{self, Account, Posting, StatementFilter, StatementRequest, TransactionKind};
use futures::future::join_all;
use kernel::{Money, TransactionId, UserId};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    error::Error,
    io::Write,
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use tenancy::Clock;
use uuid::Uuid;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const CLIENTS: u32 = 8;
/// Users 1 to 50 are merchants, the rest buys.
const MERCHANTS: u128 = 50;
const USERS: u128 = 5_000;
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
    /// A number from 1 to `most`, and so a user.
    fn pick(&self, least: u128, most: u128) -> UserId {
        // The last bits of a version 7 id are random.
        let random = self.clock.new_id().as_u128() & 0xffff_ffff;
        UserId(Uuid::from_u128(least + random % (most - least + 1)))
    }

    fn purchase(&self) -> Posting {
        let (consumer, friend) = (
            self.pick(MERCHANTS + 1, USERS),
            self.pick(MERCHANTS + 1, USERS),
        );
        let legs = [
            (Account::Club, 25),
            (Account::Pending(consumer), 50),
            (Account::Debt(friend), -1),
            (Account::Wallet(self.pick(1, MERCHANTS)), -87),
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
        let newest = "ls -v /usr/lib/postgresql/*/bin/pgbench 2>/dev/null | tail -1";
        let found = Command::new("sh")
            .args(["-c", &format!("command -v pgbench || {newest}")])
            .output()?;
        let program = String::from_utf8(found.stdout)?.trim().to_owned();
        if program.is_empty() {
            return Ok(None);
        }
        let mut command = Command::new(program);
        command
            .args(["--no-vacuum", "--protocol=prepared"])
            .arg(format!("--client={CLIENTS}"))
            .arg(format!("--time={}", self.time.as_secs()))
            .arg("--file=-")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .env("PGHOST", self.options.get_host())
            .env("PGPORT", self.options.get_port().to_string())
            .env("PGUSER", self.options.get_username())
            .env(
                "PGDATABASE",
                self.options.get_database().unwrap_or_default(),
            );
        if let Some(password) = password() {
            command.env("PGPASSWORD", password);
        }
        let mut running = command.spawn()?;
        running
            .stdin
            .take()
            .ok_or("pgbench reads a script")?
            .write_all(PGBENCH.as_bytes())?;
        let output = running.wait_with_output()?;
        let text = String::from_utf8(output.stdout)?;
        let rate = text
            .lines()
            .find_map(|line| line.strip_prefix("tps = ")?.split('.').next()?.parse().ok())
            .ok_or_else(|| format!("pgbench: {}", String::from_utf8_lossy(&output.stderr)))?;
        Ok(Some(rate))
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

    /// How long the server takes for pages of a statement of 400,000 entries: the median, through the program.
    async fn statement(&self) -> Outcome<Duration> {
        let mut conn = self.pool.acquire().await?;
        let reader = UserId(Uuid::from_u128(USERS + 1));
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
        Ok(times[times.len() / 2])
    }

    /// Bytes of a purchase, indexes included, when it is folded.
    async fn bytes(&self) -> Outcome<i64> {
        let mut conn = self.pool.acquire().await?;
        ledger::fold(&mut conn).await?;
        conn.execute("vacuum ledger_deferred").await?;
        let (bytes,): (i64,) = sqlx::query_as(
            "select ((pg_total_relation_size('ledger_transactions') + pg_total_relation_size('ledger_entries')
                      + pg_total_relation_size('ledger_deferred'))
                     / (select count(*) from ledger_transactions))::bigint",
        )
        .fetch_one(&mut *conn)
        .await?;
        Ok(bytes)
    }

    async fn run(&self) -> Outcome {
        let mut conn = self.pool.acquire().await?;
        let (durable,): (String,) = sqlx::query_as(
            "select format('fsync %s, synchronous_commit %s', current_setting('fsync'), current_setting('synchronous_commit'))",
        )
        .fetch_one(&mut *conn)
        .await?;
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
            self.bytes().await?
        );
        let batched = self.batched().await?;
        println!(
            "in batches of {IN_BATCH} {batched:>7}/s   (floor 4000), {} % of one by one",
            batched * 100 / alone.max(1)
        );
        println!(
            "statement page    {:>7} µs  (50 of {LONG_STATEMENT} entries, below 1000)",
            self.statement().await?.as_micros()
        );
        let findings = ledger::audit(&mut *self.pool.acquire().await?).await?;
        assert_eq!(findings, [], "the audit is empty");
        Ok(())
    }
}

fn per_second(count: u128, time: Duration) -> u128 {
    count * 1_000 / time.as_millis().max(1)
}

fn url() -> Outcome<String> {
    std::env::var("CLUBE_TEST_POSTGRES_URL")
        .map_err(|_| "CLUBE_TEST_POSTGRES_URL must name a PostgreSQL server".into())
}

/// The password in the server's URL: the connection's options do not show it.
fn password() -> Option<String> {
    let url = url().ok()?;
    let (user, _) = url.split_once("//")?.1.rsplit_once('@')?;
    Some(user.split_once(':')?.1.to_owned())
}

async fn prepare(options: &PgConnectOptions) -> Outcome {
    let mut owner = PgConnection::connect_with(options).await?;
    tenancy::migrations::TENANT.run(&mut owner).await?;
    sqlx::query(
        "insert into users (id, first_name, last_name, email, password_hash, user_type, public_key, private_key,
                            referral_id, created_at, updated_at)
         select lpad(to_hex(n), 32, '0')::uuid, '', '', n, '', 'consumer', n, '', n, now(), now()
         from generate_series(1, $1::bigint) n",
    )
    .bind(i64::try_from(USERS + 1)?)
    .execute(&mut owner)
    .await?;
    for merchant in 1..=MERCHANTS {
        let credit = Money::from_centavos(i64::MAX);
        ledger::set_credit(&mut owner, UserId(Uuid::from_u128(merchant)), credit).await?;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Outcome {
    let server: PgConnectOptions = url()?.parse()?;
    let name = format!("clube_bench_ledger_{}", std::process::id());
    let mut maintenance = PgConnection::connect_with(&server).await?;
    maintenance
        .execute(AssertSqlSafe(format!("create database {name}")))
        .await?;
    let options = server.database(&name);
    let outcome = async {
        prepare(&options).await?;
        let seconds = std::env::var("CLUBE_BENCH_SECONDS").map_or(Ok(5), |text| text.parse())?;
        let bench = Bench {
            pool: PgPoolOptions::new()
                .max_connections(CLIENTS)
                .connect_with(options.clone())
                .await?,
            options,
            clock: Clock::system(),
            time: Duration::from_secs(seconds),
        };
        bench.run().await
    }
    .await;
    maintenance
        .execute(AssertSqlSafe(format!("drop database {name} with (force)")))
        .await?;
    outcome
}
