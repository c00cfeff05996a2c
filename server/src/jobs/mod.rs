//! Scheduled work on the tenants' databases: what is done how often. Every node does it; a lease in the master database
//! keeps two nodes from doing the same work for the same tenant at once.
//!
//! One more job is one more row of [`JOBS`]. What it calls takes a `club::Ctx` whose actor is the job, may be cut off at any
//! await (the node stops, or loses its lease) and is done again: it works in transactions.

mod ledger_audit;
mod runner;

pub(crate) use ledger_audit::audit;
pub(crate) use runner::keep_working;

use club::{
    Ctx, auth, deposits, files, idempotency, ledger, outbox, pix, purchases, reconciliation,
    suspense, withdrawals,
};
use futures::future::BoxFuture;
use kernel::Result;
use std::time::Duration;
use tenancy::leases::Whom;

/// Work that tenants get done.
struct Job {
    /// Its name on the system page, in logs and as the actor of audit rows.
    name: &'static str,
    /// For which tenants. What is on its way when a club is suspended is its members': it is followed to its end, and nothing
    /// more is sent.
    whom: Whom,
    /// How long after its end it is done again.
    every: Duration,
    what: What,
    /// Of a frequent job: whether there is anything to do, which is asked first. It is asked of tenants whose pool is open
    /// here; the others get their turn once an hour, so that nobody's pool is kept open for nothing.
    is_waiting: Option<IsWaiting>,
}

type What = fn(Ctx) -> BoxFuture<'static, Result<()>>;
type IsWaiting = fn(Ctx) -> BoxFuture<'static, Result<bool>>;

const JOBS: [Job; 10] = [
    Job {
        name: "ledger_fold",
        whom: Whom::WithMoney,
        every: Duration::from_secs(2),
        what: |ctx| Box::pin(async move { ledger::fold(&mut *ctx.conn().await?).await.map(drop) }),
        is_waiting: Some(|ctx| {
            Box::pin(async move { ledger::has_unfolded(&mut *ctx.conn().await?).await })
        }),
    },
    Job {
        name: "outbox_relay",
        whom: Whom::Served,
        every: Duration::from_secs(2),
        what: |ctx| Box::pin(async move { outbox::relay(&ctx).await.map(drop) }),
        is_waiting: Some(|ctx| Box::pin(async move { outbox::is_waiting(&ctx).await })),
    },
    Job {
        name: "withdrawal_send",
        whom: Whom::Served,
        every: Duration::from_secs(5),
        what: |ctx| Box::pin(async move { withdrawals::send_approved(&ctx).await.map(drop) }),
        is_waiting: Some(|ctx| Box::pin(async move { withdrawals::is_waiting(&ctx).await })),
    },
    Job {
        name: "withdrawal_look",
        whom: Whom::WithMoney,
        every: Duration::from_secs(5),
        what: |ctx| Box::pin(async move { withdrawals::look_at_due(&ctx).await.map(drop) }),
        is_waiting: Some(|ctx| Box::pin(async move { withdrawals::is_due(&ctx).await })),
    },
    Job {
        name: "cashback_release",
        whom: Whom::Served,
        every: Duration::from_hours(1),
        what: |ctx| Box::pin(async move { purchases::release_due(&ctx).await.map(drop) }),
        is_waiting: None,
    },
    Job {
        name: "pix_deposits",
        whom: Whom::WithMoney,
        every: Duration::from_secs(5),
        what: |ctx| {
            Box::pin(async move {
                deposits::carry_sandbox_webhooks(&ctx).await?;
                deposits::poll(&ctx).await?;
                suspense::finish_returns(&ctx).await?;
                Ok(())
            })
        },
        is_waiting: Some(|ctx| Box::pin(async move { deposits::is_waiting(&ctx).await })),
    },
    Job {
        name: "pix_catch_up",
        whom: Whom::WithMoney,
        every: Duration::from_mins(15),
        what: |ctx| {
            Box::pin(async move {
                let caught_up = deposits::catch_up(&ctx).await;
                pix::settle_key(&ctx).await?;
                caught_up.map(drop)
            })
        },
        is_waiting: None,
    },
    Job {
        name: "pix_reconciliation",
        whom: Whom::WithMoney,
        every: Duration::from_hours(1),
        what: |ctx| Box::pin(async move { reconciliation::reconcile_due(&ctx).await.map(drop) }),
        is_waiting: None,
    },
    Job {
        name: "ledger_audit",
        whom: Whom::WithMoney,
        every: Duration::from_hours(1),
        what: |ctx| Box::pin(async move { audit(&ctx).await.map(drop) }),
        is_waiting: None,
    },
    Job {
        name: "purge",
        whom: Whom::Served,
        every: Duration::from_hours(24),
        what: |ctx| {
            Box::pin(async move {
                auth::forget_expired(&ctx).await?;
                idempotency::forget_old(&ctx).await?;
                outbox::forget_delivered(&ctx).await?;
                files::sweep(&ctx).await?;
                Ok(())
            })
        },
        is_waiting: None,
    },
];
