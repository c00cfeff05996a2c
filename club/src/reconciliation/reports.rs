//! The reports as they are kept.

use super::Reconciliation;
use crate::Ctx;
use kernel::{Error, Money, Result};
use sqlx::{PgConnection, types::Json};
use tenancy::administrators::Permission;

/// How many reports can be read at once.
const MOST: u16 = 366;

/// The newest reports, the newest first. Error: `limit: out_of_range` beyond a year's.
pub async fn list(ctx: &Ctx, limit: u16) -> Result<Vec<Reconciliation>> {
    ctx.require(Permission::ViewConsole)?;
    Error::check([("limit", (1..=MOST).contains(&limit), "out_of_range")])?;
    let rows = sqlx::query!(
        r#"select day, provider, provider_total as "provider_total: Money", ledger_total as "ledger_total: Money",
                  difference as "difference: Money", provider_balance as "provider_balance: Money",
                  ledger_balance as "ledger_balance: Money", on_its_way as "on_its_way: Money",
                  missing_here as "missing_here: Json<Vec<String>>", missing_there as "missing_there: Json<Vec<String>>", unequal as "unequal: Json<Vec<String>>",
                  unreadable as "unreadable: Json<Vec<String>>", made_at
           from pix_reconciliations order by day desc limit $1"#,
        i64::from(limit),
    )
    .fetch_all(&mut *ctx.conn().await?)
    .await?;
    let reports = rows.into_iter().map(|row| Reconciliation {
        day: row.day,
        provider: row.provider,
        provider_total: row.provider_total,
        ledger_total: row.ledger_total,
        difference: row.difference,
        provider_balance: row.provider_balance,
        ledger_balance: row.ledger_balance,
        on_its_way: row.on_its_way,
        missing_here: row.missing_here.0,
        missing_there: row.missing_there.0,
        unequal: row.unequal.0,
        unreadable: row.unreadable.0,
        made_at: row.made_at,
    });
    Ok(reports.collect())
}

/// Keeps a report, unless it was begun before somebody booked a difference: it knows nothing of that, and would bring the
/// difference back to be booked twice. The next round makes it again.
pub(super) async fn keep(ctx: &Ctx, report: &Reconciliation) -> Result<()> {
    let mut tx = ctx.begin().await?;
    alone(&mut tx).await?;
    sqlx::query!(
        "insert into pix_reconciliations (day, provider, provider_total, ledger_total, difference, provider_balance,
                                          ledger_balance, on_its_way, missing_here, missing_there, unequal, unreadable,
                                          made_at)
         select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
         where not exists (select from pix_reconciliations where made_at > $13)
         on conflict (day) do update
         set provider = excluded.provider, provider_total = excluded.provider_total,
             ledger_total = excluded.ledger_total, difference = excluded.difference,
             provider_balance = excluded.provider_balance, ledger_balance = excluded.ledger_balance,
             on_its_way = excluded.on_its_way, missing_here = excluded.missing_here,
             missing_there = excluded.missing_there, unequal = excluded.unequal, unreadable = excluded.unreadable,
             made_at = excluded.made_at",
        report.day,
        report.provider,
        report.provider_total.centavos(),
        report.ledger_total.centavos(),
        report.difference.centavos(),
        report.provider_balance.map(Money::centavos),
        report.ledger_balance.centavos(),
        report.on_its_way.map(Money::centavos),
        Json(&report.missing_here) as _,
        Json(&report.missing_there) as _,
        Json(&report.unequal) as _,
        Json(&report.unreadable) as _,
        report.made_at,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Has whoever else keeps a report or books a difference wait until the end of this transaction, and sees what they did.
pub(super) async fn alone(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("lock table pix_reconciliations in share row exclusive mode")
        .execute(conn)
        .await?;
    Ok(())
}
