//! A receipt number again, when its consumer is not to be found by what was said of them.

use super::*;
use crate::{
    testing::{Outcome, PASSWORD},
    users,
};

const PHONE: &str = "+5511912345678";

/// The merchant sends the sale to this consumer again; the answer, and its code when it is refused.
async fn sell(market: &Market, key: &str, consumer: Value, price: &str) -> (u16, String) {
    let body = json!({ "payment": "external", "receiptNumber": "NF-1", "price": price, "consumer": consumer });
    let reply = market
        .send(&market.merchant, "/api/purchases", key, &body)
        .await;
    let told = match reply.status {
        200 | 201 => text(&reply.body["id"]).to_owned(),
        422 => reply.body["fields"].to_string(),
        _ => reply.code().to_owned(),
    };
    (reply.status, told)
}

/// Gives somebody this phone.
async fn call(market: &Market, member: &Member, phone: Option<&str>) -> Outcome {
    sqlx::query("update users set phone = $2 where id = $1")
        .bind(member.id)
        .bind(phone)
        .execute(market.club.database())
        .await?;
    Ok(())
}

#[tokio::test]
async fn a_sale_is_the_same_though_its_consumer_was_blocked_or_has_another_phone() -> Outcome {
    let market = Market::new().await;
    market.percent("0").await;
    let ana = &market.consumer;
    call(&market, ana, Some(PHONE)).await?;
    let unknown = || (422, json!({ "consumer": "unknown" }).to_string());
    let (by_phone, by_code) = (
        json!({ "phone": PHONE }),
        json!({ "referralId": ana.referral_id }),
    );
    let (status, first) = sell(&market, "1", by_phone.clone(), "10.00").await;
    assert_eq!(status, 201, "{first}");
    let same = (200, first);

    call(&market, ana, Some("+5511987654321")).await?;
    assert_eq!(sell(&market, "2", by_phone.clone(), "10.00").await, same);
    let dearer = sell(&market, "3", by_phone.clone(), "11.00").await;
    assert_eq!(dearer, (409, "receipt_number_used".to_owned()));
    // Whose number it is by now, active or not, is somebody else.
    call(&market, &market.consumer_referrer, Some(PHONE)).await?;
    let other = sell(&market, "4", by_phone.clone(), "10.00").await;
    assert_eq!(other, (409, "receipt_number_used".to_owned()));
    let manager = market.club.ctx_of(Role::Manager);
    users::block(&manager, market.consumer_referrer.id, "x").await?;
    assert_eq!(sell(&market, "5", by_phone, "10.00").await, unknown());

    users::block(&manager, ana.id, "x").await?;
    assert_eq!(sell(&market, "6", by_code, "10.00").await, same);
    // Nobody has these, and she has others or none: it was not her.
    for (key, sought) in [
        ("7", json!({ "cpf": "11144477735" })),
        ("8", json!({ "referralId": "NOBODY22" })),
    ] {
        assert_eq!(sell(&market, key, sought, "10.00").await, unknown());
    }
    Ok(())
}

#[tokio::test]
async fn a_sale_is_the_same_though_its_consumer_has_left() -> Outcome {
    let market = Market::new().await;
    market.percent("0").await;
    let ana = &market.consumer;
    let cpf = json!({ "cpf": "111.444.777-35" });
    let profile = Call::new("PATCH", "/api/profile").bearer(&ana.token);
    assert_eq!(market.club.send(profile.json(&cpf)).await.status, 200);
    let (status, first) = sell(&market, "1", cpf.clone(), "10.00").await;
    assert_eq!(status, 201, "{first}");
    let leave = Call::new("DELETE", "/api/profile").bearer(&ana.token);
    let left = leave.json(&json!({ "password": PASSWORD }));
    assert_eq!(market.club.send(left).await.status, 204);
    assert_eq!(sell(&market, "2", cpf, "10.00").await, (200, first.clone()));
    let by_code = json!({ "referralId": ana.referral_id });
    assert_eq!(sell(&market, "3", by_code, "10.00").await, (200, first));
    Ok(())
}
