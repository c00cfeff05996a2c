//! What the benchmarks share: people with money, and pgbench running SQL on the same server.

use kernel::UserId;
use sqlx::{PgConnection, postgres::PgConnectOptions};
use std::{
    error::Error,
    io::Write,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tenancy::Clock;
use uuid::Uuid;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// Users 1 to 50 are merchants, the rest buys.
pub(crate) const MERCHANTS: u128 = 50;
pub(crate) const USERS: u128 = 5_000;

/// The user of this number.
pub(crate) const fn user(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}

/// A user between these numbers.
pub(crate) fn pick(clock: &Clock, least: u128, most: u128) -> UserId {
    // The last bits of a version 7 id are random.
    let random = clock.new_id().as_u128() & 0xffff_ffff;
    user(least + random % (most - least + 1))
}

/// How long each measurement takes: `CLUBE_BENCH_SECONDS`, 5 when absent.
pub(crate) fn measured_for() -> Outcome<Duration> {
    let seconds = std::env::var("CLUBE_BENCH_SECONDS").map_or(Ok(5), |text| text.parse())?;
    Ok(Duration::from_secs(seconds))
}

pub(crate) fn per_second(count: u128, time: Duration) -> u128 {
    count * 1_000 / time.as_millis().max(1)
}

/// Whether this server's commits survive a power cut.
pub(crate) async fn durability(conn: &mut PgConnection) -> Outcome<String> {
    let (durable,): (String,) = sqlx::query_as(
        "select format('fsync %s, synchronous_commit %s', current_setting('fsync'), current_setting('synchronous_commit'))",
    )
    .fetch_one(conn)
    .await?;
    Ok(durable)
}

/// How large the ledger is, in bytes, indexes included, when everything is folded: what waited for that is empty then.
pub(crate) async fn ledger_bytes(conn: &mut PgConnection) -> Outcome<u128> {
    club::ledger::fold(conn).await?;
    let bytes = "select pg_total_relation_size('ledger_transactions') + pg_total_relation_size('ledger_entries')";
    let (bytes,): (i64,) = sqlx::query_as(bytes).fetch_one(conn).await?;
    Ok(u128::try_from(bytes)?)
}

/// Registers everybody, as the database's owner; each but the first was brought by the one before.
pub(crate) async fn register(owner: &mut PgConnection) -> Outcome {
    sqlx::query(
        "insert into users (id, first_name, last_name, email, password_hash, user_type, public_key, private_key,
                            referral_id, referred_by, created_at, updated_at)
         select lpad(to_hex(n), 32, '0')::uuid, '', '', n, '', case when n <= $2 then 'merchant' else 'consumer' end,
                n, '', n, case when n > 1 then lpad(to_hex(n - 1), 32, '0')::uuid end, now(), now()
         from generate_series(1, $1::bigint) n",
    )
    .bind(i64::try_from(USERS + 1)?)
    .bind(i64::try_from(MERCHANTS)?)
    .execute(owner)
    .await?;
    Ok(())
}

/// Transactions a second of this script by pgbench; `None` when it is not found.
pub(crate) fn pgbench(
    options: &PgConnectOptions,
    clients: u32,
    time: Duration,
    script: &str,
) -> Outcome<Option<u128>> {
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
        .arg(format!("--client={clients}"))
        .arg(format!("--time={}", time.as_secs()))
        .arg("--file=-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .env("PGHOST", options.get_host())
        .env("PGPORT", options.get_port().to_string())
        .env("PGUSER", options.get_username())
        .env("PGDATABASE", options.get_database().unwrap_or_default());
    if let Some(password) = password() {
        command.env("PGPASSWORD", password);
    }
    let mut running = command.spawn()?;
    running
        .stdin
        .take()
        .ok_or("pgbench reads a script")?
        .write_all(script.as_bytes())?;
    let output = running.wait_with_output()?;
    let text = String::from_utf8(output.stdout)?;
    let complaints = String::from_utf8_lossy(&output.stderr);
    if complaints.contains("aborted") {
        return Err(complaints.into());
    }
    let rate = text
        .lines()
        .find_map(|line| line.strip_prefix("tps = ")?.split('.').next()?.parse().ok())
        .ok_or_else(|| format!("pgbench: {complaints}"))?;
    Ok(Some(rate))
}

/// What we do a second, and what pgbench does, unless it is not found.
pub(crate) struct Rates {
    pub(crate) ours: u128,
    pub(crate) pgbench: Option<u128>,
}

impl Rates {
    /// Each is measured twice, the one around the other.
    pub(crate) async fn of(
        ours: impl AsyncFn() -> Outcome<u128>,
        pgbench: impl Fn() -> Outcome<Option<u128>>,
    ) -> Outcome<Self> {
        let (first, second) = (ours().await?, pgbench()?);
        let (third, fourth) = (pgbench()?, ours().await?);
        Ok(Self {
            ours: first.midpoint(fourth),
            pgbench: second
                .zip(third)
                .map(|(second, third)| second.midpoint(third)),
        })
    }

    /// Ours in percent of pgbench's.
    pub(crate) fn percent(&self) -> Option<u128> {
        self.pgbench.map(|pgbench| self.ours * 100 / pgbench.max(1))
    }

    /// The line below ours.
    pub(crate) fn print_pgbench(&self, shown: impl Fn(u128) -> String) {
        match self.pgbench.zip(self.percent()) {
            Some((pgbench, percent)) => {
                println!(
                    "  pgbench         {:>12}   ours is {percent} % as fast",
                    shown(pgbench)
                );
            }
            None => println!("  pgbench                    —   not found"),
        }
    }
}

/// One line of the summary.
pub(crate) fn print(what: &str, shown: &str, floor: &str) {
    println!("{what:<17} {shown:>12}   {floor}");
}

/// What has to be reached, and whether it is.
pub(crate) fn at_least(floor: u128, has: u128) -> String {
    format!("at least {floor}: {}", met(has >= floor))
}

/// What may not be exceeded, and whether it is not.
pub(crate) fn at_most(ceiling: u128, has: u128) -> String {
    format!("at most {ceiling}: {}", met(has <= ceiling))
}

/// Whether something was missed.
static MISSED: AtomicBool = AtomicBool::new(false);

fn met(is_met: bool) -> &'static str {
    if is_met {
        "met"
    } else {
        MISSED.store(true, Ordering::Relaxed);
        "MISSED"
    }
}

/// After everything was measured and printed: an error when something was missed.
pub(crate) fn verdict() -> Outcome {
    if MISSED.load(Ordering::Relaxed) {
        return Err("what has to be reached was missed: see above".into());
    }
    Ok(())
}

/// What this connection executed how often, in the order of the first time.
pub(crate) async fn executed(conn: &mut PgConnection) -> Outcome<Vec<(String, i64)>> {
    let executed = sqlx::query_as(
        "select statement, generic_plans + custom_plans from pg_prepared_statements order by prepare_time",
    )
    .fetch_all(conn)
    .await?;
    Ok(executed)
}

/// A statement with pgbench's values for its parameters.
pub(crate) fn filled(statement: &str, values: &[&str]) -> Outcome<String> {
    // From the last on, so that $1 does not stand for the beginning of $12.
    let mut text = statement.to_owned();
    for (place, value) in values.iter().enumerate().rev() {
        text = text.replace(&format!("${}", place + 1), value);
    }
    if text.contains('$') {
        return Err(format!("too few values for: {statement}").into());
    }
    // One line: pgbench ends a statement there.
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The server that the benchmarks may use.
pub(crate) fn url() -> Outcome<String> {
    std::env::var("CLUBE_TEST_POSTGRES_URL")
        .map_err(|_| "CLUBE_TEST_POSTGRES_URL must name a PostgreSQL server".into())
}

/// The password in the server's URL: the connection's options do not show it.
fn password() -> Option<String> {
    let url = url().ok()?;
    let (user, _) = url.split_once("//")?.1.rsplit_once('@')?;
    Some(user.split_once(':')?.1.to_owned())
}
