//! The routes as an app uses them.

use super::*;
use crate::testing::Outcome;
use kernel::UserId;

const PURCHASES: &str = "/api/purchases";

#[tokio::test]
async fn a_sale_is_registered_read_explained_and_given_back() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.merchant.id, 1_000).await;
    let sale = json!({
        "payment": "external", "consumer": { "email": "ANA@example.com" }, "price": "33.30", "receiptNumber": "NF-1"
    });
    let created = market.send(&market.merchant, PURCHASES, "1", &sale).await;
    assert_eq!(created.status, 201, "{}", created.body);
    let purchase = &created.body;
    assert_eq!(
        (
            &purchase["pool"],
            &purchase["shares"]["consumer"],
            &purchase["consumer"]["name"]
        ),
        (&json!("3.33"), &json!("1.66"), &json!("Ana S."))
    );
    assert_eq!(
        purchase["merchant"]["name"], "Ana Souza",
        "a shop's whole name"
    );
    let again = market.send(&market.merchant, PURCHASES, "2", &sale).await;
    assert_eq!((again.status, &again.body), (200, purchase));

    let path = format!("{PURCHASES}/{}", text(&purchase["id"]));
    for member in [&market.consumer, &market.merchant] {
        assert_eq!(&market.get(member, &path).await.body, purchase);
        let list = market
            .get(
                member,
                &format!("{PURCHASES}?status=completed&payment=external"),
            )
            .await;
        assert_eq!(list.body["data"], json!([purchase]));
        assert_eq!(
            market
                .get(member, &format!("{PURCHASES}?payment=wallet"))
                .await
                .body["data"],
            json!([])
        );
        let explained = market.get(member, &format!("{path}/explain")).await;
        assert_eq!(explained.body["splitRule"], "tenant_default");
        assert_eq!(explained.body["shares"][2]["userId"], Value::Null);
    }
    let stranger = market.get(&market.consumer_referrer, &path).await;
    assert_eq!((stranger.status, stranger.code()), (404, "not_found"));

    let refunds = format!("{path}/refunds");
    let part = json!({ "amount": "10.00", "reason": "trocou" });
    for (member, status) in [
        (&market.consumer, 403),
        (&market.merchant_referrer, 404),
        (&market.merchant, 201),
    ] {
        assert_eq!(
            market.send(member, &refunds, "3", &part).await.status,
            status
        );
    }
    let list = market.get(&market.consumer, &refunds).await;
    assert_eq!(list.body["data"][0]["takenBack"]["consumer"], "0.50");
    let too_much = market
        .send(
            &market.merchant,
            &refunds,
            "4",
            &json!({ "amount": "23.31" }),
        )
        .await;
    assert_eq!(too_much.body["fields"]["amount"], "exceeds_purchase");
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn who_may_do_what_and_what_is_refused() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.merchant.id, 1_000).await;
    let wallet = json!({ "payment": "wallet", "merchantId": market.merchant.id, "price": "1.00" });
    let external =
        |consumer: Value| json!({ "payment": "external", "consumer": consumer, "price": "1.00" });
    let ana = external(json!({ "referralId": market.consumer.referral_id }));
    let to_consumer =
        json!({ "payment": "wallet", "merchantId": market.consumer_referrer.id, "price": "1.00" });
    let nobody = external(json!({ "cpf": "111.444.777-35" }));
    let merchant = external(json!({ "referralId": market.merchant_referrer.referral_id }));
    let wrong = external(json!({ "cpf": "111.444.777-36" }));
    for (number, (member, body, status, field)) in [
        (&market.merchant, &wallet, 403, None),
        (&market.consumer, &ana, 403, None),
        (&market.consumer, &to_consumer, 422, Some("merchantId")),
        (&market.merchant, &nobody, 422, Some("consumer")),
        (&market.merchant, &merchant, 422, Some("consumer")),
        (&market.merchant, &wrong, 422, Some("consumer.cpf")),
    ]
    .into_iter()
    .enumerate()
    {
        let reply = market
            .send(member, PURCHASES, &number.to_string(), body)
            .await;
        assert_eq!(reply.status, status, "{body}: {}", reply.body);
        if let Some(field) = field {
            assert!(
                reply.body["fields"][field].is_string(),
                "{body}: {}",
                reply.body
            );
        }
    }
    let call = Call::post(PURCHASES)
        .bearer(&market.consumer.token)
        .json(&wallet);
    let keyless = market.club.send(call).await;
    assert_eq!(
        (keyless.status, keyless.code()),
        (400, "idempotency_key_required")
    );
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn percentages_say_who_decided() -> Outcome {
    let market = Market::new().await;
    let path = "/api/users/me/cashback-config";
    let mine = market.get(&market.consumer, path).await.body;
    assert_eq!(
        (&mine["rule"], &mine["percentages"]["clubPercent"]),
        (&json!("tenant_default"), &json!("25"))
    );
    assert!(mine.get("cashbackPercent").is_none());
    let change = |member: &Member, percent: &str| {
        Call::new("PATCH", path)
            .bearer(&member.token)
            .json(&json!({ "cashbackPercent": percent }))
    };
    let theirs = market.club.send(change(&market.merchant, "7.5")).await;
    assert_eq!(
        (theirs.status, &theirs.body["cashbackPercent"]),
        (200, &json!("7.5"))
    );
    assert_eq!(
        market
            .club
            .send(change(&market.consumer, "7.5"))
            .await
            .status,
        403
    );
    let operator = market.club.ctx_of(Role::Operator);
    let split = kernel::CashbackSplit::default();
    cashback::set_for_user(&operator, market.consumer.id, split, " pediu ").await?;
    let mine = market.get(&market.consumer, path).await.body;
    assert_eq!(
        (&mine["rule"], &mine["reason"]),
        (&json!("consumer_override"), &json!("pediu"))
    );
    let nobody = cashback::set_for_user(&operator, UserId(Uuid::nil()), split, "x").await;
    assert_eq!(nobody, Err(kernel::Error::not_found("user")));
    let viewer = market.club.ctx_of(Role::Viewer);
    let refused = cashback::clear_for_user(&viewer, market.consumer.id).await;
    assert_eq!(refused, Err(kernel::Error::forbidden()));
    Ok(())
}

#[tokio::test]
async fn what_was_sold_cannot_be_deleted() -> Outcome {
    let market = Market::new().await;
    let new = json!({ "name": "Café", "description": "", "price": "1.00", "cashbackPercent": "5" });
    let call = Call::post("/api/products").bearer(&market.merchant.token);
    let product = market.club.send(call.json(&new)).await;
    assert_eq!(product.status, 201, "{}", product.body);
    market.deposit(market.consumer.id, 1_00).await;
    let items = json!([{ "productId": product.body["id"], "quantity": 1 }]);
    let body = json!({ "payment": "wallet", "items": items });
    let bought = market.send(&market.consumer, PURCHASES, "1", &body).await;
    assert_eq!(bought.status, 201, "{}", bought.body);
    let deleted = sqlx::query("delete from products")
        .execute(market.club.database())
        .await;
    let refusal = deleted.expect_err("it is on a purchase");
    let violation = refusal.as_database_error().expect("a refusal");
    assert_eq!(
        violation.constraint(),
        Some("purchase_items_product_id_fkey")
    );
    Ok(())
}
