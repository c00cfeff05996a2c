//! Somebody leaves the club while their money moves: it is never lost on the way.

use super::*;
use crate::{
    profile,
    testing::{Outcome, PASSWORD},
    users::UserStatus,
    wallet::{self, WalletAccount},
    withdrawals::{Attention, acknowledge, waiting},
};
use kernel::Error;
use sqlx::{Postgres, Transaction};

impl Desk {
    async fn leave(&self, give_up: Option<&str>) -> Reply {
        let mut body = json!({ "password": PASSWORD });
        if let Some(rest) = give_up {
            body["giveUp"] = json!(rest);
        }
        self.send("DELETE", "/api/profile", &body).await
    }

    /// A withdrawal of everything that was paid, and whose money is on its way back.
    async fn coming_back(&self) -> Result<WithdrawalId> {
        let id = self.sent(100_00, Script::Payouts(Manner::Settle)).await?;
        self.deliver().await?;
        self.sandbox.play(give_back(id, 97_50))?;
        Ok(id)
    }

    async fn hear_of(&self, id: WithdrawalId) -> Outcome {
        refresh_with(&self.job(), &self.sandbox, &PayoutId::from(id.0)).await
    }

    /// Whoever comes to a row of this kind that is Ana's waits until this is dropped.
    async fn hold(&self, rows: &'static str) -> Transaction<'static, Postgres> {
        let mut tx = self.club.database().begin().await.expect("a transaction");
        sqlx::query(rows)
            .bind(self.ana.id.0)
            .fetch_all(&mut *tx)
            .await
            .expect("the rows");
        tx
    }

    /// Does this when so many wait for what is held.
    async fn when_waiting<T>(&self, connections: i64, act: impl Future<Output = T>) -> T {
        self.club.until_waiting(connections).await;
        act.await
    }

    async fn user_status(&self) -> UserStatus {
        sqlx::query_scalar!(
            r#"select status as "status: UserStatus" from users where id = $1"#,
            self.ana.id.0
        )
        .fetch_one(self.club.database())
        .await
        .expect("a row")
    }
}

/// Who leaves is held here after their wallet was looked at.
const SESSIONS: &str = "select from refresh_tokens where user_id = $1 for update";
/// Money that comes back is held here after its withdrawal was looked at.
const ACCOUNTS: &str = "select from ledger_accounts where owner_id = $1 for update";

#[tokio::test]
async fn money_that_is_coming_back_keeps_its_owner() -> Outcome {
    let desk = Desk::new(100_00).await;
    let id = desk.coming_back().await?;
    let held = desk.hold(ACCOUNTS).await;
    let leaving = desk.when_waiting(1, desk.leave(None));
    let release = desk.when_waiting(2, held.rollback());
    let (heard, left, released) = tokio::join!(desk.hear_of(id), leaving, release);
    heard?;
    released?;
    assert_eq!((left.status, left.code()), (409, "wallet_not_empty"));
    assert_eq!(desk.user_status().await, UserStatus::Active);
    assert_eq!(desk.wallet().await, 97_50);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn money_that_comes_back_behind_its_owner_is_in_suspense_and_needs_a_person() -> Outcome {
    let desk = Desk::new(100_00).await;
    let id = desk.coming_back().await?;
    let held = desk.hold(SESSIONS).await;
    let hearing = desk.when_waiting(1, desk.hear_of(id));
    let release = desk.when_waiting(2, held.rollback());
    let (left, heard, released) = tokio::join!(desk.leave(None), hearing, release);
    heard?;
    released?;
    assert_eq!(left.status, 204, "{}", left.body);
    assert_eq!(desk.wallet().await, 0);
    assert_eq!(desk.balance(Account::Suspense).await, 97_50);
    assert_eq!(waiting(&desk.operator()).await?.attention, 1);
    let handling = desk.read(id).await?.handling;
    let attention = handling.and_then(|handling| handling.attention);
    assert_eq!(attention, Some(Attention::OwnerLeft));
    acknowledge(&desk.manager(), id, "Devolvido à família.").await?;
    assert_eq!(waiting(&desk.operator()).await?.attention, 0);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn a_rest_that_cannot_be_withdrawn_is_given_up_in_so_many_words() -> Outcome {
    let desk = Desk::new(50_00).await;
    let kept = desk.leave(None).await;
    assert_eq!((kept.status, kept.code()), (409, "wallet_not_empty"));
    let enough = desk.leave(Some("50.00")).await;
    assert_eq!(
        (enough.status, &enough.body["fields"]),
        (422, &json!({ "giveUp": "not_below_minimum" }))
    );
    let rules = WithdrawalConfig {
        min_amount: Money::from_centavos(50_01),
        ..WithdrawalConfig::default()
    };
    let ctx = under(&desk.ctx(), rules);
    let leave = |centavos| {
        let given = Money::from_centavos(centavos);
        profile::delete(&ctx, PASSWORD.into(), Some(given))
    };
    assert_eq!(leave(49_99).await, Err(Error::invalid("giveUp", "changed")));
    assert_eq!(desk.user_status().await, UserStatus::Active);

    leave(50_00).await?;
    assert_eq!(desk.user_status().await, UserStatus::Deleted);
    assert_eq!(desk.wallet().await, 0);
    assert_eq!(desk.balance(Account::Club).await, 50_00);
    let audited = sqlx::query_scalar!("select after from audit_log where action = 'user.delete'")
        .fetch_one(desk.club.database())
        .await?;
    assert_eq!(audited, Some(json!({ "givenUp": "50.00" })));
    let statement = wallet::statement_of_user(
        &desk.operator(),
        desk.ana.id,
        WalletAccount::Available,
        &ledger::StatementFilter::default(),
        ledger::StatementRequest::default(),
    )
    .await?;
    assert_eq!(statement.data[0].kind, TransactionKind::GivenUp);
    assert_eq!(statement.data[0].amount, Money::from_centavos(-50_00));
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn only_what_is_free_is_given_up() -> Outcome {
    let desk = Desk::new(10_00).await;
    let ctx = desk.job();
    let id = ctx.new_id();
    let cashback = Posting::new(
        transaction_id(id, "cashback"),
        TransactionKind::Adjustment,
        id,
        ctx.now(),
    )
    .debit(Account::Club, Money::from_centavos(1))
    .credit(Account::Pending(desk.ana.id), Money::from_centavos(1));
    ledger::post(&mut *ctx.conn().await?, &cashback).await?;
    let pending = desk.leave(Some("10.00")).await;
    assert_eq!((pending.status, pending.code()), (409, "wallet_not_empty"));
    assert_eq!(desk.wallet().await, 10_00);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn what_comes_in_while_a_rest_is_given_up_keeps_its_owner() -> Outcome {
    let desk = Desk::new(10_00).await;
    let held = desk.hold(SESSIONS).await;
    let coming = desk.when_waiting(1, async {
        desk.deposit(desk.ana.id, 5_00).await;
        held.rollback().await
    });
    let (left, came) = tokio::join!(desk.leave(Some("10.00")), coming);
    came?;
    assert_eq!((left.status, left.code()), (409, "wallet_not_empty"));
    assert_eq!(desk.user_status().await, UserStatus::Active);
    assert_eq!(desk.wallet().await, 15_00);
    Ok(())
}
