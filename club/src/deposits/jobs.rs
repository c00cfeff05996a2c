//! What is done without being told: deposits that wait are looked at, and what no webhook told of is found.

use super::{credit, look, look::Waiting, receive_webhook};
use crate::{
    Ctx,
    pix::{self, EndToEndId, PixProvider, ReceivedPix, Webhook, Window},
};
use axum::http::HeaderMap;
use kernel::{Error, Kind, Result};
use std::collections::HashSet;
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
/// How far back payments are listed: a provider that was down for a weekend is caught up with.
const RECENT: Duration = Duration::days(3);
/// How far back it is listed what was given back: payers contest for eighty days.
const CONTESTED: Duration = Duration::days(90);
/// How many pages of a list are read in one round.
const MOST_PAGES: usize = 1_000;

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
        provider.name(),
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

/// Lists what came in and what was taken back lately, and takes note of what nobody told. Returns how many payments it
/// did not know. For a job.
pub async fn catch_up(ctx: &Ctx) -> Result<usize> {
    ctx.require(Permission::ManageSettings)?;
    let provider = pix::provider(ctx).await?;
    let now = ctx.now();
    let (mut new, mut failure) = (0, Ok(()));
    for (ago, refunded_only) in [(RECENT, false), (CONTESTED, true)] {
        let window = Window {
            from: now - ago,
            to: now,
            refunded_only,
        };
        let (listed, unreadable) = every(&*provider, &window).await?;
        if !unreadable.is_empty() {
            tracing::warn!(
                count = unreadable.len(),
                "listed payments could not be read"
            );
        }
        let known = known(ctx, &listed).await?;
        for pix in listed {
            let is_known = known.contains(&pix.end_to_end_id);
            if is_known && pix.refunds.is_empty() {
                continue;
            }
            // One that cannot be written down does not keep the others out.
            match credit::receive(ctx, provider.name(), &pix).await {
                Ok(()) => new += usize::from(!is_known),
                Err(error) => failure = Err(error),
            }
        }
    }
    failure.map(|()| new)
}

/// Everything within a window, and what of it could not be read.
pub(crate) async fn every(
    provider: &dyn PixProvider,
    window: &Window,
) -> Result<(Vec<ReceivedPix>, Vec<String>)> {
    let (mut all, mut unreadable) = (Vec::new(), Vec::new());
    let mut next = Some(0);
    for _ in 0..MOST_PAGES {
        let Some(page) = next else {
            return Ok((all, unreadable));
        };
        let page = provider.list_pix(window, page).await?;
        all.extend(page.pix);
        unreadable.extend(page.unreadable);
        next = page.next;
    }
    Err(Error::internal("the provider's list does not end"))
}

async fn known(ctx: &Ctx, listed: &[ReceivedPix]) -> Result<HashSet<EndToEndId>> {
    let ids: Vec<_> = listed
        .iter()
        .map(|pix| pix.end_to_end_id.as_str().to_owned())
        .collect();
    let known = sqlx::query_scalar!(
        "select end_to_end_id from received_pix where end_to_end_id = any ($1)",
        &ids,
    )
    .fetch_all(&mut *ctx.conn().await?)
    .await?;
    Ok(known.into_iter().collect())
}

/// Carries the webhooks of a club's sandbox to its door, as an institution's would come; how many there were. For a job.
pub async fn carry_sandbox_webhooks(ctx: &Ctx) -> Result<usize> {
    ctx.require(Permission::ManageSettings)?;
    if pix::provider(ctx).await?.name() != "sandbox" {
        return Ok(0);
    }
    let bodies = pix::deliveries(ctx).await?;
    for body in &bodies {
        let webhook = Webhook {
            token: None,
            headers: &HeaderMap::new(),
            body: body.as_bytes(),
        };
        receive_webhook(ctx, "sandbox", &webhook).await?;
    }
    Ok(bodies.len())
}
