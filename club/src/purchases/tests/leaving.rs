//! Whoever leaves the club is paid nothing afterwards: no wallet has money that nobody can reach.

use super::*;
use crate::{
    profile,
    testing::{Outcome, PASSWORD},
    users::UserStatus,
};
use futures::future::join;
use sqlx::{Postgres, Transaction};

/// Somebody's deletion, as far as others meet it: not committed yet.
async fn leaving(market: &Market, who: UserId) -> sqlx::Result<Transaction<'static, Postgres>> {
    let mut tx = market.club.database().begin().await?;
    sqlx::query("select from users where id = $1 for update")
        .bind(who)
        .execute(&mut *tx)
        .await?;
    sqlx::query("update users set status = $2 where id = $1")
        .bind(who)
        .bind(UserStatus::Deleted)
        .execute(&mut *tx)
        .await?;
    Ok(tx)
}

#[tokio::test]
async fn a_purchase_waits_for_whoever_is_leaving_and_finds_nobody() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.merchant.id, 10_000).await;
    for (who, sells) in [
        (market.consumer_referrer.id, true),
        (market.merchant_referrer.id, true),
        (market.consumer.id, false),
    ] {
        let before = market.balance(Account::Wallet(who)).await;
        let tx = leaving(&market, who).await?;
        let commits = async {
            market.club.until_waiting(1).await;
            tx.commit().await
        };
        let (sale, committed) = join(market.sell(1_000), commits).await;
        committed?;
        assert_eq!(sale.is_ok(), sells, "{sale:?}");
        assert_eq!(market.balance(Account::Wallet(who)).await, before);
    }
    // The missing referrers' shares went to the club: 25 + 13 centavos of the first pool, 25 + 13 + 12 of the second.
    assert_eq!(market.wallets().await[2..], [0, 12, 38 + 50]);
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn leaving_waits_for_a_payment_that_is_on_its_way() -> Outcome {
    let market = Market::new().await;
    let ctx = market.ctx(&market.consumer);
    // What a purchase holds of each of its people until it has committed.
    let mut purchase = market.club.database().begin().await?;
    sqlx::query("select from users where id = $1 for key share")
        .bind(market.consumer.id)
        .execute(&mut *purchase)
        .await?;
    let pays = async {
        market.club.until_waiting(1).await;
        market.deposit(market.consumer.id, 100).await;
        purchase.commit().await
    };
    let (left, paid) = join(profile::delete(&ctx, PASSWORD.into(), None), pays).await;
    paid?;
    assert_eq!(
        left.map_err(|error| error.code),
        Err("wallet_not_empty".into())
    );
    Ok(())
}

#[tokio::test]
async fn nothing_is_given_back_to_a_wallet_without_an_owner() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 10_000).await;
    let bought = market.pay(10_000).await?;
    let sold = market.sell(10_000).await?;
    // Their cashback leaves with them.
    let rest = market.balance(Account::Wallet(market.consumer.id)).await;
    market.deposit(market.consumer.id, -rest).await;
    profile::delete(&market.ctx(&market.consumer), PASSWORD.into(), None).await?;

    let path = format!("/api/purchases/{}", bought.id);
    let seen = market.get(&market.merchant, &path).await.body;
    assert_eq!(seen["consumer"]["name"], Value::Null, "nobody has a name");
    assert_eq!(seen["consumer"]["id"], json!(market.consumer.id));

    let refused = market.refund(bought.id, Some(1)).await;
    assert_eq!(
        refused.map(drop).map_err(|error| error.code),
        Err("consumer_left".into())
    );
    // Paid outside, so only the merchant gets something back: the pool.
    market.refund(sold.id, None).await?;
    assert_eq!(market.balance(Account::Wallet(market.consumer.id)).await, 0);
    market.audit().await;
    Ok(())
}
