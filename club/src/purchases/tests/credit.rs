//! How far below zero a merchant's wallet may go, and that they can see it.

use super::*;
use crate::testing::Outcome;

impl Market {
    /// What is available, and the credit.
    async fn seen_by(&self, member: &Member) -> [Value; 2] {
        let wallet = self.get(member, "/api/wallet").await.body;
        ["available", "credit"].map(|part| wallet[part].clone())
    }
}

#[tokio::test]
async fn a_merchant_sees_the_credit_and_what_is_in_use_stays() -> Outcome {
    let market = Market::new().await;
    assert_eq!(market.seen_by(&market.merchant).await, ["0.00", "0.00"]);
    market.settings(0, 20_00).await;
    assert_eq!(market.seen_by(&market.merchant).await, ["0.00", "20.00"]);
    assert_eq!(market.seen_by(&market.consumer).await, ["0.00", "0.00"]);
    market.sell(150_00).await?;
    assert_eq!(market.seen_by(&market.merchant).await, ["-15.00", "20.00"]);
    market.settings(0, 5_00).await;
    assert_eq!(market.seen_by(&market.merchant).await, ["-15.00", "15.00"]);
    market.deposit(market.merchant.id, 12_00).await;
    assert_eq!(market.seen_by(&market.merchant).await, ["-3.00", "5.00"]);
    market.audit().await;
    Ok(())
}
