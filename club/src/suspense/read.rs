//! Reading what has no owner, and what became of it.

use super::{ClaimedPix, ReceivedStatus, UnmatchedPix, Waiting};
use crate::{
    Ctx,
    pix::{EndToEndId, Sender, Txid},
};
use kernel::{Error, Money, Page, PageRequest, ReceivedPixId, Result, UserId, WithdrawalId};
use sqlx::PgConnection;
use tenancy::administrators::Permission;
use time::OffsetDateTime;

struct Row {
    id: ReceivedPixId,
    end_to_end_id: EndToEndId,
    txid: Option<Txid>,
    withdrawal_id: Option<WithdrawalId>,
    amount: Money,
    returned: Money,
    status: ReceivedStatus,
    is_returning: bool,
    received_at: OffsetDateTime,
    user_id: Option<UserId>,
    resolved_by: Option<String>,
    resolved_at: Option<OffsetDateTime>,
    reason: Option<String>,
    payer_name: Option<String>,
    payer_tax_id: Option<String>,
    payer_message: Option<String>,
}

impl Row {
    /// As somebody sees it: who paid is for those who may decide whose it is.
    fn seen(self, ctx: &Ctx) -> UnmatchedPix {
        let may_know = ctx.require(Permission::ManageMembers).is_ok();
        let sender = Sender {
            name: self.payer_name,
            tax_id: self.payer_tax_id,
            message: self.payer_message,
        };
        UnmatchedPix {
            id: self.id,
            end_to_end_id: self.end_to_end_id,
            txid: self.txid,
            withdrawal_id: self.withdrawal_id,
            amount: self.amount,
            returned: self.returned,
            status: self.status,
            is_returning: self.is_returning,
            received_at: self.received_at,
            sender: may_know.then_some(sender),
            user_id: self.user_id,
            resolved_by: self.resolved_by,
            resolved_at: self.resolved_at,
            reason: self.reason,
        }
    }
}

/// Selects unmatched money the one way it is read; the tail is the rest of the statement.
macro_rules! select_unmatched {
    ($tail:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"select id as "id!", end_to_end_id as "end_to_end_id!", txid, withdrawal_id, amount as "amount!",
                      returned as "returned!", status as "status!", received_at as "received_at!", user_id, resolved_by,
                      resolved_at, reason, payer_name, payer_tax_id, payer_message, is_returning as "is_returning!"
               from unmatched_money "# + $tail
            $(, $argument)*
        )
    };
}

/// What has no owner: what waits for a decision, and all of it, which is the balance of the suspense account.
pub async fn waiting(ctx: &Ctx) -> Result<Waiting> {
    ctx.require(Permission::ViewMembers)?;
    let mut conn = ctx.conn().await?;
    let waiting = sqlx::query_as!(
        Waiting,
        r#"select count(*) filter (where not is_returning) as "payments!",
                  coalesce(sum(amount - returned) filter (where not is_returning), 0)::bigint as "amount!: Money",
                  coalesce(sum(amount - returned), 0)::bigint as "held!: Money"
           from unmatched_money where status = 'suspense'"#
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(waiting)
}

/// Money that had no owner when it came in, newest first; with a status, only that.
pub async fn list(
    ctx: &Ctx,
    status: Option<ReceivedStatus>,
    page: PageRequest,
) -> Result<Page<UnmatchedPix>> {
    ctx.require(Permission::ViewMembers)?;
    let limit = page.limit()?;
    let rows = select_unmatched!(
        "where ($1::uuid is null or id < $1) and ($2::text is null or status = $2) order by id desc limit $3",
        page.cursor,
        status as Option<ReceivedStatus>,
        i64::from(limit) + 1,
    )
    .fetch_all(&mut *ctx.conn().await?)
    .await?;
    let page = Page::cut(rows, limit, |row| row.id.0);
    Ok(Page {
        data: page.data.into_iter().map(|row| row.seen(ctx)).collect(),
        next_cursor: page.next_cursor,
    })
}

/// One of them. Error: `not_found`.
pub async fn by_id(ctx: &Ctx, id: ReceivedPixId) -> Result<UnmatchedPix> {
    ctx.require(Permission::ViewMembers)?;
    read(&mut *ctx.conn().await?, ctx, id).await
}

pub(super) async fn read(
    conn: &mut PgConnection,
    ctx: &Ctx,
    id: ReceivedPixId,
) -> Result<UnmatchedPix> {
    let row = select_unmatched!("where id = $1", id as ReceivedPixId)
        .fetch_optional(conn)
        .await?
        .ok_or_else(|| Error::not_found("pix"))?;
    Ok(row.seen(ctx))
}

/// What an administrator found to be this user's: for their copy of what we hold.
pub(crate) async fn of_user(conn: &mut PgConnection, user: UserId) -> Result<Vec<ClaimedPix>> {
    let rows = select_unmatched!("where user_id = $1 order by id desc", user as UserId)
        .fetch_all(conn)
        .await?;
    let claimed = rows.into_iter().map(|row| ClaimedPix {
        end_to_end_id: row.end_to_end_id,
        amount: row.amount,
        received_at: row.received_at,
        sender: Sender {
            name: row.payer_name,
            tax_id: row.payer_tax_id,
            message: row.payer_message,
        },
        assigned_at: row.resolved_at,
        reason: row.reason,
    });
    Ok(claimed.collect())
}

/// Clears what names people about the money of a user who leaves: who paid it, and what was written about why it was theirs.
pub(crate) async fn forget(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "with payments as (
             update received_pix set payer_name = null, payer_tax_id = null, payer_message = null, reason = null
             where user_id = $1)
         update returned_payouts set reason = null where user_id = $1",
        user as UserId,
    )
    .execute(conn)
    .await?;
    Ok(())
}
