//! Whose the key of a withdrawal has to be, once its user's tax number was corrected after it was asked for.

use super::{Refusal, WithdrawalStatus, read, review::note, rules};
use crate::Ctx;
use kernel::{Result, UserId, WithdrawalId};
use serde_json::json;
use sqlx::PgConnection;

/// Has the approved withdrawals of a user wait for a person again whose key belongs to a number that is no longer theirs.
/// What was sent is sent. The caller has locked the user.
pub(crate) async fn reconsider(conn: &mut PgConnection, ctx: &Ctx, user: UserId) -> Result<()> {
    // Whoever approves one now has finished, or sees the new number.
    read::lock_all(conn, user).await?;
    let withdrawals = sqlx::query_scalar!(
        r#"update withdrawals w set status = 'requested', decided_by = null, decided_at = null, look_at = null
           from users u
           where w.user_id = $1 and w.status = 'approved' and u.id = w.user_id
             and (w.key_owner = u.cpf or w.key_owner = u.cnpj) is not true
           returning w.id as "id: WithdrawalId""#,
        user as UserId,
    )
    .fetch_all(&mut *conn)
    .await?;
    for id in withdrawals {
        let after = json!({ "status": WithdrawalStatus::Requested });
        let change = (WithdrawalStatus::Approved, after);
        note(conn, ctx, "withdrawal.reconsider", id, change).await?;
    }
    Ok(())
}

/// Refuses to approve a withdrawal to a key of a number that is no longer its user's. Its row is locked.
pub(super) async fn require_theirs(conn: &mut PgConnection, id: WithdrawalId) -> Result<()> {
    let is_theirs = sqlx::query_scalar!(
        r#"select (w.key_owner = u.cpf or w.key_owner = u.cnpj) is true as "is_theirs!"
           from withdrawals w join users u on u.id = w.user_id where w.id = $1"#,
        id as WithdrawalId,
    )
    .fetch_one(conn)
    .await?;
    if is_theirs {
        Ok(())
    } else {
        rules::refused(&[Refusal::PixKeyNotYours])
    }
}
