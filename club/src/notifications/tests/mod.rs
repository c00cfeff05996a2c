//! From events to what a user reads, through the outbox, the relay and the routes.

mod sellers;
mod words;

use crate::{
    outbox,
    testing::{Call, Club, Outcome, Reply, installation, newcomer, text},
};
use kernel::UserId;
use serde_json::{Value, json};
use tenancy::Actor;
use time::Duration;
use uuid::Uuid;

const JOB: Actor = Actor::Job("outbox_relay");

/// A user with the token of their session.
struct Member {
    id: Value,
    token: String,
}

async fn join(club: &Club, email: &str) -> Member {
    let joined = club.register(email).await;
    Member {
        id: joined["user"]["id"].clone(),
        token: text(&joined["accessToken"]).to_owned(),
    }
}

/// Writes an event and lets the relay deliver it.
async fn happen(club: &Club, kind: &str, payload: Value) -> Outcome {
    let ctx = club.ctx(JOB);
    outbox::enqueue(&mut *ctx.conn().await?, &ctx, kind, payload).await?;
    outbox::relay(&ctx).await.map(drop)
}

async fn get(club: &Club, member: &Member, path: &str) -> Value {
    let reply = club.send(Call::get(path).bearer(&member.token)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

async fn patch(club: &Club, member: &Member, path: &str, body: &Value) -> Reply {
    let call = Call::new("PATCH", path).bearer(&member.token).json(body);
    club.send(call).await
}

async fn register(club: &Club, member: &Member, body: &Value) -> Reply {
    let call = Call::post("/api/notifications/devices").bearer(&member.token);
    club.send(call.json(body)).await
}

/// What the user was told last, without what differs from run to run.
async fn latest(club: &Club, member: &Member) -> (String, String) {
    let page = get(club, member, "/api/notifications?limit=1").await;
    let last = &page["data"][0];
    (
        text(&last["kind"]).to_owned(),
        text(&last["body"]).to_owned(),
    )
}

#[tokio::test]
async fn whoever_joins_is_welcomed_once_in_the_clubs_name() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = join(&club, "ana@example.com").await;
    for _ in 0..2 {
        outbox::relay(&club.ctx(JOB)).await?;
    }
    let page = get(&club, &ana, "/api/notifications").await;
    let all = page["data"].as_array().expect("a list");
    assert_eq!((all.len(), &page["nextCursor"]), (1, &Value::Null));
    assert_eq!(all[0]["kind"], "welcome");
    assert_eq!(all[0]["title"], "Boas-vindas!");
    assert!(text(&all[0]["body"]).contains(&club.tenant.branding.app_name));
    assert_eq!(all[0]["createdAt"], "2026-06-01T12:00:00Z");
    assert_eq!(all[0]["isRead"], false);
    Ok(())
}

#[tokio::test]
async fn everybody_with_a_share_in_a_purchase_is_told_and_nobody_else() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let (ana, bia) = (
        join(&club, "ana@example.com").await,
        join(&club, "bia@example.com").await,
    );
    let purchase = Uuid::from_u128(7);
    let shares = json!({
        "consumer": "1.66", "club": "0.83", "consumerReferrer": "0.42", "merchantReferrer": "0.42"
    });
    happen(
        &club,
        "purchase_recorded",
        json!({
            "userId": ana.id, "purchaseId": purchase, "merchantId": Uuid::from_u128(9), "price": "33.30",
            "pool": "3.33", "shares": shares, "isPending": false,
            "consumerReferrerId": bia.id, "merchantReferrerId": bia.id,
        }),
    )
    .await?;
    let ours = get(&club, &ana, "/api/notifications?limit=1").await;
    assert_eq!(ours["data"][0]["subjectId"], purchase.to_string());
    assert_eq!(
        latest(&club, &ana).await,
        (
            "cashback_received".into(),
            "R$\u{a0}1,66 de cashback já estão na sua carteira.".into()
        )
    );
    assert_eq!(
        latest(&club, &bia).await.1,
        "R$\u{a0}0,84 de cashback já estão na sua carteira.",
        "both shares at once"
    );
    Ok(())
}

#[tokio::test]
async fn pages_are_read_marked_and_counted() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let (ana, bia) = (
        join(&club, "ana@example.com").await,
        join(&club, "bia@example.com").await,
    );
    for reais in 1..=4 {
        club.wait(Duration::seconds(1));
        let payload = json!({ "userId": ana.id, "amount": format!("{reais}.00") });
        happen(&club, "deposit_paid", payload).await?;
    }
    let count = async || get(&club, &ana, "/api/notifications/unread-count").await;
    assert_eq!(count().await, json!({ "unread": 5 }));

    let first = get(&club, &ana, "/api/notifications?limit=2").await;
    let rest = format!("/api/notifications?cursor={}", text(&first["nextCursor"]));
    let rest = get(&club, &ana, &rest).await;
    let bodies: Vec<_> = [&first, &rest]
        .iter()
        .flat_map(|page| page["data"].as_array().expect("a list"))
        .map(|one| text(&one["body"]).to_owned())
        .collect();
    assert_eq!(bodies.len(), 5);
    for (body, reais) in bodies.iter().zip(["4,00", "3,00", "2,00", "1,00"]) {
        assert!(body.contains(reais), "the newest first: {body}");
    }

    let newest = format!("/api/notifications/{}", text(&first["data"][0]["id"]));
    let read = patch(&club, &ana, &newest, &json!({ "isRead": true })).await;
    assert_eq!((read.status, &read.body["isRead"]), (200, &json!(true)));
    assert_eq!(count().await, json!({ "unread": 4 }));
    let unread = get(&club, &ana, "/api/notifications?isRead=false").await;
    assert_eq!(unread["data"].as_array().map(Vec::len), Some(4));
    let read = get(&club, &ana, "/api/notifications?isRead=true").await;
    assert_eq!(read["data"].as_array().map(Vec::len), Some(1));
    patch(&club, &ana, &newest, &json!({ "isRead": false })).await;
    assert_eq!(count().await, json!({ "unread": 5 }));

    let theirs = patch(&club, &bia, &newest, &json!({ "isRead": true })).await;
    assert_eq!(theirs.status, 404, "somebody else's");
    let all = patch(
        &club,
        &ana,
        "/api/notifications",
        &json!({ "isRead": true }),
    )
    .await;
    assert_eq!((all.status, &all.body), (200, &json!({ "unread": 0 })));
    let none = patch(
        &club,
        &ana,
        "/api/notifications",
        &json!({ "isRead": false }),
    )
    .await;
    assert_eq!(none.status, 422, "not of all at once");
    let bias = get(&club, &bia, "/api/notifications/unread-count").await;
    assert_eq!(bias, json!({ "unread": 1 }), "hers are not touched");
    Ok(())
}

#[tokio::test]
async fn a_device_belongs_to_who_signed_in_there_last() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let (ana, bia) = (
        join(&club, "ana@example.com").await,
        join(&club, "bia@example.com").await,
    );
    let phone = json!({ "platform": "android", "pushToken": "ExponentPushToken[a]" });
    let first = register(&club, &ana, &phone).await;
    assert_eq!(first.status, 201, "{}", first.body);
    assert_eq!(first.body.get("pushToken"), None, "for the server only");
    let again = register(&club, &ana, &phone).await;
    assert_eq!(again.body["id"], first.body["id"], "renewed");
    let hers = register(&club, &bia, &phone).await;
    assert_ne!(hers.body["id"], first.body["id"]);
    let owners: Vec<Uuid> = sqlx::query_scalar("select user_id from devices")
        .fetch_all(club.database())
        .await?;
    assert_eq!(json!(owners), json!([bia.id]));

    let path = |device: &Reply| format!("/api/notifications/devices/{}", text(&device.body["id"]));
    let remove = async |member: &Member, device: &Reply| {
        let call = Call::new("DELETE", &path(device)).bearer(&member.token);
        club.send(call).await.status
    };
    assert_eq!(remove(&ana, &first).await, 404, "it is hers no more");
    assert_eq!(remove(&ana, &hers).await, 404);
    assert_eq!(remove(&bia, &hers).await, 204);
    assert_eq!(remove(&bia, &hers).await, 404);

    for (body, field) in [
        (json!({ "platform": "ios", "pushToken": " " }), "pushToken"),
        (
            json!({ "platform": "ios", "pushToken": "x".repeat(4097) }),
            "pushToken",
        ),
        (
            json!({ "platform": "fridge", "pushToken": "x" }),
            "platform",
        ),
        (json!({ "platform": "ios" }), "pushToken"),
    ] {
        let refused = register(&club, &ana, &body).await;
        assert_eq!(refused.status, 422);
        assert!(
            refused.body["fields"].get(field).is_some(),
            "{}",
            refused.body
        );
    }
    Ok(())
}

#[tokio::test]
async fn whoever_leaves_is_told_nothing_and_leaves_nothing() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = join(&club, "ana@example.com").await;
    outbox::relay(&club.ctx(JOB)).await?;
    register(&club, &ana, &json!({ "platform": "web", "pushToken": "w" })).await;
    let call = Call::new("DELETE", "/api/profile").bearer(&ana.token);
    let left = club
        .send(call.json(&json!({ "password": text(&newcomer("")["password"]) })))
        .await;
    assert_eq!(left.status, 204, "{}", left.body);
    happen(
        &club,
        "deposit_paid",
        json!({ "userId": ana.id, "amount": "1.00" }),
    )
    .await?;
    let user: UserId = text(&ana.id).parse()?;
    let kept: i64 = sqlx::query_scalar(
        "select (select count(*) from notifications where user_id = $1) + (select count(*) from devices where user_id = $1)",
    )
    .bind(user.0)
    .fetch_one(club.database())
    .await?;
    assert_eq!(kept, 0);
    Ok(())
}
