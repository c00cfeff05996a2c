//! Listing what came in and what was taken back, and finding what no webhook told of.

use super::credit;
use crate::{
    Ctx,
    pix::{self, EndToEndId, PixProvider, ReceivedPix, Window},
};
use kernel::{Error, Result};
use std::{
    collections::{BTreeSet, HashSet},
    iter,
};
use tenancy::administrators::Permission;
use time::{Duration, OffsetDateTime};

/// At least this far back payments are listed, because institutions list some of them late.
const RECENT: Duration = Duration::days(3);
/// At most this far back: what nobody could list for so long is for people.
const FARTHEST: Duration = Duration::days(90);
/// How much farther back it is listed what was given back: payers contest for eighty days.
const CONTESTED: Duration = Duration::days(90);
/// How long a window an institution lists at once. The central bank's contract sets no limit, some institutions do.
const LONGEST: Duration = Duration::days(5);
/// How many pages of one window are read.
const MOST_PAGES: usize = 1_000;

/// Lists what came in and what was taken back since this was last done without a failure, and takes note of what nobody
/// told. Returns how many payments it did not know. For a job.
pub async fn catch_up(ctx: &Ctx) -> Result<usize> {
    ctx.require(Permission::ManageSettings)?;
    let provider = pix::provider(ctx).await?;
    let (account, now) = (provider.account(), ctx.now());
    let (mut new, mut failure) = (0, Ok(()));
    let mut not_read = BTreeSet::new();
    for window in windows(ctx, &account, now).await? {
        let (listed, unreadable) = every(&*provider, window).await?;
        not_read.extend(unreadable);
        let known = known(ctx, &listed).await?;
        for pix in listed {
            let is_known = known.contains(&pix.end_to_end_id);
            if is_known && pix.refunds.is_empty() {
                continue;
            }
            // One that cannot be written down does not keep the others out.
            match credit::receive(ctx, &account, &pix).await {
                Ok(is_ours) => new += usize::from(is_ours && !is_known),
                Err(error) => failure = Err(error),
            }
        }
    }
    failure?;
    refuse_unreadable(&not_read)?;
    listed_until(ctx, &account, now).await?;
    Ok(new)
}

/// What was listed and cannot be read may be money: that is the job's failure until it can.
fn refuse_unreadable(not_read: &BTreeSet<String>) -> Result<()> {
    if not_read.is_empty() {
        return Ok(());
    }
    let not_read: Vec<_> = not_read.iter().map(String::as_str).collect();
    Err(Error::internal(format_args!(
        "listed and not readable: {}",
        not_read.join(", ")
    )))
}

/// What is to be listed: what came in since the club uses the account, and of what we know to have come in before, what was
/// given back.
async fn windows(
    ctx: &Ctx,
    account: &str,
    now: OffsetDateTime,
) -> Result<impl Iterator<Item = Window> + use<>> {
    let row = sqlx::query!(
        "select (select listed_until from pix_listings where account = $1) as until,
                (select used_since from pix_listings where account = $1) as used_since,
                (select min(received_at) from received_pix where provider = $1) as oldest",
        account,
    )
    .fetch_one(&mut *ctx.conn().await?)
    .await?;
    let since = row.until.unwrap_or(now);
    let since = since.clamp(now - FARTHEST, now - RECENT);
    let came_in = Window {
        from: row.used_since.map_or(since, |used| used.max(since)),
        to: now,
        refunded_only: false,
    };
    let given_back = row.oldest.map(|oldest| Window {
        // Clocks differ, and the database keeps less of a second than the provider may.
        from: (since - CONTESTED).max(oldest - Duration::DAY),
        to: now,
        refunded_only: true,
    });
    Ok(iter::once(came_in).chain(given_back))
}

/// Remembers that everything until this moment was listed and taken note of.
async fn listed_until(ctx: &Ctx, account: &str, moment: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "insert into pix_listings (account, listed_until) values ($1, $2)
         on conflict (account) do update set listed_until = excluded.listed_until",
        account,
        moment,
    )
    .execute(&mut *ctx.conn().await?)
    .await?;
    Ok(())
}

/// Everything within a window, each payment once, and what of it could not be read.
pub(crate) async fn every(
    provider: &dyn PixProvider,
    window: Window,
) -> Result<(Vec<ReceivedPix>, Vec<String>)> {
    let (mut all, mut unreadable) = (Vec::new(), Vec::new());
    for slice in slices(window) {
        let mut next = Some(0);
        for _ in 0..MOST_PAGES {
            let Some(page) = next else { break };
            let page = provider.list_pix(&slice, page).await?;
            all.extend(page.pix);
            unreadable.extend(page.unreadable);
            next = page.next;
        }
        if next.is_some() {
            return Err(Error::internal("the provider's list does not end"));
        }
    }
    // What came in at the very moment where two slices meet is in both.
    let mut seen = HashSet::new();
    all.retain(|pix| seen.insert(pix.end_to_end_id.clone()));
    Ok((all, unreadable))
}

/// A window in parts that institutions accept, the oldest first.
fn slices(window: Window) -> impl Iterator<Item = Window> {
    let mut from = Some(window.from);
    iter::from_fn(move || {
        let start = from?;
        let end = window.to.min(start + LONGEST);
        from = (end < window.to).then_some(end);
        Some(Window {
            from: start,
            to: end,
            ..window
        })
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn slices_leave_nothing_out() {
        let to = datetime!(2026-06-01 12:00 UTC);
        for (length, count) in [
            (Duration::ZERO, 1),
            (Duration::DAY, 1),
            (LONGEST, 1),
            (LONGEST + Duration::SECOND, 2),
            (FARTHEST, 18),
        ] {
            let whole = Window {
                from: to - length,
                to,
                refunded_only: true,
            };
            let parts: Vec<_> = slices(whole).collect();
            assert_eq!(parts.len(), count, "{length}");
            assert_eq!((parts[0].from, parts[count - 1].to), (whole.from, to));
            assert!(parts.windows(2).all(|pair| pair[0].to == pair[1].from));
            assert!(
                parts
                    .iter()
                    .all(|part| part.to - part.from <= LONGEST && part.refunded_only)
            );
        }
    }
}
