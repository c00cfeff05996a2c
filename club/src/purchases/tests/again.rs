//! The same request again, by people whose answer got lost or who had an old price before them.

use super::*;
use crate::{
    purchases::NewItem,
    testing::{Outcome, PASSWORD},
};
use futures::future::join_all;
use std::collections::BTreeSet;
use tenancy::modules::Module;

async fn product(market: &Market, price: &str) -> Value {
    let new = json!({ "name": "Café", "description": "", "price": price, "cashbackPercent": "5" });
    let call = Call::post("/api/products").bearer(&market.merchant.token);
    let made = market.club.send(call.json(&new)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.body["id"].clone()
}

#[tokio::test]
async fn a_lost_answer_is_repeated_though_the_module_is_off_by_now() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 10_000).await;
    let items = json!([{ "productId": product(&market, "10.00").await, "quantity": 1 }]);
    let body = json!({ "payment": "wallet", "items": items });
    let buy = |key| market.send(&market.consumer, "/api/purchases", key, &body);
    let first = buy("1").await;
    assert_eq!(first.status, 201, "{}", first.body);
    market
        .club
        .switch_off(market.consumer.id, Module::Marketplace)
        .await;
    let again = buy("1").await;
    assert_eq!((again.status, again.body), (201, first.body));
    let other = buy("2").await;
    assert_eq!((other.status, other.code()), (403, "module_disabled"));
    Ok(())
}

#[tokio::test]
async fn products_cost_what_the_buyer_was_shown_or_are_not_bought() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 10_000).await;
    let id: kernel::ProductId = text(&product(&market, "10.00").await).parse()?;
    let buy = |centavos| {
        let new = NewPurchase {
            items: vec![NewItem {
                product_id: id,
                quantity: 2,
            }],
            merchant_id: None,
            ..from_wallet(market.merchant.id, centavos)
        };
        market.record(&market.consumer, new)
    };
    for shown in [10_00, 19_99, 20_01] {
        let refused = buy(shown).await.expect_err("another price");
        assert_eq!(refused, kernel::Error::invalid("price", "changed"));
    }
    let bought: Purchase = buy(20_00).await?.read()?;
    assert_eq!(bought.price, Money::from_centavos(20_00));
    Ok(())
}

#[tokio::test]
async fn a_receipt_is_the_same_sale_whatever_its_products_cost_by_now() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.merchant.id, 10_000).await;
    let (coffee, tea) = (
        product(&market, "10.00").await,
        product(&market, "10.00").await,
    );
    let market = &market;
    let sell = |key: &'static str, product: &Value, quantity: i32, price: Option<&str>| {
        let body = json!({
            "payment": "external", "receiptNumber": "NF-1", "price": price,
            "consumer": { "referralId": market.consumer.referral_id },
            "items": [{ "productId": product, "quantity": quantity }],
        });
        async move {
            market
                .send(&market.merchant, "/api/purchases", key, &body)
                .await
        }
    };
    let first = sell("first", &coffee, 2, None).await;
    assert_eq!(first.status, 201, "{}", first.body);
    let path = format!("/api/products/{}", text(&coffee));
    for (change, keys) in [
        (json!({ "price": "12.00" }), ["dearer", "dearer-shown"]),
        (json!({ "isArchived": true }), ["gone", "gone-shown"]),
    ] {
        let call = Call::new("PATCH", &path).bearer(&market.merchant.token);
        let changed = market.club.send(call.json(&change)).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        for (key, price) in keys.into_iter().zip([None, Some("20.00")]) {
            let again = sell(key, &coffee, 2, price).await;
            assert_eq!((again.status, &again.body), (200, &first.body), "{key}");
        }
    }
    for (key, product, quantity, price) in [
        ("fewer", &coffee, 1, None),
        ("other-product", &tea, 2, None),
        ("other-price", &coffee, 2, Some("24.00")),
    ] {
        let other = sell(key, product, quantity, price).await;
        assert_eq!(
            (other.status, other.code()),
            (409, "receipt_number_used"),
            "{key}"
        );
    }
    let sales = market.get(&market.merchant, "/api/purchases").await.body;
    assert_eq!(sales["data"], json!([first.body]));
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn a_receipt_is_known_though_the_module_is_off_by_now() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.merchant.id, 10_000).await;
    let items = json!([{ "productId": product(&market, "10.00").await, "quantity": 1 }]);
    let sell = |key: &'static str, number: &str| {
        let body = json!({
            "payment": "external", "receiptNumber": number, "items": items,
            "consumer": { "referralId": market.consumer.referral_id },
        });
        let market = &market;
        async move {
            market
                .send(&market.merchant, "/api/purchases", key, &body)
                .await
        }
    };
    let first = sell("first", "NF-1").await;
    assert_eq!(first.status, 201, "{}", first.body);
    let merchant = market.merchant.id;
    market.club.switch_off(merchant, Module::Marketplace).await;
    // The second time under "again" it is that key's own answer.
    for (key, status) in [("again", 200), ("again", 200), ("first", 201)] {
        let again = sell(key, "NF-1").await;
        assert_eq!((again.status, &again.body), (status, &first.body), "{key}");
    }
    let new = sell("new", "NF-2").await;
    assert_eq!((new.status, new.code()), (403, "module_disabled"));
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn fifty_refunds_with_one_key_give_back_once() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.merchant.id, 10_000).await;
    let (sale, other) = (market.sell(10_000).await?, market.sell(10_000).await?);
    let body = json!({ "amount": "10.00" });
    let refund = |id: PurchaseId| {
        let path = format!("/api/purchases/{id}/refunds");
        let (market, body) = (&market, &body);
        async move { market.send(&market.merchant, &path, "key-1", body).await }
    };
    let mut answers = BTreeSet::new();
    for reply in join_all((0..50).map(|_| refund(sale.id))).await {
        match reply.status {
            201 => drop(answers.insert(reply.body.to_string())),
            status => assert_eq!((status, reply.code()), (409, "idempotency_in_progress")),
        }
    }
    answers.insert(refund(sale.id).await.body.to_string());
    assert_eq!(answers.len(), 1);
    let elsewhere = refund(other.id).await;
    assert_eq!(
        (elsewhere.status, elsewhere.code()),
        (422, "idempotency_key_reused")
    );
    assert_eq!(
        market.balance(Account::Wallet(market.merchant.id)).await,
        10_000 - 2 * 1_000 + 100
    );
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn refunds_are_listed_by_pages() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.merchant.id, 1_000).await;
    let sale = market.sell(1_000).await?;
    for _ in 0..3 {
        market.refund(sale.id, Some(1)).await?;
    }
    let path = format!("/api/purchases/{}/refunds?limit=2", sale.id);
    let first = market.get(&market.consumer, &path).await.body;
    let next = format!("{path}&cursor={}", text(&first["nextCursor"]));
    let second = market.get(&market.consumer, &next).await.body;
    let numbers = |page: &Value| {
        let refunds = page["data"].as_array().cloned().unwrap_or_default();
        refunds
            .iter()
            .map(|it| it["number"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        (numbers(&first), numbers(&second)),
        (vec![json!(3), json!(2)], vec![json!(1)])
    );
    assert_eq!(second["nextCursor"], Value::Null);
    Ok(())
}

#[tokio::test]
async fn a_refusal_is_no_answer_to_keep() -> Outcome {
    let market = Market::new().await;
    let body = json!({ "payment": "wallet", "merchantId": market.merchant.id, "price": "10.00" });
    let buy = || market.send(&market.consumer, "/api/purchases", "key-1", &body);
    let refused = buy().await;
    assert_eq!(
        (refused.status, refused.code()),
        (409, "insufficient_balance")
    );
    market.deposit(market.consumer.id, 1_000).await;
    assert_eq!(buy().await.status, 201);
    Ok(())
}

#[tokio::test]
async fn a_consumer_is_found_by_each_of_the_four() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.merchant.id, 1_000).await;
    let mut rui = newcomer("rui@example.com");
    rui["cpf"] = json!("111.444.777-35");
    rui["phone"] = json!("(11) 98765-4321");
    let registered = market
        .club
        .send(Call::post("/api/auth/register").json(&rui))
        .await;
    assert_eq!(registered.status, 201, "{}", registered.body);
    assert_eq!(rui["password"], PASSWORD);
    let user = &registered.body["user"];
    for consumer in [
        json!({ "cpf": "11144477735" }),
        json!({ "phone": "11 98765 4321" }),
        json!({ "email": "Rui@Example.com" }),
        json!({ "referralId": user["referralId"] }),
    ] {
        let sale = json!({ "payment": "external", "consumer": consumer, "price": "1.00" });
        let key = consumer.to_string().replace(['"', '{', '}', ':', ' '], "_");
        let sold = market
            .send(&market.merchant, "/api/purchases", &key, &sale)
            .await;
        assert_eq!(sold.status, 201, "{consumer}: {}", sold.body);
        assert_eq!(sold.body["consumer"]["id"], user["id"]);
    }
    Ok(())
}

#[tokio::test]
async fn the_credit_of_today_decides_what_a_refund_may_take() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 20_000).await;
    market.settings(0, 100_000).await;
    market.sell(1_000).await?;
    let bought = market.pay(10_000).await?;
    let wallet = Account::Wallet(market.merchant.id);
    let rest = market.balance(wallet).await;
    market.deposit(market.merchant.id, -rest).await;

    market.settings(0, 0).await;
    let refused = market.refund(bought.id, None).await;
    assert_eq!(
        refused.map(drop).map_err(|error| error.code),
        Err("insufficient_balance".into())
    );
    market.settings(0, 5_000).await;
    market.refund(bought.id, Some(5_000)).await?;
    assert_eq!(market.balance(wallet).await, -5_000 + 500);
    market.audit().await;
    Ok(())
}
