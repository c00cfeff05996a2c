//! Reading withdrawals.

use super::{
    Attention, Handling, MaskedKey, Waiting, Withdrawal, WithdrawalFilter, WithdrawalStatus,
};
use crate::{
    Ctx,
    pix::{EndToEndId, PayoutId, PixKeyKind, name_in},
    purchases::scope,
};
use kernel::{Error, Money, Page, PageRequest, Result, UserId, WithdrawalId};
use sqlx::PgConnection;
use tenancy::administrators::Permission;
use time::OffsetDateTime;

/// Stands for a reason that was cleared: a rejected withdrawal has one.
const REMOVED: &str = "removed";

struct Row {
    id: WithdrawalId,
    user_id: UserId,
    user_name: String,
    status: WithdrawalStatus,
    amount: Money,
    fee: Money,
    net: Money,
    key_kind: PixKeyKind,
    key_masked: String,
    reason: Option<String>,
    end_to_end_id: Option<EndToEndId>,
    returned: Money,
    requested_at: OffsetDateTime,
    decided_by: Option<String>,
    decided_at: Option<OffsetDateTime>,
    finished_at: Option<OffsetDateTime>,
    provider: Option<String>,
    payout_id: Option<PayoutId>,
    sent_at: Option<OffsetDateTime>,
    looks: i32,
    look_at: Option<OffsetDateTime>,
    attention: Option<Attention>,
    not_taken: Option<String>,
    not_taken_at: Option<OffsetDateTime>,
    is_member_blocked: bool,
}

impl Row {
    /// As somebody sees it; how it is handled is for administrators.
    fn seen(self, by_administrator: bool) -> Withdrawal {
        Withdrawal {
            id: self.id,
            user_id: self.user_id,
            user_name: self.user_name,
            status: self.status,
            amount: self.amount,
            fee: self.fee,
            net_amount: self.net,
            pix_key: MaskedKey {
                kind: self.key_kind,
                key: self.key_masked,
            },
            reason: self.reason,
            end_to_end_id: self.end_to_end_id,
            returned_amount: self.returned,
            requested_at: self.requested_at,
            decided_at: self.decided_at,
            finished_at: self.finished_at,
            handling: by_administrator.then_some(Handling {
                decided_by: self.decided_by,
                provider: self.provider.as_deref().map(name_in).map(str::to_owned),
                payout_id: self.payout_id,
                sent_at: self.sent_at,
                looks: self.looks,
                look_at: self.look_at,
                attention: self.attention,
                not_taken: self.not_taken,
                not_taken_at: self.not_taken_at,
                is_member_blocked: self.is_member_blocked,
            }),
        }
    }
}

/// Selects withdrawals the one way they are read; the tail is the rest of the statement.
macro_rules! select_withdrawals {
    ($tail:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"select w.id, w.user_id, w.status, w.amount, w.fee, w.amount - w.fee as "net!: Money", w.key_kind,
                      w.key_masked, w.reason, w.end_to_end_id, w.returned, w.requested_at, w.decided_by, w.decided_at,
                      w.finished_at, w.provider, w.payout_id, w.sent_at, w.looks, w.look_at, w.attention,
                      w.not_taken, w.not_taken_at,
                      u.status = 'blocked' as "is_member_blocked!",
                      trim(u.first_name || ' ' || u.last_name) as "user_name!"
               from withdrawals w join users u on u.id = w.user_id "# + $tail
            $(, $argument)*
        )
    };
}

/// One withdrawal, for its user and the club's administrators.
pub async fn by_id(ctx: &Ctx, id: WithdrawalId) -> Result<Withdrawal> {
    let scope = scope(ctx)?;
    let mut conn = ctx.conn().await?;
    one(&mut conn, id, scope).await
}

/// The withdrawals that match, newest first.
pub async fn list(
    ctx: &Ctx,
    filter: WithdrawalFilter,
    page: PageRequest,
) -> Result<Page<Withdrawal>> {
    let scope = scope(ctx)?;
    let limit = page.limit()?;
    let mut conn = ctx.conn().await?;
    let rows = select_withdrawals!(
        "where ($1::uuid is null or w.id < $1)
           and ($2::uuid is null or w.user_id = $2)
           and ($3::text is null or w.status = $3)
           and ($4::boolean is null or $4 = (w.attention is not null))
           and ($5::timestamptz is null or w.requested_at >= $5)
           and ($6::timestamptz is null or w.requested_at < $6)
         order by w.id desc limit $7",
        page.cursor,
        scope.or(filter.user_id) as Option<UserId>,
        filter.status as Option<WithdrawalStatus>,
        filter.needs_attention.filter(|_| scope.is_none()),
        filter.from,
        filter.to,
        i64::from(limit) + 1,
    )
    .fetch_all(&mut *conn)
    .await?;
    let page = Page::cut(rows, limit, |row| row.id.0);
    Ok(Page {
        data: page
            .data
            .into_iter()
            .map(|row| row.seen(scope.is_none()))
            .collect(),
        next_cursor: page.next_cursor,
    })
}

/// What waits for the club's administrators.
pub async fn waiting(ctx: &Ctx) -> Result<Waiting> {
    ctx.require(Permission::ViewMembers)?;
    let mut conn = ctx.conn().await?;
    let waiting = sqlx::query_as!(
        Waiting,
        r#"select count(*) filter (where w.status = 'requested') as "requested!",
                  coalesce(sum(amount) filter (where w.status = 'requested'), 0)::bigint as "requested_amount!: Money",
                  count(*) filter (where w.status = 'approved' and u.status = 'active') as "approved!",
                  coalesce(sum(amount - fee) filter (where w.status = 'approved' and u.status = 'active'), 0)::bigint
                      as "approved_amount!: Money",
                  count(*) filter (where attention is not null) as "attention!"
           from withdrawals w join users u on u.id = w.user_id
           where w.status in ('requested', 'approved') or attention is not null"#
    )
    .fetch_one(&mut *conn)
    .await?;
    Ok(waiting)
}

/// One withdrawal, as this user sees it, or as an administrator does.
pub(super) async fn one(
    conn: &mut PgConnection,
    id: WithdrawalId,
    user: Option<UserId>,
) -> Result<Withdrawal> {
    let row = select_withdrawals!(
        "where w.id = $1 and ($2::uuid is null or w.user_id = $2)",
        id as WithdrawalId,
        user as Option<UserId>,
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| row.seen(user.is_none()))
        .ok_or_else(|| Error::not_found("withdrawal"))
}

/// All of a user's, as they see them: for their copy of what we hold.
pub(crate) async fn of_user(conn: &mut PgConnection, user: UserId) -> Result<Vec<Withdrawal>> {
    let rows = select_withdrawals!("where w.user_id = $1 order by w.id desc", user as UserId)
        .fetch_all(conn)
        .await?;
    Ok(rows.into_iter().map(|row| row.seen(false)).collect())
}

/// Whether money of this user is on its way out.
pub(crate) async fn has_open(conn: &mut PgConnection, user: UserId) -> Result<bool> {
    let open = sqlx::query_scalar!(
        r#"select exists (select from withdrawals where user_id = $1 and status in ('requested', 'approved', 'processing'))
               as "open!""#,
        user as UserId,
    )
    .fetch_one(conn)
    .await?;
    Ok(open)
}

/// Keeps whoever else changes a withdrawal of this user waiting until the transaction ends.
pub(crate) async fn lock_all(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "select id from withdrawals where user_id = $1 order by id for no key update",
        user as UserId
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Clears what names a user who leaves: what was paid stays, to whom is masked, and what a person wrote about why it was
/// refused is [`REMOVED`].
pub(crate) async fn forget(conn: &mut PgConnection, user: UserId) -> Result<()> {
    sqlx::query!(
        "update withdrawals set key = null, key_owner = null,
                                reason = case when status = 'rejected' then $2 else reason end
         where user_id = $1",
        user as UserId,
        REMOVED,
    )
    .execute(conn)
    .await?;
    Ok(())
}
