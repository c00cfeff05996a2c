//! How far below zero a merchant's wallet may go, and that they can see it.

use super::*;
use crate::testing::Outcome;

impl Market {
    /// What is available, and the credit.
    async fn seen_by(&self, member: &Member) -> [Value; 2] {
        let wallet = self.get(member, "/api/wallet").await.body;
        ["available", "credit"].map(|part| wallet[part].clone())
    }

    /// As if their documents had been approved so far.
    async fn is_known(&self, member: &Member, level: i16) -> Outcome {
        sqlx::query("update users set kyc_level = $2 where id = $1")
            .bind(member.id.0)
            .bind(level)
            .execute(self.club.database())
            .await?;
        Ok(())
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

#[tokio::test]
async fn only_merchants_whom_the_club_knows_have_credit() -> Outcome {
    let market = Market::new().await;
    let manager = market.club.ctx_of(Role::Manager);
    let patch = MoneySettingsPatch {
        merchant_credit_limit: Some(Money::from_centavos(20_00)),
        ..MoneySettingsPatch::default()
    };
    let set = cashback::change_settings(&manager, patch).await?;
    assert_eq!(set.merchant_credit_level, 2, "by default the highest");
    let code = |sold: Result<Purchase>| sold.map(drop).map_err(|error| error.code.into_owned());
    let short = || Err("insufficient_balance".to_owned());
    let merchant = &market.merchant;
    for (level, credit) in [(0, "0.00"), (1, "0.00"), (2, "20.00")] {
        market.is_known(merchant, level).await?;
        assert_eq!(market.seen_by(merchant).await, ["0.00", credit]);
        if level < 2 {
            assert_eq!(code(market.sell(150_00).await), short());
        }
    }
    market.sell(150_00).await?;
    // What is in use stays, and nothing more.
    market.is_known(merchant, 0).await?;
    assert_eq!(market.seen_by(merchant).await, ["-15.00", "15.00"]);
    assert_eq!(code(market.sell(10_00).await), short());
    let patch = MoneySettingsPatch {
        merchant_credit_level: Some(0),
        ..MoneySettingsPatch::default()
    };
    cashback::change_settings(&manager, patch).await?;
    market.sell(10_00).await?;
    assert_eq!(market.seen_by(merchant).await, ["-16.00", "20.00"]);
    market.audit().await;
    Ok(())
}
