//! How far below zero a merchant's wallet may go, to pay the cashback of sales that are paid outside (section 7). Anybody may
//! register as a merchant, and credit is the club's money: so only those have it whom the club knows as well as it asks.

use crate::ledger::{self, Account};
use kernel::{Money, Result, UserId};
use sqlx::PgConnection;

/// A merchant's credit, as it is and as it should be. Nobody else has any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Credit {
    /// What the club's settings give them now.
    limit: Money,
    /// How far below zero the wallet is.
    in_use: Money,
    /// What the ledger lets them use.
    given: Money,
}

impl Credit {
    async fn read(conn: &mut PgConnection, user: UserId) -> Result<Self> {
        let credit = sqlx::query_as!(
            Self,
            r#"select case when u.user_type = 'merchant' and u.kyc_level >= s.merchant_credit_level
                           then s.merchant_credit_limit else 0 end as "limit!: Money",
                      greatest(-a.balance, 0) as "in_use!: Money", coalesce(-a.floor, 0) as "given!: Money"
               from users u cross join money_settings s
               left join ledger_accounts a on a.owner_id = u.id and a.kind = $2
               where u.id = $1"#,
            user as UserId,
            Account::Wallet(user).kind(),
        )
        .fetch_optional(conn)
        .await?;
        Ok(credit.unwrap_or_default())
    }

    /// What is in use stays until it is paid back.
    fn holds(self) -> Money {
        self.limit.max(self.in_use)
    }
}

/// How far below zero this user's wallet may go at their next sale: zero for consumers, and for
/// merchants below the club's KYC level.
pub(crate) async fn credit(conn: &mut PgConnection, user: UserId) -> Result<Money> {
    Ok(Credit::read(conn, user).await?.holds())
}

/// Has the ledger give a merchant the credit that the club's settings give them by now. In a transaction of its own, because
/// a posting must take its locks in its own order.
pub(crate) async fn keep_credit(conn: &mut PgConnection, merchant: UserId) -> Result<()> {
    let credit = Credit::read(conn, merchant).await?;
    if credit.given == credit.holds() {
        return Ok(());
    }
    match ledger::set_credit(conn, merchant, credit.holds()).await {
        // Somebody was faster; the posting decides.
        Err(error) if error.code == "credit_in_use" => Ok(()),
        set => set,
    }
}
