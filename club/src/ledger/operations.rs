//! The calls of the ledger's functions in the database. Each borrows the caller's connection, one round trip each.

use super::{
    Account, Finding, Leg, Posted, Posting, StatementEntry, StatementFilter, StatementPage,
    StatementRequest, TransactionKind, WalletBalances,
};
use kernel::{Error, Money, Result, TransactionId, UserId};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

/// How many waiting entries one statement folds: a fraction of a second.
const FOLD_AT_ONCE: i32 = 5000;
/// How many entries a filter looks through for one page: about a fifth of a second of the server's time.
const LOOKED_THROUGH: i64 = if cfg!(test) { 100 } else { 50_000 };

/// Legs as the database takes them: a column each.
#[derive(Default)]
struct Columns {
    places: Vec<i32>,
    kinds: Vec<i16>,
    owners: Vec<Option<Uuid>>,
    line_kinds: Vec<Option<i16>>,
    amounts: Vec<i64>,
}

impl Columns {
    fn of<'a>(postings: impl IntoIterator<Item = &'a Posting>) -> Result<Self> {
        let mut columns = Self::default();
        for (place, posting) in (1..).zip(postings) {
            for ((account, line_kind), amount) in posting.balanced_legs()? {
                columns.places.push(place);
                columns.kinds.push(account.kind());
                columns.owners.push(account.owner().map(|user| user.0));
                columns.line_kinds.push(line_kind.map(|kind| kind as i16));
                columns.amounts.push(amount.centavos());
            }
        }
        Ok(columns)
    }
}

/// What the database refused, in the product's words.
fn refusal(error: sqlx::Error) -> Error {
    let Some(violation) = error.as_database_error() else {
        return error.into();
    };
    let refusal = match violation.constraint() {
        Some("ledger_accounts_floor") => Error::conflict(
            "insufficient_balance",
            "There is not enough money in the account.",
        ),
        Some("ledger_accounts_ceiling") => {
            Error::conflict("debt_overpaid", "This pays more than is owed.")
        }
        Some("ledger_transaction_reused") => Error::conflict(
            "transaction_reused",
            "This transaction was posted before with other content.",
        ),
        Some("ledger_transactions_reverses_key") => {
            Error::conflict("already_reversed", "This transaction is reversed already.")
        }
        Some("ledger_transactions_reverses_fkey") => Error::not_found("transaction"),
        Some("ledger_accounts_owner_fkey") => Error::not_found("user"),
        // numeric_value_out_of_range: a balance beyond what can be represented.
        _ if violation.code().as_deref() == Some("22003") => {
            Error::invalid("amount", "out_of_range")
        }
        _ => return error.into(),
    };
    refusal.because(error)
}

/// Moves the money of one posting.
///
/// # Errors
/// `insufficient_balance`, `debt_overpaid`, `transaction_reused` (this id was posted with another kind, subject or other
/// legs), `already_reversed`, no such transaction to reverse, no such user. After an error the transaction of the caller
/// can only be rolled back.
pub async fn post(conn: &mut PgConnection, posting: &Posting) -> Result<Posted> {
    let legs = Columns::of([posting])?;
    let now = sqlx::query_scalar!(
        r#"select ledger_post($1, $2, $3, $4, $5, $6, $7, $8, $9) as "now!""#,
        posting.id.0,
        posting.kind as i16,
        posting.subject_id,
        posting.reverses.map(|of| of.0),
        posting.happened_at,
        &legs.kinds,
        &legs.owners as &[Option<Uuid>],
        &legs.line_kinds as &[Option<i16>],
        &legs.amounts,
    )
    .fetch_one(conn)
    .await
    .map_err(refusal)?;
    Ok(if now { Posted::Now } else { Posted::Before })
}

/// Moves the money of many postings in one round trip, all of them or none, as if posted one after another. Returns the
/// ids that were posted now, ascending; the others were posted before with the same content.
///
/// # Errors
/// The errors of [`post`], for the whole batch.
pub async fn post_batch(
    conn: &mut PgConnection,
    postings: &[Posting],
) -> Result<Vec<TransactionId>> {
    if postings.is_empty() {
        return Ok(Vec::new());
    }
    let legs = Columns::of(postings)?;
    let ids: Vec<_> = postings.iter().map(|posting| posting.id.0).collect();
    let kinds: Vec<_> = postings.iter().map(|posting| posting.kind as i16).collect();
    let subjects: Vec<_> = postings.iter().map(|posting| posting.subject_id).collect();
    let reverses: Vec<_> = postings
        .iter()
        .map(|posting| posting.reverses.map(|of| of.0))
        .collect();
    let happened: Vec<_> = postings.iter().map(|posting| posting.happened_at).collect();
    let now = sqlx::query_scalar!(
        r#"select ledger_post_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as "now!""#,
        &ids,
        &kinds,
        &subjects,
        &reverses as &[Option<Uuid>],
        &happened,
        &legs.places,
        &legs.kinds,
        &legs.owners as &[Option<Uuid>],
        &legs.line_kinds as &[Option<i16>],
        &legs.amounts,
    )
    .fetch_one(conn)
    .await
    .map_err(refusal)?;
    Ok(now.into_iter().map(TransactionId).collect())
}

/// The legs of a transaction, in the order in which they were written; none when there is no such transaction.
pub async fn legs(conn: &mut PgConnection, transaction: TransactionId) -> Result<Vec<Leg>> {
    sqlx::query!(
        r#"select a.kind, a.owner_id, l.line_kind as "line_kind: TransactionKind", l.amount as "amount!: Money"
           from ledger_legs l join ledger_accounts a on a.id = l.account_id
           where l.transaction_id = $1
           order by a.kind, a.owner_id, l.line_kind nulls first"#,
        transaction.0
    )
    .fetch_all(conn)
    .await?
    .into_iter()
    .map(|leg| {
        let account = Account::of(leg.kind, leg.owner_id.map(UserId))
            .ok_or_else(|| Error::internal(format_args!("account kind {}", leg.kind)))?;
        Ok(Leg {
            account,
            line_kind: leg.line_kind,
            amount: leg.amount,
        })
    })
    .collect()
}

/// The exact balance of an account, zero before its first entry.
pub async fn balance(conn: &mut PgConnection, account: Account) -> Result<Money> {
    let balance = sqlx::query_scalar!(
        r#"select (a.balance + case when a.owner_id is null then coalesce(
                      (select sum(amount) from ledger_deferred where account_id = a.id), 0)::bigint
                  else 0 end) as "balance!: Money"
           from ledger_accounts a
           where a.kind = $1 and (a.owner_id = $2 or (a.owner_id is null and $2 is null))"#,
        account.kind(),
        account.owner().map(|user| user.0),
    )
    .fetch_optional(conn)
    .await?;
    Ok(balance.unwrap_or_default())
}

/// What a user has, in all of the user's accounts at one moment.
pub async fn wallet(conn: &mut PgConnection, user: UserId) -> Result<WalletBalances> {
    let balances = sqlx::query_as!(
        WalletBalances,
        r#"select coalesce(sum(balance) filter (where kind = $2), 0)::bigint as "available!: Money",
                  coalesce(sum(balance) filter (where kind = $3), 0)::bigint as "pending!: Money",
                  coalesce(sum(balance) filter (where kind = $4), 0)::bigint as "blocked!: Money",
                  coalesce(-sum(balance) filter (where kind = $5), 0)::bigint as "debt!: Money"
           from ledger_accounts where owner_id = $1"#,
        user.0,
        Account::Wallet(user).kind(),
        Account::Pending(user).kind(),
        Account::Blocked(user).kind(),
        Account::Debt(user).kind(),
    )
    .fetch_one(conn)
    .await?;
    Ok(balances)
}

/// A page of an account's movements, the newest first. A deferred account shows what was folded.
///
/// A filter looks at no more than [`LOOKED_THROUGH`] entries for one page, however long the account is: a page may then
/// hold fewer than asked for, even none, and still name the cursor from which to look on.
///
/// # Errors
/// `limit: out_of_range`.
pub async fn statement(
    conn: &mut PgConnection,
    account: Account,
    filter: &StatementFilter,
    page: StatementRequest,
) -> Result<StatementPage> {
    let limit = page.limit()?;
    let kinds: Vec<_> = filter.kinds.iter().map(|&kind| kind as i16).collect();
    let below = page.cursor.unwrap_or(i64::MAX).max(1);
    let first = if *filter == StatementFilter::default() {
        1
    } else {
        let newest = entries_of(conn, account).await?;
        (below.min(newest + 1) - LOOKED_THROUGH).max(1)
    };
    let mut data = sqlx::query_as!(
        StatementEntry,
        r#"select e.version::bigint as "version!", e.transaction_id,
                  coalesce(e.line_kind, t.kind) as "kind!: TransactionKind",
                  t.subject_id, e.amount, e.balance, t.happened_at
           from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
           where e.account_id = (select id from ledger_accounts
                                 where kind = $1 and (owner_id = $2 or (owner_id is null and $2 is null)))
             and e.version < $3::bigint and e.version >= $8::bigint
             and ($4::timestamptz is null or t.happened_at >= $4)
             and ($5::timestamptz is null or t.happened_at < $5)
             and ($6::smallint[] = '{}' or coalesce(e.line_kind, t.kind) = any ($6))
           order by e.version desc
           limit $7"#,
        account.kind(),
        account.owner().map(|user| user.0),
        below,
        filter.from,
        filter.to,
        &kinds,
        i64::from(limit) + 1,
        first,
    )
    .fetch_all(conn)
    .await?;
    let more = data.len() > usize::from(limit);
    data.truncate(usize::from(limit));
    let next_cursor = match data.last() {
        Some(last) if more => Some(last.version),
        _ => Some(first).filter(|&first| first > 1),
    };
    Ok(StatementPage { data, next_cursor })
}

/// How many entries an account has: their versions go from 1 to this.
async fn entries_of(conn: &mut PgConnection, account: Account) -> Result<i64> {
    let version = sqlx::query_scalar!(
        r#"select version::bigint as "version!" from ledger_accounts
           where kind = $1 and (owner_id = $2 or (owner_id is null and $2 is null))"#,
        account.kind(),
        account.owner().map(|user| user.0),
    )
    .fetch_optional(conn)
    .await?;
    Ok(version.unwrap_or_default())
}

/// Brings the statements of the deferred accounts up to date; returns how many entries were folded. A job does it every
/// few seconds; two at once wait for each other, and nobody who posts waits for them.
pub async fn fold(conn: &mut PgConnection) -> Result<u64> {
    let mut all = 0;
    loop {
        let folded = sqlx::query_scalar!(r#"select ledger_fold($1) as "folded!""#, FOLD_AT_ONCE)
            .fetch_one(&mut *conn)
            .await?;
        all += u64::from(folded.unsigned_abs());
        if folded < FOLD_AT_ONCE {
            return Ok(all);
        }
    }
}

/// Whether there is anything to fold; cheap enough to ask every second.
pub async fn has_unfolded(conn: &mut PgConnection) -> Result<bool> {
    let any = sqlx::query_scalar!(r#"select exists (select from ledger_deferred) as "any!""#)
        .fetch_one(conn)
        .await?;
    Ok(any)
}

/// How far a merchant's wallet may go below zero, from now on.
///
/// # Errors
/// `credit: out_of_range` when negative, `credit_in_use` when the wallet is further below zero already, no such user.
pub async fn set_credit(conn: &mut PgConnection, merchant: UserId, credit: Money) -> Result<()> {
    Error::check([("credit", !credit.is_negative(), "out_of_range")])?;
    sqlx::query!(
        "select ledger_set_credit($1, $2)",
        merchant.0,
        credit.centavos()
    )
    .execute(conn)
    .await
    .map_err(|error| match refusal(error) {
        short if short.code == "insufficient_balance" => {
            Error::conflict("credit_in_use", "More credit than this is in use.")
                .because(short.cause().unwrap_or_default())
        }
        other => other,
    })?;
    Ok(())
}

/// What is wrong with the ledger: nothing, always. It reads the whole ledger, so it may take longer than other statements.
pub async fn audit(conn: &mut PgConnection) -> Result<Vec<Finding>> {
    let mut tx = conn.begin().await?;
    sqlx::query!("set local statement_timeout = '5min'")
        .execute(&mut *tx)
        .await?;
    let findings = sqlx::query_as!(
        Finding,
        r#"select finding as "finding!", subject as "subject!" from ledger_audit order by 1, 2"#
    )
    .fetch_all(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(findings)
}
