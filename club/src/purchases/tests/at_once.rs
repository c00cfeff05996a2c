//! Many at once: nobody overdraws, nothing happens twice.

use super::*;
use crate::testing::{Outcome, created};
use futures::future::{join, join_all};
use std::collections::BTreeSet;

#[tokio::test]
async fn sixty_four_spends_of_one_balance_never_overdraw() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 1_000).await;
    market.percent("0").await;
    let outcomes = join_all((0..64).map(|_| market.pay(90))).await;
    let paid = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(error.code, "insufficient_balance");
    }
    assert_eq!(paid, 11);
    assert_eq!(market.wallets().await[..2], [10, 990]);
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn fifty_requests_with_one_key_buy_once() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 10_000).await;
    let body = json!({ "payment": "wallet", "merchantId": market.merchant.id, "price": "10.00" });
    let send = || market.send(&market.consumer, "/api/purchases", "a key", &body);
    let bad = send().await;
    assert_eq!((bad.status, bad.code()), (400, "idempotency_key_invalid"));
    let send = || market.send(&market.consumer, "/api/purchases", "key-1", &body);
    let mut answers = created(join_all((0..50).map(|_| send())).await);
    answers.insert(send().await.body.to_string());
    assert_eq!(answers.len(), 1);
    assert_eq!(market.wallets().await[0], 10_000 - 1_000 + 50);
    let other = json!({ "payment": "wallet", "merchantId": market.merchant.id, "price": "10.0" });
    let reused = market
        .send(&market.consumer, "/api/purchases", "key-1", &other)
        .await;
    assert_eq!(
        (reused.status, reused.code()),
        (422, "idempotency_key_reused")
    );
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn one_receipt_is_one_sale() -> Outcome {
    let market = Market::new().await;
    market.settings(0, 100_000).await;
    let sale = |centavos, receipt: &str| {
        let new = NewPurchase {
            receipt_number: Some(receipt.to_owned()),
            ..paid_outside(centavos, &market.consumer.referral_id)
        };
        market.record(&market.merchant, new)
    };
    let answers = join_all((0..20).map(|_| sale(1_000, "NF-1"))).await;
    let mut ids = BTreeSet::new();
    let mut created = 0;
    for answer in answers {
        let answer = answer?;
        created += u8::from(answer.status == 201);
        ids.insert(answer.read::<Purchase>()?.id);
    }
    assert_eq!((ids.len(), created), (1, 1));
    let other = sale(999, "NF-1").await.expect_err("another price");
    assert_eq!(other.code, "receipt_number_used");
    sale(999, "NF-2").await?;
    assert_eq!(
        market.balance(Account::Wallet(market.merchant.id)).await,
        -200
    );
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn refunds_spends_and_releases_at_once_keep_the_books() -> Outcome {
    let market = Market::new().await;
    market.settings(0, 1_000_000).await;
    let sales = join_all((0..12).map(|_| market.sell(9_990))).await;
    let sales: Vec<_> = sales.into_iter().collect::<Result<_>>()?;
    let refunds = join_all(sales.iter().flat_map(|sale| {
        [Some(3_333), Some(1), None].map(|amount| market.refund(sale.id, amount))
    }));
    let spends = join_all((0..12).map(|_| market.pay(300)));
    let more = join_all((0..6).map(|_| market.sell(5_000)));
    let (refunds, (spends, more)) = join(refunds, join(spends, more)).await;
    for outcome in refunds.into_iter().map(|it| it.map(drop)) {
        match outcome {
            Ok(()) => {}
            Err(error) if error.code == "already_refunded" => {}
            Err(error) if error == kernel::Error::invalid("amount", "exceeds_purchase") => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    for error in spends.into_iter().filter_map(Result::err) {
        assert_eq!(error.code, "insufficient_balance");
    }
    for sale in more {
        sale?;
    }
    for sale in &sales {
        let left = market.refund(sale.id, None).await;
        assert!(left.is_ok() || left.is_err_and(|error| error.code == "already_refunded"));
    }
    market.audit().await;
    Ok(())
}
