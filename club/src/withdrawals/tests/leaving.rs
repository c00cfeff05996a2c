//! Somebody leaves the club while their money moves: it is never lost on the way.

use super::*;
use crate::{
    deposits::catch_up,
    pix, profile,
    suspense::{self, ReceivedStatus},
    testing::{Outcome, PASSWORD},
    users::UserStatus,
    wallet::{self, WalletAccount},
    withdrawals::{Attention, acknowledge, waiting},
};
use kernel::{Error, PageRequest};
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

/// What is listed as nobody's adds up to the suspense account.
async fn ties_out(desk: &Desk) -> Outcome {
    let operator = desk.operator();
    let page = PageRequest {
        limit: Some(PageRequest::MAX_LIMIT),
        cursor: None,
    };
    let page = suspense::list(&operator, Some(ReceivedStatus::Suspense), page).await?;
    let listed: i64 = page
        .data
        .iter()
        .map(|pix| pix.amount.centavos() - pix.returned.centavos())
        .sum();
    let held = suspense::waiting(&operator).await?.held;
    let balance = desk.balance(Account::Suspense).await;
    assert_eq!((listed, held.centavos()), (balance, balance));
    let mut conn = operator.conn().await?;
    assert_eq!(ledger::audit(&mut conn).await?, []);
    Ok(())
}

#[tokio::test]
async fn everything_without_an_owner_is_in_one_list() -> Outcome {
    let desk = Desk::new(100_00).await;
    let (job, operator) = (desk.job(), desk.operator());
    let caio = Member::new(&desk.club, "caio", "consumer", None).await;
    for centavos in [10_00, 20_00, 30_00, 40_00] {
        pix::play(&job, Script::PayKey(Money::from_centavos(centavos))).await?;
    }
    catch_up(&job).await?;
    ties_out(&desk).await?;

    // She leaves, and what she took out comes back.
    let id = desk.coming_back().await?;
    assert_eq!(desk.leave(None).await.status, 204);
    desk.hear_of(id).await?;
    ties_out(&desk).await?;
    let page = suspense::list(&operator, None, PageRequest::default()).await?;
    let returned = &page.data[0];
    assert_eq!(returned.withdrawal_id, Some(id));
    assert_eq!(returned.amount.centavos(), 97_50);
    let refused = suspense::return_to_payer(&operator, returned.id, "não é de ninguém").await;
    assert_eq!(refused.expect_err("the club paid it").code, "no_payer");

    // One finds its owner, one goes back, one is on its way back, of one a part is taken back.
    let [_, first, second, third, fourth] = &page.data[..] else {
        panic!("five, not {}", page.data.len());
    };
    suspense::assign(&operator, first.id, caio.id, "é dele").await?;
    suspense::return_to_payer(&operator, second.id, "não é de ninguém").await?;
    suspense::finish_returns(&job).await?;
    let lost = fail(To::Refund, Fault::LostAnswer);
    pix::play(&job, lost).await?;
    suspense::return_to_payer(&operator, third.id, "não é de ninguém").await?;
    let part = Script::TakeBack {
        pix: fourth.end_to_end_id.clone(),
        amount: Money::from_centavos(4_00),
    };
    pix::play(&job, part).await?;
    catch_up(&job).await?;
    ties_out(&desk).await?;
    suspense::finish_returns(&job).await?;
    ties_out(&desk).await?;
    assert_eq!(desk.balance(Account::Suspense).await, 97_50 + 6_00);

    // She is back, with a new account.
    let ana = Member::new(&desk.club, "ana-de-novo", "consumer", None).await;
    let found = suspense::assign(&operator, returned.id, ana.id, "voltou ao clube").await?;
    assert_eq!(
        (found.status, found.user_id),
        (ReceivedStatus::Assigned, Some(ana.id))
    );
    let again = suspense::assign(&operator, returned.id, caio.id, "de novo").await;
    assert_eq!(again.expect_err("once").code, "not_in_suspense");
    assert_eq!(desk.balance(Account::Wallet(ana.id)).await, 97_50);
    ties_out(&desk).await
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
    assert_eq!(statement.data[0].entry.kind, TransactionKind::GivenUp);
    assert_eq!(statement.data[0].entry.amount, Money::from_centavos(-50_00));
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
