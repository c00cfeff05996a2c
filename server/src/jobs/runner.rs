//! Doing the jobs: whose turn it is, under which lease, and what is said when it fails.

use super::{JOBS, Job};
use club::Ctx;
use futures::{FutureExt, StreamExt, TryStreamExt, future::join_all, stream};
use kernel::{Error, Result};
use std::{collections::BTreeSet, panic::AssertUnwindSafe, time::Duration};
use tenancy::{
    Actor, Origin, Platform,
    leases::{self, Due},
    resolution::Site,
};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// How long after a node's death another one takes its work over.
const TERM: Duration = Duration::from_secs(10);
/// How often it is looked whose turn it is, when the job itself is rarer.
const LOOK: Duration = Duration::from_mins(1);
/// How long a tenant whose pool is closed waits for its turn in a frequent job.
const IDLE: Duration = Duration::from_hours(1);
/// For how many tenants one job is done at once.
const AT_ONCE: usize = 4;
/// How soon work that failed is tried again: not at once, and not only the next day.
const AGAIN: [Duration; 2] = [Duration::from_secs(10), Duration::from_mins(5)];
/// How much of a reason is kept, in characters.
const REASON: usize = 300;

/// Does all jobs until cancelled; what is under way then is dropped, and done by somebody else when its lease is over.
pub(crate) async fn keep_working(platform: Platform, until: CancellationToken) {
    let all = join_all(JOBS.iter().map(|job| keep_doing(&platform, job)));
    until.run_until_cancelled(all).await;
}

async fn keep_doing(platform: &Platform, job: &Job) {
    let mut rounds = interval(job.every.min(LOOK));
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failed = false;
    loop {
        rounds.tick().await;
        let round = round(platform, job).await;
        // The master database is down, and each round would say so.
        if let Err(error) = &round
            && !failed
        {
            tracing::error!(job = job.name, cause = reason(error), "jobs cannot be done");
        }
        failed = round.is_err();
    }
}

/// A turn for each tenant that is due.
async fn round(platform: &Platform, job: &Job) -> Result<()> {
    let (busy, idle) = match job.is_waiting {
        Some(_) => (platform.pools.open_tenants(), IDLE),
        None => (BTreeSet::new(), Duration::ZERO),
    };
    let due = leases::due(platform, job.name, job.whom, &busy, idle).await?;
    stream::iter(due)
        .map(Ok)
        .try_for_each_concurrent(AT_ONCE, |due| {
            let is_busy = busy.contains(&due.id);
            turn(platform, job, due, is_busy)
        })
        .await
}

/// Does the job for one tenant, if there is anything to do and nobody else does it. Its failure is the tenant's, not ours.
async fn turn(platform: &Platform, job: &Job, due: Due, is_busy: bool) -> Result<()> {
    let resolved = platform.resolver.resolve(Some(due.slug.as_str()), "");
    let Site::Tenant(tenant) = resolved.await? else {
        return Ok(());
    };
    let actor = Actor::Job(job.name);
    let ctx = Ctx::new(platform.clone(), tenant, actor, Origin::default());
    if let Some(is_waiting) = job.is_waiting
        && is_busy
        && matches!(is_waiting(ctx.clone()).await, Ok(false))
    {
        return Ok(());
    }
    let Some(mut lease) = leases::try_take(platform, job.name, Some(due.id), TERM).await? else {
        return Ok(());
    };
    let work = AssertUnwindSafe((job.what)(ctx)).catch_unwind();
    let done = lease
        .hold(work)
        .await
        .and_then(|done| done.unwrap_or_else(|_| Err(Error::internal("it panicked"))));
    let failure = done.err().as_ref().map(reason);
    match (&failure, lease.failed_before()) {
        (Some(now), before) if before != Some(now) => {
            tracing::error!(job = job.name, tenant = %due.slug, cause = now, "a job fails");
        }
        (None, Some(_)) => {
            tracing::info!(job = job.name, tenant = %due.slug, "a job works again");
        }
        _ => {}
    }
    let pause = match failure {
        Some(_) => job.every.clamp(AGAIN[0], AGAIN[1]),
        None => job.every,
    };
    lease.finish(pause, failure.as_deref()).await
}

/// Why it failed, for an administrator of the platform.
fn reason(error: &Error) -> String {
    let reason = error.cause().unwrap_or(&error.message);
    reason.chars().take(REASON).collect()
}
