//! Taking, renewing and ending leases.

use super::{Due, FailingJob, Lease, Whom};
use crate::{Platform, PlatformCtx, administrators::Permission};
use kernel::{Error, Kind, Result, TenantId};
use std::{collections::BTreeSet, pin::pin, time::Duration};
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;

/// Takes the lease on a job, for one tenant or for the platform, for a term; `None` while somebody holds it or its pause
/// is not over.
pub async fn try_take(
    platform: &Platform,
    name: &'static str,
    tenant: Option<TenantId>,
    term: Duration,
) -> Result<Option<Lease>> {
    let holder = platform.clock.new_id();
    let asked = Instant::now();
    let taken = sqlx::query!(
        "insert into job_leases (name, tenant_id, holder, until)
         values ($1, $2, $3, now() + $4::bigint * interval '1 millisecond')
         on conflict on constraint job_leases_key
             do update set holder = excluded.holder, until = excluded.until where job_leases.until <= now()
         returning error",
        name,
        tenant as Option<TenantId>,
        holder,
        milliseconds(term),
    )
    .fetch_optional(&platform.master)
    .await?;
    Ok(taken.map(|row| Lease {
        platform: platform.clone(),
        name,
        tenant,
        holder,
        term,
        good_until: asked + term,
        failed: row.error,
    }))
}

impl Lease {
    /// Works, and renews the lease as long as that takes. When it cannot be renewed in time the work is dropped where it
    /// stands, because another node may begin it.
    ///
    /// # Errors
    /// `lease_lost`; what the work itself says is inside.
    pub async fn hold<T>(&mut self, work: impl Future<Output = T>) -> Result<T> {
        let mut work = pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                () = sleep(self.term / 3) => {}
            }
            let good_until = self.good_until;
            tokio::select! {
                done = &mut work => return Ok(done),
                renewed = timeout_at(good_until, self.renew()) => match renewed {
                    Ok(Ok(true)) => {}
                    // The database may be back before the term ends.
                    Ok(Err(_)) if Instant::now() < good_until => {}
                    _ => return Err(lost()),
                },
            }
        }
    }

    /// Lengthens the lease to a whole term from now; false when somebody else has it.
    async fn renew(&mut self) -> Result<bool> {
        let asked = Instant::now();
        let renewed = sqlx::query!(
            "update job_leases set until = now() + $4::bigint * interval '1 millisecond'
             where name = $1 and tenant_id is not distinct from $2 and holder = $3",
            self.name,
            self.tenant as Option<TenantId>,
            self.holder,
            milliseconds(self.term),
        )
        .execute(&self.platform.master)
        .await?;
        let is_ours = renewed.rows_affected() == 1;
        if is_ours {
            self.good_until = asked + self.term;
        }
        Ok(is_ours)
    }

    /// Why the work failed the last time, if it did.
    pub fn failed_before(&self) -> Option<&str> {
        self.failed.as_deref()
    }

    /// Ends the lease: nobody begins again before the pause is over. What went wrong is kept until it goes well.
    pub async fn finish(self, pause: Duration, error: Option<&str>) -> Result<()> {
        sqlx::query!(
            "update job_leases
             set until = now() + $4::bigint * interval '1 millisecond', error = $5,
                 failing_since = case when $5::text is not null then coalesce(failing_since, now()) end
             where name = $1 and tenant_id is not distinct from $2 and holder = $3",
            self.name,
            self.tenant as Option<TenantId>,
            self.holder,
            milliseconds(pause),
            error,
        )
        .execute(&self.platform.master)
        .await?;
        Ok(())
    }
}

/// The tenants for whom a job is due, who waited longest first: those of `whom` whose last lease is over, for the tenants in
/// `busy`, or over for as long as `idle`, for all others.
pub async fn due(
    platform: &Platform,
    name: &'static str,
    whom: Whom,
    busy: &BTreeSet<TenantId>,
    idle: Duration,
) -> Result<Vec<Due>> {
    let busy: Vec<Uuid> = busy.iter().map(|tenant| tenant.0).collect();
    let due = sqlx::query_as!(
        Due,
        "select t.id, t.slug from tenants t left join job_leases l on l.name = $1 and l.tenant_id = t.id
         where t.provisioning = 'active'
           and (($5 and t.status <> 'cancelled')
                or (t.status = 'active' or (t.status = 'trial' and (t.trial_ends_at is null or t.trial_ends_at > $4)))
                   and t.subscription_status <> 'SUSPENDED')
           and (l.until is null or l.until <= now() - case when t.id = any ($2) then interval '0'
                                                           else $3::bigint * interval '1 millisecond' end)
         order by l.until nulls first, t.id",
        name,
        &busy,
        milliseconds(idle),
        platform.clock.now(),
        whom == Whom::WithMoney,
    )
    .fetch_all(&platform.master)
    .await?;
    Ok(due)
}

/// The work that failed the last time it was done, for the system page.
pub async fn failing(ctx: &PlatformCtx) -> Result<Vec<FailingJob>> {
    ctx.require(Permission::ViewPlatform)?;
    let failing = sqlx::query_as!(
        FailingJob,
        r#"select l.name, t.slug as "tenant?", l.error as "error!", l.failing_since as "failing_since!"
           from job_leases l left join tenants t on t.id = l.tenant_id
           where l.error is not null and l.failing_since is not null
           order by l.failing_since, l.name, t.slug"#,
    )
    .fetch_all(&ctx.platform.master)
    .await?;
    Ok(failing)
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn lost() -> Error {
    Error::new(
        Kind::Conflict,
        "lease_lost",
        "The lease could not be renewed in time.",
    )
}
