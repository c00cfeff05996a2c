//! Reading deposits.

use super::{Deposit, DepositFilter, DepositStatus, look};
use crate::{Ctx, pix, purchases};
use kernel::{DepositId, Error, Page, PageRequest, Result, UserId};
use sqlx::PgConnection;
use time::Duration;

/// How often a deposit that somebody looks at is asked about at the provider.
const PATIENCE: Duration = Duration::seconds(5);

/// Selects deposits the one way they are read; the tail is the rest of the statement.
macro_rules! select_deposits {
    ($tail:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Deposit,
            r#"select id, user_id, status, amount, br_code, paid_amount, returned_amount, created_at, expires_at, paid_at
               from deposits "# + $tail
            $(, $argument)*
        )
    };
}

/// One deposit, for its user and the club's administrators. While it waits, the provider is asked, if that was not done
/// just now; that it cannot be asked is no failure.
pub async fn by_id(ctx: &Ctx, id: DepositId) -> Result<Deposit> {
    let scope = purchases::scope(ctx)?;
    let deposit = read(&mut *ctx.conn().await?, id, scope).await?;
    if deposit.status != DepositStatus::Waiting {
        return Ok(deposit);
    }
    if let Err(error) = refresh(ctx, id).await {
        tracing::info!(deposit = %id, cause = error.cause(), "the provider could not be asked");
    }
    read(&mut *ctx.conn().await?, id, scope).await
}

/// Asks the provider what became of a deposit that waits, at most every few seconds whoever looks and wherever.
async fn refresh(ctx: &Ctx, id: DepositId) -> Result<()> {
    let now = ctx.now();
    let waiting = sqlx::query!(
        r#"update deposits set checked_at = $2 where id = $1 and status = 'waiting' and checked_at <= $3
           returning txid, amount, provider, br_code is not null as "has_code!", expires_at"#,
        id as DepositId,
        now,
        now - PATIENCE,
    )
    .fetch_optional(&mut *ctx.conn().await?)
    .await?;
    let Some(waiting) = waiting else {
        return Ok(());
    };
    let provider = pix::provider(ctx).await?;
    if provider.account() != waiting.provider {
        return Ok(());
    }
    let deposit = look::Waiting {
        id,
        txid: waiting.txid,
        amount: waiting.amount,
        has_code: waiting.has_code,
        expires_at: waiting.expires_at,
    };
    look::look(ctx, &*provider, &deposit).await
}

/// The deposits that match, newest first.
pub async fn list(ctx: &Ctx, filter: DepositFilter, page: PageRequest) -> Result<Page<Deposit>> {
    let user = purchases::scope(ctx)?.or(filter.user_id);
    let limit = page.limit()?;
    let rows = select_deposits!(
        "where ($1::uuid is null or id < $1)
           and ($2::uuid is null or user_id = $2)
           and ($3::text is null or status = $3)
           and ($4::timestamptz is null or created_at >= $4)
           and ($5::timestamptz is null or created_at < $5)
         order by id desc limit $6",
        page.cursor,
        user as Option<UserId>,
        filter.status as Option<DepositStatus>,
        filter.from,
        filter.to,
        i64::from(limit) + 1,
    )
    .fetch_all(&mut *ctx.conn().await?)
    .await?;
    Ok(Page::cut(rows, limit, |row| row.id.0))
}

/// The text of a deposit's code, for its picture. Error: `not_found`, also while the provider has not answered.
pub async fn qr(ctx: &Ctx, id: DepositId) -> Result<String> {
    let scope = purchases::scope(ctx)?;
    let deposit = read(&mut *ctx.conn().await?, id, scope).await?;
    deposit.br_code.ok_or_else(|| Error::not_found("brCode"))
}

/// One deposit, of this user when there is one.
pub(super) async fn read(
    conn: &mut PgConnection,
    id: DepositId,
    user: Option<UserId>,
) -> Result<Deposit> {
    select_deposits!(
        "where id = $1 and ($2::uuid is null or user_id = $2)",
        id as DepositId,
        user as Option<UserId>,
    )
    .fetch_optional(conn)
    .await?
    .ok_or_else(|| Error::not_found("deposit"))
}

/// All deposits of a user, newest first.
pub(crate) async fn of_user(conn: &mut PgConnection, user: UserId) -> Result<Vec<Deposit>> {
    let deposits = select_deposits!("where user_id = $1 order by id desc", user as UserId,)
        .fetch_all(conn)
        .await?;
    Ok(deposits)
}
