//! Many at once: nobody overdraws, nothing is decided, sent or paid twice.

use super::*;
use crate::{
    testing::{Outcome, created},
    withdrawals::reject,
};
use futures::future::join_all;
use tenancy::Origin;

#[tokio::test]
async fn sixty_four_withdrawals_and_spends_of_one_balance_never_overdraw() -> Outcome {
    let desk = Desk::new(1_000_00).await;
    let shop = Member::new(&desk.club, "loja", "merchant", None).await;
    let withdrawals = (0..32).map(|_| desk.request(90_00));
    let spends = (0..32).map(|number| {
        let body = json!({ "payment": "wallet", "merchantId": shop.id, "price": "90.00" });
        let call = Call::post("/api/purchases")
            .bearer(&desk.ana.token)
            .header("idempotency-key", &number.to_string())
            .json(&body);
        desk.club.send(call)
    });
    let (withdrawn, spent) = futures::future::join(join_all(withdrawals), join_all(spends)).await;
    let paid = spent.iter().filter(|reply| reply.status == 201).count();
    for reply in spent.iter().filter(|reply| reply.status != 201) {
        assert_eq!((reply.status, reply.code()), (409, "insufficient_balance"));
    }
    let asked = withdrawn.iter().filter(|outcome| outcome.is_ok()).count();
    for error in withdrawn.into_iter().filter_map(Result::err) {
        assert_eq!(error.code, "insufficient_balance");
    }
    assert_eq!(paid + asked, 11);
    assert_eq!(desk.wallet().await, 10_00);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn a_merchants_credit_is_not_for_withdrawing() -> Outcome {
    let desk = Desk::new(100_00).await;
    let mut conn = desk.job().conn().await?;
    ledger::set_credit(&mut conn, desk.ana.id, Money::from_centavos(1_000_00)).await?;
    drop(conn);
    let outcomes = join_all((0..8).map(|_| desk.request(60_00))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(error.code, "insufficient_balance");
    }
    assert_eq!(desk.wallet().await, 40_00);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn the_daily_limit_holds_for_all_of_them_together() -> Outcome {
    let desk = Desk::new(1_000_00).await;
    let rules = WithdrawalConfig {
        daily_limit: Some(Money::from_centavos(200_00)),
        ..WithdrawalConfig::default()
    };
    let ctx = under(&desk.ctx(), rules);
    let outcomes = join_all((0..16).map(|_| ask(&ctx, 60_00))).await;
    let asked: Vec<_> = outcomes
        .iter()
        .filter_map(|outcome| outcome.as_ref().ok())
        .collect();
    assert_eq!(asked.len(), 3);
    for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert_eq!(error.code, "above_daily_limit");
    }
    reject(&desk.operator(), asked[0].id, "x").await?;
    ask(&ctx, 60_00).await?;
    // 12:00 UTC is nine in the morning in São Paulo.
    desk.club.wait(time::Duration::hours(14));
    assert!(ask(&ctx, 60_00).await.is_err(), "it is eleven at night");
    desk.club.wait(time::Duration::hours(1));
    ask(&ctx, 60_00).await?;
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn fifty_requests_with_one_key_withdraw_once() -> Outcome {
    let desk = Desk::new(1_000_00).await;
    let send = || {
        let call = Call::post("/api/pix/withdrawals")
            .bearer(&desk.ana.token)
            .header("idempotency-key", "one")
            .json(&json!({ "amount": "60.00" }));
        desk.club.send(call)
    };
    let mut answers = created(join_all((0..50).map(|_| send())).await);
    answers.insert(send().await.body.to_string());
    assert_eq!(answers.len(), 1);
    assert_eq!(desk.wallet().await, 940_00);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn what_many_administrators_decide_happens_once() -> Outcome {
    let desk = Desk::new(1_000_00).await;
    let operator = desk.operator();
    for _ in 0..6 {
        let id = desk.request(60_00).await?.id;
        let deciding = (0..8).map(|number| {
            let ctx = &operator;
            async move {
                if number % 2 == 0 {
                    approve(ctx, id).await
                } else {
                    reject(ctx, id, "x").await
                }
            }
        });
        for error in join_all(deciding).await.into_iter().filter_map(Result::err) {
            assert_eq!(error.code, "already_decided");
        }
        // Approved or not before: nothing was sent, so who refuses has the last word.
        assert_eq!(desk.status(id).await?, WithdrawalStatus::Rejected);
    }
    let events = desk.events().await;
    let times = |kind: &str| events.iter().filter(|it| *it == kind).count();
    assert_eq!(times("withdrawal_rejected"), 6);
    assert!(times("withdrawal_approved") <= 6);
    assert_eq!(desk.wallet().await, 1_000_00);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn two_nodes_send_each_once_and_settle_each_once() -> Outcome {
    let desk = Desk::new(2_000_00).await;
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(desk.approved(60_00).await?);
    }
    let platform = desk.home.another_node().await;
    let tenant = Arc::clone(&desk.club.tenant);
    let there = Ctx::new(platform, tenant, JOB, Origin::default());
    let here = desk.job();
    let (a, b) = tokio::join!(
        send_with(&here, &desk.sandbox),
        send_with(&there, &desk.sandbox)
    );
    assert_eq!(a? + b?, 12);
    let payouts: Vec<_> = ids.iter().map(|id| PayoutId::from(id.0)).collect();
    let refreshing = payouts.iter().flat_map(|payout| {
        [&here, &there, &here].map(|ctx| refresh_with(ctx, &desk.sandbox, payout))
    });
    for outcome in join_all(refreshing).await {
        outcome?;
    }
    for id in ids {
        assert_eq!(desk.status(id).await?, WithdrawalStatus::Paid);
        assert_eq!(desk.times_paid(id), 1);
    }
    let events = desk.events().await;
    assert_eq!(
        events
            .iter()
            .filter(|kind| *kind == "withdrawal_paid")
            .count(),
        12
    );
    desk.audit().await;
    Ok(())
}
