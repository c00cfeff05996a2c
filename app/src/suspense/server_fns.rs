//! What the pages of unmatched money ask and change.

use super::{
    Filter, Suspense,
    detail::{Search, UnmatchedView},
};
use crate::Refusal;
use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::{HERE, left, of_decision, reconciliation::size};
#[cfg(feature = "ssr")]
use crate::{form, visit};
#[cfg(feature = "ssr")]
use club::{
    Ctx,
    reconciliation::{self, Found},
    suspense::{self, ReceivedStatus, UnmatchedPix},
    users::{self, User, UserFilter},
};
#[cfg(feature = "ssr")]
use kernel::{Error, Kind, Money, PageRequest, ReceivedPixId, Result as Outcome};
#[cfg(feature = "ssr")]
use tenancy::administrators::Permission;
#[cfg(feature = "ssr")]
use time::{Date, OffsetDateTime, macros::format_description};

/// How many days' comparisons are shown.
#[cfg(feature = "ssr")]
const DAYS: u16 = 14;
/// How many members a search shows.
#[cfg(feature = "ssr")]
const FOUND: u16 = 8;

/// One page of the payments, what of them waits, and the last comparisons with the provider.
#[server(endpoint = "admin/suspense")]
pub(crate) async fn list_unmatched(filter: Filter) -> Result<Suspense, Refusal> {
    let ctx = visit::tenant()?;
    let page = PageRequest {
        limit: None,
        cursor: filter.cursor.parse().ok(),
    };
    Ok(Suspense {
        waiting: suspense::waiting(&ctx).await?,
        page: suspense::list(&ctx, status_of(&filter.status), page).await?,
        reports: reconciliation::list(&ctx, DAYS).await?,
    })
}

/// One payment, and whose it is or may be.
#[server(endpoint = "admin/suspense/one")]
pub(crate) async fn read_unmatched(search: Search) -> Result<UnmatchedView, Refusal> {
    let ctx = visit::tenant()?;
    let pix = suspense::by_id(&ctx, parsed(&search.id)?).await?;
    let q = search.q.trim().to_owned();
    let chosen = pix.user_id.or_else(|| search.member.parse().ok());
    Ok(UnmatchedView {
        member: match chosen {
            Some(id) => member(&ctx, id).await?,
            None => None,
        },
        found: found(&ctx, &q).await?,
        pix,
        q,
    })
}

/// Puts a payment into the wallet of the member whose it is.
#[server(endpoint = "admin/suspense/assign")]
pub(crate) async fn assign_unmatched(
    id: String,
    member: String,
    reason: String,
) -> Result<(), Refusal> {
    let kept = [("reason", reason.as_str())];
    let assigned = assign(&id, &member, &reason).await;
    form::settle(of_decision::ASSIGN, &kept, assigned)?;
    form::done(of_decision::ASSIGN, "pix_assigned", Some(HERE));
    Ok(())
}

/// Gives a payment back to who paid it, once its amount was written to confirm.
#[server(endpoint = "admin/suspense/return")]
pub(crate) async fn give_back_unmatched(
    id: String,
    reason: String,
    confirm: String,
) -> Result<(), Refusal> {
    let kept = [("reason", reason.as_str()), ("confirm", &confirm)];
    let given = give_back(&id, &reason, &confirm).await;
    let pix = form::settle(of_decision::GIVE_BACK, &kept, given)?;
    let code = if pix.is_returning {
        "pix_returning"
    } else {
        "pix_returned"
    };
    form::done(of_decision::GIVE_BACK, code, Some(HERE));
    Ok(())
}

/// Books what the newest report could not explain, by its day, when it was made and the amount, once the amount was
/// written to confirm.
#[server(endpoint = "admin/suspense/book")]
pub(crate) async fn book_difference(
    day: String,
    seen: String,
    amount: String,
    reason: String,
    confirm: String,
) -> Result<(), Refusal> {
    let kept = [("reason", reason.as_str()), ("confirm", &confirm)];
    let booked = book([&day, &seen, &amount], &reason, &confirm).await;
    form::settle(of_decision::BOOK, &kept, booked)?;
    form::done(of_decision::BOOK, "difference_booked", Some(HERE));
    Ok(())
}

/// The status of this name in the address; without one what waits.
#[cfg(feature = "ssr")]
fn status_of(name: &str) -> Option<ReceivedStatus> {
    match name {
        "assigned" => Some(ReceivedStatus::Assigned),
        "returned" => Some(ReceivedStatus::Returned),
        "all" => None,
        _ => Some(ReceivedStatus::Suspense),
    }
}

#[cfg(feature = "ssr")]
async fn member(ctx: &Ctx, id: kernel::UserId) -> Outcome<Option<User>> {
    match users::by_id(ctx, id).await {
        Err(error) if error.kind == Kind::NotFound => Ok(None),
        user => user.map(Some),
    }
}

#[cfg(feature = "ssr")]
async fn found(ctx: &Ctx, q: &str) -> Outcome<Vec<User>> {
    if q.is_empty() {
        return Ok(Vec::new());
    }
    let filter = UserFilter {
        search: Some(q.to_owned()),
        ..UserFilter::default()
    };
    let page = PageRequest {
        limit: Some(FOUND),
        cursor: None,
    };
    Ok(users::list(ctx, filter, page).await?.data)
}

#[cfg(feature = "ssr")]
async fn assign(id: &str, member: &str, reason: &str) -> Outcome<()> {
    let ctx = visit::tenant()?;
    let member = member.parse().map_err(|_| Error::not_found("user"))?;
    suspense::assign(&ctx, parsed(id)?, member, reason)
        .await
        .map(drop)
}

#[cfg(feature = "ssr")]
async fn give_back(id: &str, reason: &str, confirm: &str) -> Outcome<UnmatchedPix> {
    let (ctx, id) = (visit::tenant()?, parsed(id)?);
    ctx.require(Permission::ManageMembers)?;
    let amount = left(&suspense::by_id(&ctx, id).await?);
    let written = Money::parse_brazilian(confirm).or_else(|_| Money::parse(confirm.trim()));
    Error::check([
        ("reason", !reason.trim().is_empty(), "required"),
        ("confirm", written == Ok(amount), "mismatch"),
    ])?;
    suspense::return_to_payer(&ctx, id, reason).await
}

#[cfg(feature = "ssr")]
async fn book([day, seen, amount]: [&str; 3], reason: &str, confirm: &str) -> Outcome<()> {
    let ctx = visit::tenant()?;
    ctx.require(Permission::ManageSettings)?;
    let found = self::seen(day, seen, amount).ok_or_else(|| Error::not_found("reconciliation"))?;
    let written = Money::parse_brazilian(confirm).or_else(|_| Money::parse(confirm.trim()));
    Error::check([
        ("reason", !reason.trim().is_empty(), "required"),
        ("confirm", written == Ok(size(found.amount)), "mismatch"),
    ])?;
    match reconciliation::book(&ctx, &found, reason).await {
        // What it is by now stands at the form that this leads back to.
        Err(error) if error.fields.contains_key("amount") => {
            Err(Error::invalid("confirm", "mismatch"))
        }
        booked => booked,
    }
}

#[cfg(feature = "ssr")]
fn seen(day: &str, made_at: &str, amount: &str) -> Option<Found> {
    let format = format_description!("[year]-[month]-[day]");
    let day = Date::parse(day, format).ok();
    Some(Found {
        day: day.filter(|day| day.year() > 0)?,
        made_at: OffsetDateTime::from_unix_timestamp_nanos(made_at.parse().ok()?).ok()?,
        amount: Money::parse(amount).ok()?,
    })
}

#[cfg(feature = "ssr")]
fn parsed(id: &str) -> Outcome<ReceivedPixId> {
    id.parse().map_err(|_| Error::not_found("pix"))
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_of_a_day_that_a_database_has() {
        assert!(seen("2026-06-01", "0", "1.00").is_some());
        for day in ["-4800-01-01", "0000-01-01", "10000-01-01", "today"] {
            assert_eq!(seen(day, "0", "1.00"), None, "{day}");
        }
    }
}
