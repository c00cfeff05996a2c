//! What is done every few seconds: deposits that wait are looked at, and the sandbox's webhooks are carried.

use super::{look, look::Waiting, webhook};
use crate::{
    Ctx,
    pix::{self, Webhook},
};
use axum::http::HeaderMap;
use kernel::{Kind, Result};
use tenancy::administrators::Permission;
use time::Duration;

/// A deposit that is waited for is looked at this often; one that is old, …
const OFTEN: Duration = Duration::seconds(30);
/// … this often.
const SELDOM: Duration = Duration::minutes(5);
/// Until when a deposit is young.
const YOUNG: Duration = Duration::minutes(15);
/// How many deposits one round looks at.
const AT_ONCE: i64 = 100;

/// Looks at the deposits that wait and whose turn it is: credits, completes and closes them. Returns how many it looked
/// at. For a job; it stops when the provider cannot be asked, and goes on past a deposit that something else is wrong with,
/// which is its failure in the end.
pub async fn poll(ctx: &Ctx) -> Result<usize> {
    ctx.require(Permission::ManageSettings)?;
    let provider = pix::provider(ctx).await?;
    let now = ctx.now();
    // Taken before they are looked at, so that two rounds share the work.
    let waiting = sqlx::query_as!(
        Waiting,
        r#"update deposits set checked_at = $1
           where id in (select id from deposits
                        where status = 'waiting' and provider = $2
                          and checked_at <= case when created_at > $3 then $4::timestamptz else $5::timestamptz end
                        order by checked_at limit $6 for no key update skip locked)
           returning id, txid, amount, br_code is not null as "has_code!", expires_at"#,
        now,
        provider.account(),
        now - YOUNG,
        now - OFTEN,
        now - SELDOM,
        AT_ONCE,
    )
    .fetch_all(&mut *ctx.conn().await?)
    .await?;
    let mut failure = Ok(waiting.len());
    for deposit in &waiting {
        match look::look(ctx, &*provider, deposit).await {
            Ok(()) => {}
            Err(error) if error.kind == Kind::Unavailable => return Err(error),
            Err(error) => failure = Err(error),
        }
    }
    failure
}

/// Whether [`poll`], [`carry_sandbox_webhooks`] or `suspense::finish_returns` has anything to do; cheap enough to ask every
/// few seconds.
pub async fn is_waiting(ctx: &Ctx) -> Result<bool> {
    let now = ctx.now();
    let waiting = sqlx::query_scalar!(
        r#"select (exists (select from deposits where status = 'waiting' and (checked_at <= $1 or pix_provider = 'sandbox'))
                or exists (select from pix_refunds where status in ('requested', 'processing'))
                or exists (select from pix_sandbox where pix_provider = 'sandbox' and book -> 'post' <> '[]')) as "waiting!"
           from money_settings"#,
        now - OFTEN,
    )
    .fetch_one(&mut *ctx.conn().await?)
    .await?;
    Ok(waiting)
}

/// Carries the webhooks of a club's sandbox to where an institution's arrive; how many there were. For a job.
pub async fn carry_sandbox_webhooks(ctx: &Ctx) -> Result<usize> {
    ctx.require(Permission::ManageSettings)?;
    let provider = pix::provider(ctx).await?;
    if provider.name() != "sandbox" {
        return Ok(0);
    }
    let bodies = pix::deliveries(ctx).await?;
    for body in &bodies {
        let webhook = Webhook {
            token: None,
            headers: &HeaderMap::new(),
            body: body.as_bytes(),
        };
        webhook::hear(ctx, &*provider, &webhook).await?;
    }
    Ok(bodies.len())
}
