//! Money that comes back when its owner has left.

use crate::Ctx;
use kernel::{Money, ReceivedPixId, Result, WithdrawalId};
use sqlx::PgConnection;

/// Writes down that so much of a withdrawal came back and is nobody's now. Whoever calls posts it to the suspense account, in
/// the same transaction.
pub(crate) async fn take_in(
    conn: &mut PgConnection,
    ctx: &Ctx,
    withdrawal: WithdrawalId,
    amount: Money,
) -> Result<()> {
    sqlx::query!(
        "insert into returned_payouts (id, withdrawal_id, amount, returned_at) values ($1, $2, $3, $4)",
        ReceivedPixId(ctx.new_id()) as ReceivedPixId,
        withdrawal as WithdrawalId,
        amount as Money,
        ctx.now(),
    )
    .execute(conn)
    .await?;
    Ok(())
}
