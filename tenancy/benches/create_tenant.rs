//! How long a club takes from the command to being usable: made from the template database, found, and its database
//! answering. The template is made once before, as at a server's first start.
//!
//! The server is the one that `CLUBE_TEST_POSTGRES_URL` names.

use std::{
    error::Error,
    thread,
    time::{Duration, Instant},
};
use tenancy::testing::Installation;

const CLUBS: usize = 21;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let installation = Installation::new().await;
    installation.create("first").await;
    let mut times = Vec::with_capacity(CLUBS);
    for number in 1..=CLUBS {
        let began = Instant::now();
        let tenant = installation.tenant(&format!("club{number}")).await;
        let lease = installation.platform.pools.lease(&tenant).await?;
        let users: i64 = sqlx::query_scalar("select count(*) from users")
            .fetch_one(&mut *lease.acquire().await?)
            .await?;
        times.push(began.elapsed());
        assert_eq!(users, 0, "a new club has no members");
    }
    times.sort_unstable();
    let [least, median, most] = [times[0], times[CLUBS / 2], times[CLUBS - 1]].map(milliseconds);
    let cores = thread::available_parallelism()?;
    println!(
        "create-tenant     {median:>7} ms median of {CLUBS} ({least} to {most}), {cores} cores (below 500)"
    );
    Ok(())
}

const fn milliseconds(time: Duration) -> u128 {
    time.as_millis()
}
