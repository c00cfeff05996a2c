//! How a user stands, read from the database.

use super::rules::Means;
use crate::{
    Ctx, kyc, ledger,
    profile::{self, OwnedKey},
};
use kernel::{Document, Error, Money, Result, UserId};
use sqlx::PgConnection;

/// A user's means, and the key they would be paid to.
pub(super) struct Standing {
    pub(super) means: Means,
    pub(super) key: Option<OwnedKey>,
}

impl Standing {
    /// As it is now, with a provider that sends money or does not; nobody's who is blocked. In a statement of its own after `users::lock`: one
    /// that waited for the lock would count what was there before.
    pub(super) async fn read(
        conn: &mut PgConnection,
        ctx: &Ctx,
        user: UserId,
        is_offered: bool,
    ) -> Result<Self> {
        let row = sqlx::query!(
            "select cpf, cnpj, kyc_level from users where id = $1 and status = 'active'",
            user as UserId
        )
        .fetch_optional(&mut *conn)
        .await?
        .ok_or_else(Error::unauthenticated)?;
        let documents = [row.cpf.map(Document::from), row.cnpj.map(Document::from)];
        let key = profile::owned_key(conn, user).await?;
        let means = Means {
            available: ledger::wallet(conn, user).await?.available,
            withdrawn_today: withdrawn_today(conn, ctx, user).await?,
            kyc_limit: kyc::daily_limit(conn, row.kyc_level).await?,
            documents: documents.into_iter().flatten().collect(),
            key_owner: key.as_ref().map(|key| key.owner.clone()),
            not_offered: !is_offered,
        };
        Ok(Self { means, key })
    }
}

/// What a user asked for since midnight of the club's time zone. What is rejected or failed has not left.
async fn withdrawn_today(conn: &mut PgConnection, ctx: &Ctx, user: UserId) -> Result<Money> {
    let sum = sqlx::query_scalar!(
        r#"select coalesce(sum(amount), 0)::bigint as "sum!: Money" from withdrawals
           where user_id = $1 and status not in ('rejected', 'failed')
             and requested_at >= date_trunc('day', $2::timestamptz, $3)"#,
        user as UserId,
        ctx.now(),
        ctx.tenant.time_zone,
    )
    .fetch_one(conn)
    .await?;
    Ok(sum)
}
