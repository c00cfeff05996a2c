//! What comes in, however it is told.

use super::*;
use crate::{
    deposits::{DepositFilter, DepositStatus, catch_up, poll},
    testing::Outcome,
};
use futures::future::join_all;
use kernel::PageRequest;
use time::Duration;

#[tokio::test]
async fn fifty_calls_of_one_webhook_credit_once() -> Outcome {
    let bank = Bank::new().await;
    let deposit = bank.deposit("150.00").await;
    bank.pay(&deposit, None, 1).await;
    let told = pix::deliveries(&bank.job()).await?;
    let [body] = &told[..] else {
        panic!("one webhook, not {}", told.len());
    };
    let replies = join_all((0..50).map(|_| bank.webhook(body))).await;
    assert!(replies.iter().all(|reply| reply.status == 200));
    let paid = bank.stored(&deposit).await;
    assert_eq!(
        (paid.status, paid.paid_amount.centavos()),
        (DepositStatus::Paid, 150_00)
    );
    assert_eq!(
        (bank.wallet().await, bank.events("deposit_paid").await),
        (150_00, 1)
    );
    bank.check().await
}

#[tokio::test]
async fn two_nodes_that_hear_it_at_once_credit_once() -> Outcome {
    let bank = Bank::new().await;
    let deposit = bank.deposit("80.00").await;
    bank.pay(&deposit, None, 1).await;
    let [id] = &bank.received().await[..] else {
        panic!("one payment");
    };
    let pix = pix::provider(&bank.job())
        .await?
        .get_pix(id)
        .await?
        .expect("it came in");
    let other = bank.home.another_node().await;
    let other = Ctx::new(
        other,
        std::sync::Arc::clone(&bank.club.tenant),
        Actor::Job("test"),
        tenancy::Origin::default(),
    );
    let nodes = [bank.job(), other];
    let heard = join_all((0..20).map(|turn| {
        let ctx = &nodes[turn % 2];
        deposits::credit::receive(ctx, "sandbox", &pix)
    }));
    for heard in heard.await {
        heard?;
    }
    assert_eq!(
        (bank.wallet().await, bank.events("deposit_paid").await),
        (80_00, 1)
    );
    bank.check().await
}

#[tokio::test]
async fn what_came_in_counts_and_not_what_was_asked() -> Outcome {
    let bank = Bank::new().await;
    let deposit = bank.deposit("100.00").await;
    bank.pay(&deposit, Some(99_99), 2).await;
    bank.play(Script::Webhooks {
        delay: 60,
        copies: 3,
        shuffled: true,
    })
    .await;
    deposits::carry_sandbox_webhooks(&bank.job()).await?;
    let paid = bank.stored(&deposit).await;
    assert_eq!(
        (paid.paid_amount.centavos(), bank.wallet().await),
        (2 * 99_99, 2 * 99_99)
    );
    assert_eq!(bank.events("deposit_paid").await, 2, "two people paid");

    let late = bank.deposit("7.00").await;
    bank.pay(&late, None, 1).await;
    assert_eq!(
        deposits::carry_sandbox_webhooks(&bank.job()).await?,
        0,
        "not yet"
    );
    bank.club.wait(Duration::seconds(60));
    assert_eq!(
        deposits::carry_sandbox_webhooks(&bank.job()).await?,
        3,
        "three times"
    );
    assert_eq!(bank.wallet().await, 2 * 99_99 + 7_00);
    bank.check().await
}

#[tokio::test]
async fn what_no_webhook_told_is_found() -> Outcome {
    let bank = Bank::new().await;
    let polled = bank.deposit("10.00").await;
    bank.pay(&polled, None, 1).await;
    assert_eq!(poll(&bank.job()).await?, 0, "its turn has not come");
    bank.club.wait(Duration::seconds(31));
    bank.fail(Asked::GetCharge, Fault::Unreachable).await;
    assert!(poll(&bank.job()).await.is_err());
    bank.club.wait(Duration::seconds(31));
    assert_eq!(poll(&bank.job()).await?, 1);
    assert_eq!(poll(&bank.job()).await?, 0, "nothing waits");
    assert_eq!(bank.wallet().await, 10_00);

    bank.play(Script::PayKey(Money::from_centavos(33_00))).await;
    let listed = bank.deposit("20.00").await;
    bank.pay(&listed, None, 1).await;
    bank.fail(Asked::ListPix, Fault::Garbled).await;
    assert!(catch_up(&bank.job()).await.is_err());
    assert_eq!(catch_up(&bank.job()).await?, 2);
    assert_eq!(catch_up(&bank.job()).await?, 0);
    assert_eq!(
        (bank.wallet().await, bank.balance(Account::Suspense).await),
        (30_00, 33_00)
    );
    bank.check().await
}

#[tokio::test]
async fn a_deposit_expires_and_is_credited_all_the_same() -> Outcome {
    let bank = Bank::new().await;
    let deposit = bank.deposit("10.00").await;
    let other = bank.deposit("11.00").await;
    bank.pay(&other, None, 1).await;
    bank.club.wait(Duration::minutes(66));
    poll(&bank.job()).await?;
    assert_eq!(bank.stored(&deposit).await.status, DepositStatus::Expired);
    assert_eq!(bank.stored(&other).await.status, DepositStatus::Paid);
    let mut pix = {
        let [id] = &bank.received().await[..] else {
            panic!("one payment");
        };
        let provider = pix::provider(&bank.job()).await?;
        provider.get_pix(id).await?.expect("it came in")
    };
    // Another bank's clock: the payment names a charge that is closed here.
    pix.txid = Some(pix::Txid::from(deposit.id.0));
    pix.end_to_end_id = EndToEndId::parse("E99999999202606011200abcdefghijk").expect("an id");
    deposits::credit::receive(&bank.job(), "sandbox", &pix).await?;
    assert_eq!(bank.stored(&deposit).await.status, DepositStatus::Paid);
    assert_eq!(bank.wallet().await, 22_00);
    let mut conn = bank.job().conn().await?;
    assert_eq!(ledger::audit(&mut conn).await?, []);
    Ok(())
}

#[tokio::test]
async fn what_is_contested_is_taken_back_once_and_the_rest_is_owed() -> Outcome {
    let bank = Bank::new().await;
    let deposit = bank.deposit("100.00").await;
    bank.pay(&deposit, None, 1).await;
    deposits::carry_sandbox_webhooks(&bank.job()).await?;
    let [id] = &bank.received().await[..] else {
        panic!("one payment");
    };
    let take = |centavos| Script::TakeBack {
        pix: id.clone(),
        amount: Money::from_centavos(centavos),
    };
    bank.play(take(30_00)).await;
    catch_up(&bank.job()).await?;
    catch_up(&bank.job()).await?;
    assert_eq!(
        (
            bank.wallet().await,
            bank.balance(Account::Debt(bank.ana)).await
        ),
        (70_00, 0)
    );
    // Most of it was spent meanwhile.
    let ctx = bank.job();
    let spent = ledger::Posting::new(
        crate::idempotency::transaction_id(ctx.new_id(), "spent"),
        ledger::TransactionKind::Adjustment,
        ctx.new_id(),
        ctx.now(),
    )
    .debit(Account::Wallet(bank.ana), Money::from_centavos(60_00))
    .credit(Account::Club, Money::from_centavos(60_00));
    let mut tx = ctx.begin().await?;
    ledger::post(&mut tx, &spent).await?;
    tx.commit().await?;
    bank.play(take(70_00)).await;
    let nodes = [bank.job(), bank.job()];
    for done in join_all(nodes.iter().map(catch_up)).await {
        done?;
    }
    assert_eq!(
        (
            bank.wallet().await,
            bank.balance(Account::Debt(bank.ana)).await
        ),
        (0, -60_00)
    );
    assert_eq!(
        bank.stored(&deposit).await.returned_amount.centavos(),
        100_00
    );
    assert_eq!(bank.events("deposit_returned").await, 2);
    bank.check().await
}

#[tokio::test]
async fn one_bad_deposit_does_not_keep_the_others_out() -> Outcome {
    let bank = Bank::new().await;
    for amount in ["1.00", "2.00", "3.00"] {
        let deposit = bank.deposit(amount).await;
        bank.pay(&deposit, None, 1).await;
    }
    bank.club.wait(Duration::seconds(31));
    bank.fail(Asked::GetPix, Fault::Garbled).await;
    assert!(poll(&bank.job()).await.is_err());
    let credited = bank.wallet().await;
    assert!(
        (3_00..=5_00).contains(&credited),
        "two of three: {credited}"
    );
    bank.club.wait(Duration::seconds(31));
    assert_eq!(poll(&bank.job()).await?, 1);
    assert_eq!(bank.wallet().await, 6_00);
    bank.check().await
}

#[tokio::test]
async fn what_comes_in_for_somebody_who_left_is_in_suspense() -> Outcome {
    let bank = Bank::new().await;
    let deposit = bank.deposit("10.00").await;
    let call = Call::new("DELETE", "/api/profile").bearer(&bank.token);
    let left = call.json(&json!({ "password": crate::testing::PASSWORD }));
    let reply = bank.club.send(left).await;
    assert!((200..300).contains(&reply.status), "{}", reply.body);
    bank.pay(&deposit, None, 1).await;
    deposits::carry_sandbox_webhooks(&bank.job()).await?;
    assert_eq!(
        (bank.wallet().await, bank.balance(Account::Suspense).await),
        (0, 10_00)
    );
    bank.check().await
}

#[tokio::test]
async fn a_demonstration_has_a_history_that_ties_out() -> Outcome {
    let bank = Bank::new().await;
    bank.club.register("bia@example.com").await;
    sqlx::query("update users set created_at = created_at - interval '100 days'")
        .execute(bank.club.database())
        .await?;
    let made = crate::seed::money(&bank.job()).await?.deposits;
    assert!(made > 100, "{made}");
    assert_eq!(crate::seed::money(&bank.job()).await?.deposits, 0, "once");
    for status in [
        DepositStatus::Waiting,
        DepositStatus::Paid,
        DepositStatus::Expired,
        DepositStatus::Cancelled,
    ] {
        let filter = DepositFilter {
            status: Some(status),
            ..DepositFilter::default()
        };
        let page = deposits::list(&bank.job(), filter, PageRequest::default()).await?;
        assert!(!page.data.is_empty(), "{status:?}");
    }
    assert_eq!(bank.balance(Account::Suspense).await, 75_00);
    let reports = crate::reconciliation::list(&bank.job(), 10).await?;
    assert!(
        reports.len() == 7
            && reports
                .iter()
                .all(crate::reconciliation::Reconciliation::ties_out)
    );
    assert_eq!(catch_up(&bank.job()).await?, 0, "nothing is new");
    // From now on charges pay themselves.
    let deposit = bank.deposit("12.00").await;
    bank.club.wait(Duration::seconds(31));
    poll(&bank.job()).await?;
    assert_eq!(bank.stored(&deposit).await.status, DepositStatus::Paid);
    bank.check().await
}
