//! Listing unmatched money, finding its owner, giving it back.

use super::{ReceivedStatus, UnmatchedPix, Waiting};
use crate::{
    Ctx, audit,
    deposits::{credit::less, take_back},
    idempotency::transaction_id,
    ledger::{self, Account, Posting, TransactionKind},
    outbox,
    pix::{self, EndToEndId, PixProvider, ProviderError, RefundId},
    users::UserStatus,
};
use kernel::{Error, Kind, Money, Page, PageRequest, ReceivedPixId, Result, UserId};
use serde_json::json;
use sqlx::PgConnection;
use tenancy::administrators::Permission;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 500;
/// How many refunds one round of the job asks about.
const AT_ONCE: i64 = 100;

/// Selects unmatched payments the one way they are read; the tail is the rest of the statement.
macro_rules! select_unmatched {
    ($tail:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            UnmatchedPix,
            r#"select p.id, p.end_to_end_id, p.txid, p.amount, p.returned, p.status, p.received_at, p.user_id,
                      p.resolved_by, p.resolved_at, p.reason,
                      exists (select from pix_refunds r where r.end_to_end_id = p.end_to_end_id
                              and r.status in ('requested', 'processing')) as "is_returning!"
               from received_pix p "# + $tail
            $(, $argument)*
        )
    };
}

/// What nobody has decided about yet; what is on its way back to its payer no longer waits.
pub async fn waiting(ctx: &Ctx) -> Result<Waiting> {
    ctx.require(Permission::ViewMembers)?;
    let mut conn = ctx.conn().await?;
    let waiting = sqlx::query_as!(
        Waiting,
        r#"select count(*) as "payments!", coalesce(sum(amount - returned), 0)::bigint as "amount!: Money"
           from received_pix p
           where status = 'suspense' and not exists (
               select from pix_refunds r
               where r.end_to_end_id = p.end_to_end_id and r.status in ('requested', 'processing'))"#
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(waiting)
}

/// Payments that belonged to nobody when they came in, newest first; with a status, only those.
pub async fn list(
    ctx: &Ctx,
    status: Option<ReceivedStatus>,
    page: PageRequest,
) -> Result<Page<UnmatchedPix>> {
    ctx.require(Permission::ViewMembers)?;
    let limit = page.limit()?;
    let rows = select_unmatched!(
        "where p.status <> 'credited' and ($1::uuid is null or p.id < $1) and ($2::text is null or p.status = $2)
         order by p.id desc limit $3",
        page.cursor,
        status as Option<ReceivedStatus>,
        i64::from(limit) + 1,
    )
    .fetch_all(&mut *ctx.conn().await?)
    .await?;
    Ok(Page::cut(rows, limit, |row| row.id.0))
}

/// One payment. Error: `not_found`.
pub async fn by_id(ctx: &Ctx, id: ReceivedPixId) -> Result<UnmatchedPix> {
    ctx.require(Permission::ViewMembers)?;
    read(&mut *ctx.conn().await?, id).await
}

/// Puts unmatched money into the wallet of the user whose it is.
///
/// # Errors
/// `not_found` (payment or user), `not_in_suspense`, `return_in_progress`, `reason: required` or `too_long`.
pub async fn assign(
    ctx: &Ctx,
    id: ReceivedPixId,
    user: UserId,
    reason: &str,
) -> Result<UnmatchedPix> {
    ctx.require(Permission::ManageMembers)?;
    let reason = checked(reason)?;
    let mut tx = ctx.begin().await?;
    let pix = lock(&mut tx, id).await?;
    let status = sqlx::query_scalar!(
        "select status from users where id = $1 for share",
        user as UserId
    )
    .fetch_optional(&mut *tx)
    .await?;
    if status.is_none_or(|status| status == UserStatus::Deleted) {
        return Err(Error::not_found("user"));
    }
    let amount = less(pix.amount, pix.returned);
    sqlx::query!(
        "update received_pix set status = 'assigned', user_id = $2, resolved_by = $3, resolved_at = $4, reason = $5
         where id = $1",
        id as ReceivedPixId,
        user as UserId,
        ctx.actor.label(),
        ctx.now(),
        reason,
    )
    .execute(&mut *tx)
    .await?;
    let found = json!({ "userId": user, "amount": amount, "receivedPixId": id });
    outbox::enqueue(&mut tx, ctx, "deposit_paid", found).await?;
    tell(
        &mut tx,
        ctx,
        "pix.assign",
        id,
        json!({ "userId": user, "amount": amount }),
    )
    .await?;
    let posting = Posting::new(
        transaction_id(id.0, "assign"),
        TransactionKind::Suspense,
        id.0,
        ctx.now(),
    )
    .debit(Account::Suspense, amount)
    .credit(Account::Wallet(user), amount);
    ledger::post(&mut tx, &posting).await?;
    let assigned = read(&mut tx, id).await?;
    tx.commit().await?;
    Ok(assigned)
}

/// Gives unmatched money back to who paid it. When the provider does not answer, [`finish_returns`] goes on asking.
///
/// # Errors
/// `not_found`, `not_in_suspense`, `return_in_progress`, `another_provider` when the club has left that account since,
/// `pix_refused`, `reason: required` or `too_long`.
pub async fn return_to_payer(ctx: &Ctx, id: ReceivedPixId, reason: &str) -> Result<UnmatchedPix> {
    ctx.require(Permission::ManageMembers)?;
    let reason = checked(reason)?;
    let refund = RefundId::from(ctx.new_id());
    let mut tx = ctx.begin().await?;
    let account = pix::hold(&mut tx).await?;
    let pix = lock(&mut tx, id).await?;
    if pix.account != account {
        return Err(Error::conflict(
            "another_provider",
            "It came in at an account that the club has left; give it back there.",
        ));
    }
    let amount = less(pix.amount, pix.returned);
    sqlx::query!(
        "insert into pix_refunds (end_to_end_id, refund_id, amount, nature, status, requested_by, requested_at)
         values ($1, $2, $3, 'ordinary', 'requested', $4, $5)",
        pix.end_to_end_id.as_str(),
        refund.as_str(),
        amount.centavos(),
        ctx.actor.label(),
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "update received_pix set resolved_by = $2, resolved_at = $3, reason = $4 where id = $1",
        id as ReceivedPixId,
        ctx.actor.label(),
        ctx.now(),
        reason,
    )
    .execute(&mut *tx)
    .await?;
    tell(
        &mut tx,
        ctx,
        "pix.return",
        id,
        json!({ "refundId": refund, "amount": amount }),
    )
    .await?;
    tx.commit().await?;
    let open = OpenRefund {
        end_to_end_id: pix.end_to_end_id,
        refund_id: refund,
        amount,
    };
    // The account that it came in at: while it is on its way back, the club has no other.
    match ask(ctx, &*pix::provider(ctx).await?, &open).await {
        Ok(Asked::Noted) => {}
        Ok(Asked::Refused(refusal)) => return Err(refusal.into()),
        Err(error) => {
            tracing::info!(pix = %id, cause = error.cause(), "a refund has no answer yet");
        }
    }
    read(&mut *ctx.conn().await?, id).await
}

/// A refund that was asked for and is not settled.
struct OpenRefund {
    end_to_end_id: EndToEndId,
    refund_id: RefundId,
    amount: Money,
}

/// Asks about the refunds that are not settled, under the ids that they have; how many those were. For a job.
pub async fn finish_returns(ctx: &Ctx) -> Result<usize> {
    ctx.require(Permission::ManageSettings)?;
    let provider = pix::provider(ctx).await?;
    let open = sqlx::query_as!(
        OpenRefund,
        "select r.end_to_end_id, r.refund_id, r.amount from pix_refunds r
         join received_pix p on p.end_to_end_id = r.end_to_end_id
         where r.status in ('requested', 'processing') and p.provider = $1 order by r.requested_at limit $2",
        provider.account(),
        AT_ONCE,
    )
    .fetch_all(&mut *ctx.conn().await?)
    .await?;
    let mut failure = Ok(open.len());
    for refund in &open {
        match ask(ctx, &*provider, refund).await {
            Ok(_) => {}
            Err(error) if error.kind == Kind::Unavailable => return Err(error),
            Err(error) => failure = Err(error),
        }
    }
    failure
}

/// What came of asking for a refund.
enum Asked {
    /// The provider has it, and what it says is written down.
    Noted,
    /// The provider refused it and has none of this id: the money stays where it is.
    Refused(ProviderError),
}

/// Has the provider do a refund, or say what became of it: under one id that is the same. A refusal alone proves nothing,
/// because that is also how a second request for a refund that was done is answered; so what it has is asked for again.
async fn ask(ctx: &Ctx, provider: &dyn PixProvider, refund: &OpenRefund) -> Result<Asked> {
    let (pix, id) = (&refund.end_to_end_id, &refund.refund_id);
    let known = match provider.get_refund(pix, id).await? {
        Some(known) => known,
        None => match provider.refund(pix, id, refund.amount).await {
            Ok(made) => made,
            Err(refusal @ ProviderError::Refused { .. }) => {
                match provider.get_refund(pix, id).await? {
                    Some(known) => known,
                    None => return give_up(ctx, refund, refusal).await,
                }
            }
            Err(error) => return Err(error.into()),
        },
    };
    take_back::settle(ctx, pix, &known).await?;
    Ok(Asked::Noted)
}

/// Notes that there is no refund. Should the provider show it after all, it is posted like any other.
async fn give_up(ctx: &Ctx, refund: &OpenRefund, refusal: ProviderError) -> Result<Asked> {
    sqlx::query!(
        "update pix_refunds set status = 'failed', settled_at = $3
         where end_to_end_id = $1 and refund_id = $2 and status in ('requested', 'processing')",
        refund.end_to_end_id.as_str(),
        refund.refund_id.as_str(),
        ctx.now(),
    )
    .execute(&mut *ctx.conn().await?)
    .await?;
    Ok(Asked::Refused(refusal))
}

struct Locked {
    end_to_end_id: EndToEndId,
    account: String,
    amount: Money,
    returned: Money,
}

/// A payment in suspense about which nothing is decided, for as long as its row is locked.
async fn lock(conn: &mut PgConnection, id: ReceivedPixId) -> Result<Locked> {
    let row = sqlx::query!(
        "select end_to_end_id, provider, amount, returned, status from received_pix where id = $1 for no key update",
        id as ReceivedPixId,
    )
    .fetch_optional(&mut *conn)
    .await?
    .ok_or_else(|| Error::not_found("pix"))?;
    if row.status != ReceivedStatus::Suspense {
        return Err(Error::conflict(
            "not_in_suspense",
            "It is not in suspense any more.",
        ));
    }
    if read(conn, id).await?.is_returning {
        return Err(Error::conflict(
            "return_in_progress",
            "It is on its way back to the payer.",
        ));
    }
    Ok(Locked {
        end_to_end_id: row.end_to_end_id,
        account: row.provider,
        amount: row.amount,
        returned: row.returned,
    })
}

async fn read(conn: &mut PgConnection, id: ReceivedPixId) -> Result<UnmatchedPix> {
    select_unmatched!("where p.id = $1", id as ReceivedPixId)
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Error::not_found("pix"))
}

fn checked(reason: &str) -> Result<String> {
    let reason = reason.trim();
    Error::check([
        ("reason", !reason.is_empty(), "required"),
        (
            "reason",
            reason.chars().count() <= LONGEST_REASON,
            "too_long",
        ),
    ])?;
    Ok(reason.to_owned())
}

async fn tell(
    conn: &mut PgConnection,
    ctx: &Ctx,
    action: &str,
    id: ReceivedPixId,
    after: serde_json::Value,
) -> Result<()> {
    let record = audit::Record {
        action,
        subject: format!("received_pix:{id}"),
        before: None,
        after: Some(after),
    };
    audit::record(conn, ctx, record).await
}
