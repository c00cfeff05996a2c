//! What giving back does to everybody's accounts.

use super::*;
use crate::{
    purchases::{PurchaseStatus, by_id},
    testing::Outcome,
};
use kernel::Error;
use time::Duration;

#[tokio::test]
async fn refunds_that_add_up_restore_everybody() -> Outcome {
    let market = Market::new().await;
    market.settings(3, 0).await;
    market.deposit(market.consumer.id, 10_000).await;
    let purchase = market.pay(3_331).await?;
    for part in [1, 1_000, 7, 2_000] {
        let refund = market.refund(purchase.id, Some(part)).await?;
        assert_eq!(refund.debts, kernel::Shares::default());
    }
    let too_much = market.refund(purchase.id, Some(324)).await;
    assert_eq!(too_much, Err(Error::invalid("amount", "exceeds_purchase")));
    let rest = market.refund(purchase.id, None).await?;
    assert_eq!((rest.number, rest.amount), (5, Money::from_centavos(323)));
    assert_eq!(market.wallets().await, [10_000, 0, 0, 0, 0]);
    assert_eq!(
        market.balance(Account::Pending(market.consumer.id)).await,
        0
    );
    let again = market
        .refund(purchase.id, None)
        .await
        .expect_err("all is back");
    assert_eq!(again.code, "already_refunded");
    let refunded = by_id(&market.ctx(&market.consumer), purchase.id).await?;
    assert_eq!(refunded.status, PurchaseStatus::Refunded);
    market.club.wait(Duration::days(3));
    assert_eq!(market.release().await?, 1);
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn a_refund_needs_the_merchants_money() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 1_000).await;
    let purchase = market.pay(1_000).await?;
    let away = Posting::new(
        transaction_id(purchase.id.0, "away"),
        TransactionKind::Adjustment,
        purchase.id.0,
        purchase.purchased_at,
    )
    .debit(Account::Wallet(market.merchant.id), Money::from_centavos(1))
    .credit(Account::Clearing, Money::from_centavos(1));
    let mut conn = market.club.ctx(Actor::Command).conn().await?;
    ledger::post(&mut conn, &away).await?;
    let short = market
        .refund(purchase.id, None)
        .await
        .expect_err("a centavo is missing");
    assert_eq!(short.code, "insufficient_balance");
    market.deposit(market.merchant.id, 1).await;
    market.refund(purchase.id, None).await?;
    assert_eq!(market.wallets().await, [1_000, 0, 0, 0, 0]);
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn refunds_in_pieces_cost_the_club_nothing() -> Outcome {
    let market = Market::new().await;
    market.settings(0, 100_000).await;
    let merchant = market.balance(Account::Wallet(market.merchant.id)).await;
    for _ in 0..20 {
        let purchase = market.sell(160).await?;
        market.refund(purchase.id, Some(159)).await?;
    }
    assert!(market.balance(Account::Club).await >= 0);
    let now = market.balance(Account::Wallet(market.merchant.id)).await;
    assert!(now <= merchant, "nobody gains by it");
    market.audit().await;
    Ok(())
}
