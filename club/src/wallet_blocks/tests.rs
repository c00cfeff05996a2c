//! Blocks on a real database. After each test the ledger's audit is empty, and what the blocks hold is what it says.

use super::*;
use crate::{
    idempotency::transaction_id,
    ledger::{self, Account, Posting, TransactionKind},
    outbox,
    purchases::tests::{Market, Member},
    testing::{Call, Outcome, PASSWORD},
};
use futures::future::{join, join_all};
use kernel::Error;
use serde_json::{Value, json};
use tenancy::{Actor, administrators::Role};

fn money(centavos: i64) -> Money {
    Money::from_centavos(centavos)
}

fn of(market: &Market, member: &Member, centavos: i64) -> NewWalletBlock {
    NewWalletBlock {
        id: WalletBlockId(market.club.ctx(Actor::Command).new_id()),
        user_id: member.id,
        amount: money(centavos),
        reason: "Ofício 12/2026".into(),
    }
}

fn part(market: &Market, block: &WalletBlock, centavos: i64) -> NewWalletLift {
    NewWalletLift {
        id: WalletLiftId(market.club.ctx(Actor::Command).new_id()),
        block_id: block.id,
        amount: money(centavos),
        reason: "Ordem levantada".into(),
    }
}

fn reason(error: &Error) -> Option<&str> {
    error.fields.get("amount").map(AsRef::as_ref)
}

impl Market {
    /// What a member reads: available and blocked.
    async fn has(&self, member: &Member) -> [Value; 2] {
        let call = Call::get("/api/wallet").bearer(&member.token);
        let reply = self.club.send(call).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        ["available", "blocked"].map(|part| reply.body[part].clone())
    }

    /// A member owes the club this much.
    async fn owe(&self, user: UserId, centavos: i64) -> Outcome {
        let ctx = self.club.ctx(Actor::Command);
        let id = ctx.new_id();
        let name = transaction_id(id, "test");
        let posting = Posting::new(name, TransactionKind::Adjustment, id, ctx.now())
            .debit(Account::Debt(user), money(centavos))
            .credit(Account::Club, money(centavos));
        ledger::post(&mut *ctx.conn().await?, &posting).await?;
        Ok(())
    }

    async fn check_blocks(&self) -> Outcome {
        self.audit().await;
        let wrong: Vec<String> = sqlx::query_scalar(
            "select owner_id::text from ledger_accounts a where kind = 11 and balance <>
             (select coalesce(sum(amount - lifted), 0) from wallet_blocks where user_id = a.owner_id)
             union all
             select id::text from wallet_blocks b where lifted <>
             (select coalesce(sum(amount), 0) from wallet_block_lifts where block_id = b.id)",
        )
        .fetch_all(self.club.database())
        .await?;
        assert_eq!(wrong, [] as [String; 0]);
        Ok(())
    }
}

#[tokio::test]
async fn what_is_blocked_cannot_be_spent_until_it_is_lifted() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 100_00).await;
    let operator = market.club.ctx_of(Role::Operator);
    let new = of(&market, &market.consumer, 80_00);
    let held = block(&operator, &new).await?;
    assert_eq!((held.left, held.lifts.len()), (money(80_00), 0));
    assert_eq!(market.has(&market.consumer).await, ["20.00", "80.00"]);
    let buy = json!({ "payment": "wallet", "merchantId": market.merchant.id, "price": "20.01" });
    let buy = |key: &'static str| {
        let call = Call::post("/api/purchases")
            .bearer(&market.consumer.token)
            .header("idempotency-key", key)
            .json(&buy);
        market.club.send(call)
    };
    let short = buy("1").await;
    assert_eq!((short.status, short.code()), (409, "insufficient_balance"));

    let freed = lift(&operator, &part(&market, &held, 30_00)).await?;
    assert_eq!((freed.left, freed.lifts.len()), (money(50_00), 1));
    assert_eq!(market.has(&market.consumer).await, ["50.00", "50.00"]);
    assert_eq!(buy("2").await.status, 201);
    let over = lift(&operator, &part(&market, &held, 50_01)).await;
    assert_eq!(
        reason(&over.expect_err("it holds less")),
        Some("above_blocked")
    );
    lift(&operator, &part(&market, &held, 50_00)).await?;
    let viewer = market.club.ctx_of(Role::Viewer);
    let [seen] = &of_user(&viewer, market.consumer.id).await?[..] else {
        panic!("one block");
    };
    assert!(seen.left.is_zero());
    assert_eq!(seen.reason, "Ofício 12/2026");
    assert_eq!(seen.blocked_by, operator.actor.label());
    let amounts: Vec<_> = seen.lifts.iter().map(|lift| lift.amount).collect();
    assert_eq!(amounts, [money(30_00), money(50_00)]);
    market.check_blocks().await
}

#[tokio::test]
async fn only_who_may_blocks_and_only_what_is_there() -> Outcome {
    let market = Market::new().await;
    let (consumer, merchant) = (&market.consumer, &market.merchant);
    market.deposit(consumer.id, 10_00).await;
    let [viewer, operator] = [Role::Viewer, Role::Operator].map(|role| market.club.ctx_of(role));
    let refused = block(&viewer, &of(&market, consumer, 1_00)).await;
    assert_eq!(refused.expect_err("a viewer").code, "forbidden");
    for (member, amount, why) in [
        (consumer, 0, "must_be_positive"),
        (consumer, -1, "must_be_positive"),
        (consumer, 10_01, "above_available"),
        (merchant, 1, "above_available"),
    ] {
        let refused = block(&operator, &of(&market, member, amount)).await;
        assert_eq!(reason(&refused.expect_err(why)), Some(why));
    }
    // A merchant's credit is not theirs.
    let mut conn = operator.conn().await?;
    ledger::set_credit(&mut conn, merchant.id, money(50_00)).await?;
    let refused = block(&operator, &of(&market, merchant, 1)).await;
    assert_eq!(
        reason(&refused.expect_err("credit")),
        Some("above_available")
    );
    let mut silent = of(&market, consumer, 1_00);
    silent.reason = " ".into();
    assert!(block(&operator, &silent).await.is_err());
    let mut nobody = of(&market, consumer, 1_00);
    nobody.user_id = UserId(nobody.id.0);
    assert_eq!(
        block(&operator, &nobody).await.expect_err("nobody").code,
        "not_found"
    );
    let held = block(&operator, &of(&market, consumer, 1_00)).await?;
    let refused = lift(&viewer, &part(&market, &held, 1_00)).await;
    assert_eq!(refused.expect_err("a viewer").code, "forbidden");
    assert_eq!(market.has(consumer).await, ["9.00", "1.00"]);
    market.check_blocks().await
}

#[tokio::test]
async fn a_form_sent_again_blocks_and_lifts_once() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 100_00).await;
    let operator = market.club.ctx_of(Role::Operator);
    let new = of(&market, &market.consumer, 40_00);
    let twice = join_all((0..8).map(|_| block(&operator, &new))).await;
    for held in twice {
        assert_eq!(held?.id, new.id);
    }
    assert_eq!(market.has(&market.consumer).await, ["60.00", "40.00"]);
    let mut other = new.clone();
    other.amount = money(1);
    let reused = block(&operator, &other).await.expect_err("another one");
    assert_eq!(reused.code, "wallet_block_reused");
    let held = one(&operator, new.id).await?;
    let half = part(&market, &held, 20_00);
    for freed in join_all((0..8).map(|_| lift(&operator, &half))).await {
        assert_eq!(freed?.left, money(20_00));
    }
    assert_eq!(market.has(&market.consumer).await, ["80.00", "20.00"]);
    let audited =
        "select count(*) from audit_log where action = any ('{wallet.block,wallet.unblock}')";
    let audited: i64 = sqlx::query_scalar(audited)
        .fetch_one(market.club.database())
        .await?;
    assert_eq!(audited, 2);
    market.check_blocks().await
}

#[tokio::test]
async fn a_spend_at_the_same_moment_does_not_slip_past() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 100_00).await;
    let operator = market.club.ctx_of(Role::Operator);
    let body = json!({ "payment": "wallet", "merchantId": market.merchant.id, "price": "30.00" });
    let spends = (0..6).map(|key| {
        let call = Call::post("/api/purchases")
            .bearer(&market.consumer.token)
            .header("idempotency-key", &key.to_string())
            .json(&body);
        market.club.send(call)
    });
    let news: Vec<_> = (0..6)
        .map(|_| of(&market, &market.consumer, 30_00))
        .collect();
    let blocks = news.iter().map(|new| block(&operator, new));
    let (spent, blocked) = join(join_all(spends), join_all(blocks)).await;
    let spent = spent.iter().filter(|reply| reply.status == 201).count();
    let blocked = blocked.iter().filter(|outcome| outcome.is_ok()).count();
    // What was bought brought 1.50 back each.
    assert_eq!(spent + blocked, 3, "{spent} and {blocked}");
    let held = market.balance(Account::Blocked(market.consumer.id)).await;
    assert_eq!(held, 30_00 * i64::try_from(blocked).expect("few"));
    market.check_blocks().await
}

#[tokio::test]
async fn what_is_freed_pays_a_debt_first() -> Outcome {
    let market = Market::new().await;
    let id = market.consumer.id;
    market.deposit(id, 100_00).await;
    let operator = market.club.ctx_of(Role::Operator);
    let held = block(&operator, &of(&market, &market.consumer, 100_00)).await?;
    market.owe(id, 70_00).await?;
    lift(&operator, &part(&market, &held, 50_00)).await?;
    assert_eq!(market.balance(Account::Debt(id)).await, -20_00);
    assert_eq!(market.balance(Account::Wallet(id)).await, 0);
    lift(&operator, &part(&market, &held, 50_00)).await?;
    assert_eq!(market.balance(Account::Debt(id)).await, 0);
    assert_eq!(market.balance(Account::Wallet(id)).await, 30_00);
    market.check_blocks().await
}

#[tokio::test]
async fn the_member_is_told_the_amount_and_not_the_reason() -> Outcome {
    let market = Market::new().await;
    let ana = &market.consumer;
    market.deposit(ana.id, 100_00).await;
    let operator = market.club.ctx_of(Role::Operator);
    let held = block(&operator, &of(&market, ana, 40_00)).await?;
    lift(&operator, &part(&market, &held, 40_00)).await?;
    outbox::relay(&market.club.ctx(Actor::Job("outbox_relay"))).await?;
    let mut told = Vec::new();
    for path in ["/api/notifications", "/api/profile/export"] {
        let reply = market.club.send(Call::get(path).bearer(&ana.token)).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        told.push(reply.body.to_string());
    }
    for kind in ["wallet_blocked", "wallet_unblocked"] {
        assert!(told[0].contains(kind), "{told:?}");
    }
    assert!(!told.concat().contains("12/2026"), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn nobody_leaves_with_blocked_money_and_then_no_reason_stays() -> Outcome {
    let market = Market::new().await;
    let ana = &market.consumer;
    market.deposit(ana.id, 5_00).await;
    let operator = market.club.ctx_of(Role::Operator);
    let held = block(&operator, &of(&market, ana, 5_00)).await?;
    let leave = |give_up: Value| {
        let body = json!({ "password": PASSWORD, "giveUp": give_up });
        let call = Call::new("DELETE", "/api/profile").bearer(&ana.token);
        market.club.send(call.json(&body))
    };
    for give_up in [Value::Null, json!("0.00"), json!("5.00")] {
        let refused = leave(give_up).await;
        assert_eq!((refused.status, refused.code()), (409, "wallet_not_empty"));
    }
    lift(&operator, &part(&market, &held, 5_00)).await?;
    assert_eq!(leave(json!("5.00")).await.status, 204);
    let reasons: Vec<String> = sqlx::query_scalar(
        "select reason from wallet_blocks union all select reason from wallet_block_lifts",
    )
    .fetch_all(market.club.database())
    .await?;
    assert_eq!(reasons, ["removed", "removed"]);
    let gone = block(&operator, &of(&market, ana, 1)).await;
    assert_eq!(gone.expect_err("nobody is there").code, "not_found");
    market.check_blocks().await
}
