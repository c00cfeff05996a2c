//! Making the reports.

use super::{
    Reconciliation, balances,
    reports::{keep, list},
};
use crate::{
    Ctx,
    deposits::{credit, every, take_back},
    ledger::Account,
    pix::{self, ReceivedPix, RefundStatus, Window},
};
use kernel::{Error, Kind, Money, Result};
use sqlx::PgConnection;
use std::collections::{BTreeMap, BTreeSet};
use tenancy::administrators::Permission;
use time::{Date, Duration, OffsetDateTime};
use uuid::Uuid;

/// How many days back a report that is missing is made, …
const DAYS: i32 = 7;
/// … and how many at most when the newest one is older: what nobody could compare for so long is for people.
const FARTHEST: i32 = 90;

/// A payment in two numbers: what came in, and what of it went back.
type Amounts = (Money, Money);

/// Makes the reports that are missing, of the last week and of every day since the newest one, and the newest again while
/// it differs, because what was only late is there by then; how many that were. For a job.
///
/// # Errors
/// When the provider cannot be asked. One day that something else is wrong with keeps no other one waiting.
pub async fn reconcile_due(ctx: &Ctx) -> Result<usize> {
    ctx.require(Permission::ManageSettings)?;
    let mut days = sqlx::query_scalar!(
        r#"select day as "day!" from (
               select today - ago as day
               from (select ($1::timestamptz at time zone $2)::date as today) as now,
                    generate_series(1, least($4, greatest($3, today - (select max(day) from pix_reconciliations)))) as ago
               ) as days
           where not exists (select from pix_reconciliations made where made.day = days.day)
             and not exists (select from money_settings join pix_listings on account = pix_account_name
                             where used_since >= (day + 1)::timestamp at time zone $2)
           order by day"#,
        ctx.now(),
        ctx.tenant.time_zone,
        DAYS,
        FARTHEST,
    )
    .fetch_all(&mut *ctx.conn().await?)
    .await?;
    days.extend(differing(ctx).await?);
    let mut outcome = Ok(days.len());
    for day in days {
        match reconcile(ctx, day).await {
            Ok(_) => {}
            Err(error) if error.kind == Kind::Unavailable => return Err(error),
            Err(error) => outcome = Err(error),
        }
    }
    outcome
}

/// The last day, when it has a report that differs.
async fn differing(ctx: &Ctx) -> Result<Option<Date>> {
    let Some(newest) = list(ctx, 1).await?.pop() else {
        return Ok(None);
    };
    let account = pix::provider(ctx).await?.account();
    // Of an account that the club did not use on that day there is nothing to compare again.
    let Ok(window) = since_used(ctx, &account, window(ctx, newest.day).await?).await else {
        return Ok(None);
    };
    Ok((!newest.ties_out() && is_last(ctx, &window)).then_some(newest.day))
}

/// Takes in what our books lack of one day, compares it, and keeps the report in the place of an earlier one. A
/// day on which the club came to another account is compared from then on.
///
/// # Errors
/// `day: before_account` when the club did not use the account yet; those of asking the provider.
pub async fn reconcile(ctx: &Ctx, day: Date) -> Result<Reconciliation> {
    ctx.require(Permission::ManageSettings)?;
    let provider = pix::provider(ctx).await?;
    let account = provider.account();
    let window = since_used(ctx, &account, window(ctx, day).await?).await?;
    let made_at = ctx.now();
    // A balance is of now, so it belongs to the last day only.
    let balances = if is_last(ctx, &window) {
        balances::compare(ctx, &*provider).await?
    } else {
        balances::of_ledger(ctx).await?
    };
    let (mut listed, unreadable) = every(&*provider, window).await?;
    // The list takes both ends in; the next day's first moment is the next day's.
    listed.retain(|pix| pix.received_at < window.to);
    let listed = take_in(ctx, &account, listed, &window).await?;
    let mut tx = ctx.begin().await?;
    let ours = ours(&mut tx, &account, &window).await?;
    let theirs: BTreeMap<_, _> = listed
        .iter()
        .map(|pix| (pix.end_to_end_id.to_string(), amounts(pix)))
        .collect();
    let provider_total = sum(theirs
        .values()
        .map(|(amount, back)| credit::less(*amount, *back)))?;
    let ledger_total = posted(&mut tx, &listed, &ours).await?;
    let report = Reconciliation {
        day,
        provider: provider.name().to_owned(),
        provider_total,
        ledger_total,
        difference: provider_total
            .checked_sub(ledger_total)
            .ok_or_else(too_much)?,
        provider_balance: balances.provider,
        ledger_balance: balances.ledger,
        on_its_way: balances.on_its_way,
        missing_here: only(&theirs, &ours),
        missing_there: only(&ours, &theirs),
        unequal: unequal(&theirs, &ours),
        unreadable,
        made_at,
    };
    tx.commit().await?;
    keep(ctx, &report).await?;
    if !report.ties_out() {
        tracing::error!(tenant = %ctx.tenant.slug, %day, "the provider and the ledger differ");
    }
    Ok(report)
}

/// Takes note of what our books lack of a list, as if it had been told in time, and says what of the list is the club's.
/// What cannot be written down stays a difference.
async fn take_in(
    ctx: &Ctx,
    account: &str,
    mut listed: Vec<ReceivedPix>,
    window: &Window,
) -> Result<Vec<ReceivedPix>> {
    let ours = ours(&mut *ctx.conn().await?, account, window).await?;
    let is_ours = |pix: &&ReceivedPix| ours.get(pix.end_to_end_id.as_str()) == Some(&amounts(pix));
    let mut others = BTreeSet::new();
    for pix in listed.iter().filter(|pix| !is_ours(pix)) {
        let id = &pix.end_to_end_id;
        match credit::receive(ctx, account, pix).await {
            Ok(true) => tracing::warn!(%id, "only the reconciliation told of a payment"),
            Ok(false) => {
                others.insert(id.to_string());
            }
            Err(error) => {
                tracing::error!(%id, cause = error.cause(), code = %error.code, "a payment cannot be written down");
            }
        }
    }
    listed.retain(|pix| !others.contains(pix.end_to_end_id.as_str()));
    Ok(listed)
}

pub(super) fn too_much() -> Error {
    Error::internal("a sum is beyond what can be represented")
}

fn sum(amounts: impl IntoIterator<Item = Money>) -> Result<Money> {
    let mut amounts = amounts.into_iter();
    let sum = amounts.try_fold(Money::ZERO, Money::checked_add);
    sum.ok_or_else(too_much)
}

/// Whether no later day is over.
fn is_last(ctx: &Ctx, window: &Window) -> bool {
    ctx.now() < window.to + Duration::DAY
}

/// The club's day.
async fn window(ctx: &Ctx, day: Date) -> Result<Window> {
    let row = sqlx::query!(
        r#"select ($1::date::timestamp at time zone $2) as "from!", (($1::date + 1)::timestamp at time zone $2) as "to!""#,
        day,
        ctx.tenant.time_zone,
    )
    .fetch_one(&mut *ctx.conn().await?)
    .await?;
    let (from, to): (OffsetDateTime, OffsetDateTime) = (row.from, row.to);
    Ok(Window {
        from,
        to,
        refunded_only: false,
    })
}

/// Of a window, what lies after the moment from which on the club uses the account.
async fn since_used(ctx: &Ctx, account: &str, window: Window) -> Result<Window> {
    let used_since = sqlx::query_scalar!(
        "select used_since from pix_listings where account = $1",
        account,
    )
    .fetch_optional(&mut *ctx.conn().await?)
    .await?
    .flatten();
    let from = used_since.map_or(window.from, |used| used.max(window.from));
    Error::check([("day", from < window.to, "before_account")])?;
    Ok(Window { from, ..window })
}

fn amounts(pix: &ReceivedPix) -> Amounts {
    let refunds = pix.refunds.iter();
    let went_back = refunds
        .filter(|refund| refund.status == RefundStatus::Returned)
        .fold(Money::ZERO, |sum, refund| {
            sum.checked_add(refund.amount).unwrap_or(sum)
        });
    (pix.amount, went_back)
}

/// What we wrote down for the day.
async fn ours(
    conn: &mut PgConnection,
    account: &str,
    window: &Window,
) -> Result<BTreeMap<String, Amounts>> {
    let rows = sqlx::query!(
        "select end_to_end_id, amount, returned from received_pix
         where received_at >= $1 and received_at < $2 and provider = $3",
        window.from,
        window.to,
        account,
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| (row.end_to_end_id.to_string(), (row.amount, row.returned)))
        .collect())
}

/// What the ledger says came in for these payments, less what went out again: by the transactions themselves.
async fn posted(
    conn: &mut PgConnection,
    listed: &[ReceivedPix],
    ours: &BTreeMap<String, Amounts>,
) -> Result<Money> {
    let mut ids: Vec<Uuid> = Vec::new();
    for pix in listed {
        let refunds = pix.refunds.iter();
        let refunds = refunds.map(|refund| take_back::transaction(&pix.end_to_end_id, &refund.id));
        ids.extend(refunds.map(|id| id.0));
        ids.push(credit::transaction(&pix.end_to_end_id).0);
    }
    let unlisted: Vec<_> = ours.keys().cloned().collect();
    // What only we know counts too: that is a difference.
    for id in unlisted
        .iter()
        .filter_map(|id| pix::EndToEndId::parse(id).ok())
    {
        ids.push(credit::transaction(&id).0);
    }
    let total = sqlx::query_scalar!(
        r#"select coalesce(-sum(l.amount), 0)::bigint as "total!: Money"
           from ledger_legs l join ledger_accounts a on a.id = l.account_id
           where a.kind = $2 and l.transaction_id = any ($1)"#,
        &ids,
        Account::Clearing.kind(),
    )
    .fetch_one(conn)
    .await?;
    Ok(total)
}

/// What the one knows and the other does not.
fn only(one: &BTreeMap<String, Amounts>, other: &BTreeMap<String, Amounts>) -> Vec<String> {
    let ids = one.keys().filter(|id| !other.contains_key(*id));
    ids.cloned().collect()
}

fn unequal(one: &BTreeMap<String, Amounts>, other: &BTreeMap<String, Amounts>) -> Vec<String> {
    let differ = |(id, amounts): &(&String, &Amounts)| {
        other.get(*id).is_some_and(|theirs| theirs != *amounts)
    };
    one.iter()
        .filter(differ)
        .map(|(id, _)| id.clone())
        .collect()
}
