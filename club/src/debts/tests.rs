//! Debts on a real database. After each test the ledger's audit is empty.

use super::*;
use crate::{
    idempotency::transaction_id,
    ledger::{self, Account, Posting, TransactionKind},
    outbox,
    purchases::tests::{Market, Member},
    testing::{Call, Outcome, PASSWORD, Reply},
};
use futures::future::join_all;
use kernel::Error;
use serde_json::{Value, json};
use tenancy::{Actor, administrators::Role};

fn money(centavos: i64) -> Money {
    Money::from_centavos(centavos)
}

impl Market {
    /// A consumer who owes this much and has that much in the wallet.
    async fn debtor(owed: i64, available: i64) -> Result<Self, Error> {
        let market = Self::new().await;
        let ctx = market.club.ctx(Actor::Command);
        let id = ctx.new_id();
        let name = transaction_id(id, "test");
        let posting = Posting::new(name, TransactionKind::Adjustment, id, ctx.now())
            .debit(Account::Debt(market.consumer.id), money(owed))
            .credit(Account::Club, money(owed));
        ledger::post(&mut *ctx.conn().await?, &posting).await?;
        if available > 0 {
            market.deposit(market.consumer.id, available).await;
        }
        Ok(market)
    }

    fn forgiveness(&self, member: &Member, centavos: i64) -> NewForgiveness {
        NewForgiveness {
            id: ForgivenessId(self.club.ctx(Actor::Command).new_id()),
            user_id: member.id,
            amount: money(centavos),
            reason: "Engano nosso".into(),
        }
    }

    async fn owes(&self) -> i64 {
        -self.balance(Account::Debt(self.consumer.id)).await
    }

    async fn leave(&self, give_up: Value) -> Reply {
        let body = json!({ "password": PASSWORD, "giveUp": give_up });
        let call = Call::new("DELETE", "/api/profile").bearer(&self.consumer.token);
        self.club.send(call.json(&body)).await
    }
}

#[tokio::test]
async fn what_is_forgiven_is_owed_no_more_and_the_club_bears_it() -> Outcome {
    let market = Market::debtor(3_75, 0).await?;
    let operator = market.club.ctx_of(Role::Operator);
    let part = market.forgiveness(&market.consumer, 1_00);
    for again in join_all((0..6).map(|_| forgive(&operator, &part))).await {
        again?;
    }
    assert_eq!(market.owes().await, 2_75);
    assert_eq!(market.balance(Account::Club).await, 2_75);
    let mut other = part.clone();
    other.amount = money(2_00);
    let reused = forgive(&operator, &other).await.expect_err("another one");
    assert_eq!(reused.code, "transaction_reused");
    forgive(&operator, &market.forgiveness(&market.consumer, 2_75)).await?;
    assert_eq!(
        (market.owes().await, market.balance(Account::Club).await),
        (0, 0)
    );

    let audited: Vec<Value> =
        sqlx::query_scalar("select after from audit_log where action = 'debt.forgive' order by id")
            .fetch_all(market.club.database())
            .await?;
    let whole = json!({ "debt": "0.00", "amount": "2.75", "reason": "Engano nosso" });
    assert_eq!((audited.len(), audited.last()), (2, Some(&whole)));
    outbox::relay(&market.club.ctx(Actor::Job("outbox_relay"))).await?;
    let call = Call::get("/api/notifications").bearer(&market.consumer.token);
    let told = market.club.send(call).await.body;
    assert_eq!(told["data"][0]["kind"], "debt_forgiven");
    assert!(!told.to_string().contains("Engano"), "{told}");
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn only_who_may_forgives_and_only_what_is_owed() -> Outcome {
    let market = Market::debtor(3_75, 0).await?;
    let [viewer, operator] = [Role::Viewer, Role::Operator].map(|role| market.club.ctx_of(role));
    let refused = forgive(&viewer, &market.forgiveness(&market.consumer, 1)).await;
    assert_eq!(refused.expect_err("a viewer").code, "forbidden");
    for (member, centavos, reason) in [
        (&market.consumer, 0, "must_be_positive"),
        (&market.consumer, 3_76, "above_debt"),
        (&market.merchant, 1, "above_debt"),
    ] {
        let refused = forgive(&operator, &market.forgiveness(member, centavos)).await;
        assert_eq!(refused, Err(Error::invalid("amount", reason)));
    }
    let mut silent = market.forgiveness(&market.consumer, 1);
    silent.reason = " ".into();
    let refused = forgive(&operator, &silent).await;
    assert_eq!(refused, Err(Error::invalid("reason", "required")));
    let mut nobody = market.forgiveness(&market.consumer, 1);
    nobody.user_id = UserId(nobody.id.0);
    let refused = forgive(&operator, &nobody).await;
    assert_eq!(refused.expect_err("nobody").code, "not_found");
    assert_eq!(market.owes().await, 3_75);
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn whoever_owes_is_told_so_and_leaves_once_it_is_forgiven() -> Outcome {
    let market = Market::debtor(3_75, 1_00).await?;
    for give_up in [Value::Null, json!("1.00")] {
        let refused = market.leave(give_up).await;
        assert_eq!((refused.status, refused.code()), (409, "debt_open"));
        let message = refused.body["message"].to_string();
        assert!(message.contains("2.75"), "{message}");
    }
    assert_eq!(market.owes().await, 3_75, "nothing moved");
    let operator = market.club.ctx_of(Role::Operator);
    forgive(&operator, &market.forgiveness(&market.consumer, 2_75)).await?;
    assert_eq!(market.leave(Value::Null).await.status, 204);
    assert_eq!(market.owes().await, 0);
    assert_eq!(market.balance(Account::Wallet(market.consumer.id)).await, 0);
    // What was owed stood to its credit, and less the forgiven part of it came.
    assert_eq!(market.balance(Account::Club).await, 1_00);
    let gone = forgive(&operator, &market.forgiveness(&market.consumer, 1)).await;
    assert_eq!(gone.expect_err("nobody is there").code, "not_found");
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn who_leaves_pays_what_is_owed_before_the_rest_is_given_up() -> Outcome {
    let market = Market::debtor(3_75, 5_00).await?;
    let refused = market.leave(Value::Null).await;
    assert_eq!((refused.status, refused.code()), (409, "wallet_not_empty"));
    let refused = market.leave(json!("5.00")).await;
    let fields = json!({ "giveUp": "changed" });
    assert_eq!((refused.status, &refused.body["fields"]), (422, &fields));
    assert_eq!(market.leave(json!("1.25")).await.status, 204);
    assert_eq!(market.owes().await, 0);
    assert_eq!(market.balance(Account::Wallet(market.consumer.id)).await, 0);
    assert_eq!(market.balance(Account::Club).await, 3_75 + 1_25);
    let audited: Value =
        sqlx::query_scalar("select after from audit_log where action = 'user.delete'")
            .fetch_one(market.club.database())
            .await?;
    assert_eq!(audited, json!({ "givenUp": "1.25", "debtPaid": "3.75" }));
    market.audit().await;
    Ok(())
}
