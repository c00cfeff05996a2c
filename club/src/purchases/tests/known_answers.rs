//! What each way of buying does to everybody's accounts.

use super::*;
use crate::{
    products::{self, NewProduct},
    purchases::{NewItem, PurchaseStatus, by_id},
    testing::Outcome,
};
use kernel::{Error, ProductId};
use tenancy::modules::Module;
use time::Duration;

#[tokio::test]
async fn a_wallet_pays_and_four_share() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 10_000).await;
    let purchase = market.pay(3_330).await?;
    assert_eq!(
        (purchase.pool, purchase.status),
        (Money::from_centavos(333), PurchaseStatus::Completed)
    );
    assert_eq!(
        market.wallets().await,
        [6_670 + 166, 3_330 - 333, 42, 42, 83]
    );
    assert_eq!(purchase.released_at, Some(purchase.purchased_at));
    let short = market.pay(6_837).await.expect_err("more than there is");
    assert_eq!(short.code, "insufficient_balance");
    // The cashback of a purchase does not help to pay for it.
    let short = market.pay(6_900).await.expect_err("more than there is");
    assert_eq!(short.code, "insufficient_balance");
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn a_merchant_pays_the_cashback_of_an_external_sale_down_to_its_credit() -> Outcome {
    let market = Market::new().await;
    let short = market.sell(1_000).await.expect_err("there is no credit");
    assert_eq!(short.code, "insufficient_balance");
    market.settings(0, 100).await;
    market.sell(1_000).await?;
    assert_eq!(market.wallets().await, [50, -100, 13, 12, 25]);
    let short = market.sell(10).await.expect_err("the credit is used up");
    assert_eq!(short.code, "insufficient_balance");

    // Less credit than is in use: no more sales, until it is paid back.
    market.settings(0, 40).await;
    assert!(market.sell(10).await.is_err());
    market.deposit(market.merchant.id, 70).await;
    market.sell(100).await?;
    assert!(market.sell(10).await.is_err());
    assert_eq!(
        market.balance(Account::Wallet(market.merchant.id)).await,
        -40
    );
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn cashback_waits_for_its_day_and_pays_debts_first() -> Outcome {
    let market = Market::new().await;
    market.settings(7, 100_000).await;
    let purchase = market.sell(10_000).await?;
    let pending = Account::Pending(market.consumer.id);
    assert_eq!(market.balance(pending).await, 500);
    assert_eq!(market.balance(Account::Wallet(market.consumer.id)).await, 0);
    market.club.wait(Duration::days(7) - Duration::seconds(1));
    assert_eq!(market.release().await?, 0);
    market.club.wait(Duration::seconds(1));
    assert_eq!(market.release().await?, 1);
    assert_eq!(market.release().await?, 0);
    assert_eq!(market.balance(pending).await, 0);
    assert_eq!(market.wallets().await, [500, -1_000, 125, 125, 250]);
    assert!(
        by_id(&market.ctx(&market.consumer), purchase.id)
            .await?
            .released_at
            .is_some()
    );

    // Spent, then refunded: owed.
    market.deposit(market.merchant.id, 1_000).await;
    market
        .record(&market.consumer, from_wallet(market.merchant.id, 450))
        .await?;
    let refund = market.refund(purchase.id, None).await?;
    assert_eq!(refund.debts.consumer, Money::from_centavos(450));
    let debt = Account::Debt(market.consumer.id);
    assert_eq!(market.balance(debt).await, -450);
    assert_eq!(market.balance(Account::Wallet(market.consumer.id)).await, 0);

    // The next cashback pays the debt before it reaches the wallet.
    market.sell(10_000).await?;
    market.club.wait(Duration::days(7));
    assert_eq!(market.release().await?, 2);
    assert_eq!(market.balance(debt).await, 0);
    assert_eq!(
        market.balance(Account::Wallet(market.consumer.id)).await,
        50 + 22
    );
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn a_demonstration_has_ninety_days_of_sales_once() -> Outcome {
    let market = Market::new().await;
    let command = market.club.ctx(Actor::Command);
    let made = crate::seed::money(&command).await?.purchases;
    assert!(made > 90);
    assert_eq!(crate::seed::money(&command).await?.purchases, 0);
    assert!(market.balance(Account::Pending(market.consumer.id)).await > 0);
    assert!(market.balance(Account::Wallet(market.consumer.id)).await > 0);
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn products_are_bought_as_they_are_then() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 100_000).await;
    let product = |price: i64, percent: &str| NewProduct {
        name: "Café".to_owned(),
        description: String::new(),
        price: Money::from_centavos(price),
        cashback_percent: Percent::parse(percent).expect("a percentage"),
    };
    let seller = market.ctx(&market.merchant);
    let coffee = products::create(&seller, product(5_990, "10")).await?;
    let tea = products::create(&seller, product(1_005, "5")).await?;
    let other = market.ctx(&market.merchant_referrer);
    let elsewhere = products::create(&other, product(100, "5")).await?;
    let buy = |ids: Vec<(ProductId, i32)>| {
        let items = ids.into_iter().map(|(product_id, quantity)| NewItem {
            product_id,
            quantity,
        });
        let new = NewPurchase {
            items: items.collect(),
            price: None,
            merchant_id: None,
            ..from_wallet(market.merchant.id, 1)
        };
        market.record(&market.consumer, new)
    };
    let bought: Purchase = buy(vec![(tea.id, 3), (coffee.id, 1)]).await?.read()?;
    // 5 % of 30,15 is 1,5075 and 10 % of 59,90 is 5,99: each line to the centavo.
    assert_eq!(
        (bought.price, bought.pool),
        (Money::from_centavos(9_005), Money::from_centavos(151 + 599))
    );
    let lines: Vec<_> = bought
        .items
        .iter()
        .map(|item| (item.product_id, item.quantity, item.cashback.centavos()))
        .collect();
    assert_eq!(lines, [(Some(tea.id), 3, 151), (Some(coffee.id), 1, 599)]);
    assert_eq!(
        market.balance(Account::Wallet(market.merchant.id)).await,
        9_005 - 750
    );

    let mixed = buy(vec![(tea.id, 1), (elsewhere.id, 1)]).await;
    assert_eq!(
        mixed.map(drop),
        Err(Error::invalid("items", "of_several_merchants"))
    );
    let nothing = buy(vec![(ProductId(Uuid::nil()), 1)]).await;
    assert_eq!(nothing.map(drop), Err(Error::not_found("product")));
    market
        .club
        .switch_off(market.consumer.id, Module::Marketplace)
        .await;
    let off = buy(vec![(tea.id, 1)]).await.expect_err("no marketplace");
    assert_eq!(off.code, "module_disabled");
    market.audit().await;
    Ok(())
}
