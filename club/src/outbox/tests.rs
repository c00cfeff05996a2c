//! Events are delivered in order and once, whoever relays them, and not at all by halves.

use super::{Event, enqueue, forget_delivered, is_waiting, relay};
use crate::{
    notifications,
    testing::{Call, Club, Outcome, PASSWORD, installation, text},
};
use serde_json::json;
use tenancy::Actor;
use time::Duration;

const JOB: Actor = Actor::Job("outbox_relay");

async fn count(club: &Club, of: &'static str) -> i64 {
    sqlx::query_scalar(of)
        .fetch_one(club.database())
        .await
        .expect("a number")
}

#[tokio::test]
async fn relays_at_once_deliver_everything_once_and_in_order() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = club.register("ana@example.com").await["user"]["id"].clone();
    let ctx = club.ctx(JOB);
    let mut conn = ctx.conn().await?;
    for reais in 1..=250 {
        let payload = json!({ "userId": ana, "amount": format!("{reais}.00") });
        enqueue(&mut conn, &ctx, "deposit_paid", payload).await?;
    }
    drop(conn);
    assert!(is_waiting(&ctx).await?);
    let relays = [club.ctx(JOB), club.ctx(JOB), club.ctx(JOB)];
    let (a, b, c) = tokio::join!(relay(&relays[0]), relay(&relays[1]), relay(&relays[2]));
    // The welcome too.
    assert_eq!(a? + b? + c?, 251);
    assert!(!is_waiting(&ctx).await?);
    assert_eq!(
        count(&club, "select count(*) from notifications").await,
        251
    );
    let in_order = "select count(*) from (
        select event_id < lag(event_id, 1, 0::bigint) over (order by id) as wrong from notifications) n where wrong";
    assert_eq!(count(&club, in_order).await, 0);
    Ok(())
}

#[tokio::test]
async fn a_relay_that_dies_has_delivered_nothing() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    club.register("ana@example.com").await;
    let ctx = club.ctx(JOB);
    let mut tx = ctx.begin().await?;
    let events = sqlx::query_as!(
        Event,
        "select id, kind, payload, created_at from outbox where delivered_at is null order by id for update"
    )
    .fetch_all(&mut *tx)
    .await?;
    let readers = notifications::hold_readers(&mut tx, &events).await?;
    notifications::tell(&mut tx, &ctx, &events, &readers).await?;
    tx.rollback().await?;
    assert_eq!(count(&club, "select count(*) from notifications").await, 0);
    assert!(is_waiting(&ctx).await?);
    assert_eq!(relay(&ctx).await?, 1);
    let told = "select count(*) from notifications n join outbox o on o.id = n.event_id where o.delivered_at is not null";
    assert_eq!(count(&club, told).await, 1);
    Ok(())
}

/// Events about somebody who leaves while they are delivered, whichever comes first.
#[tokio::test]
async fn who_leaves_meanwhile_is_told_nothing_and_keeps_nobody_waiting() -> Outcome {
    for leaves_first in [true, false] {
        let home = installation().await;
        let club = Club::new(&home, "clube-navi").await;
        let ana = club.register("ana@example.com").await;
        let ctx = club.ctx(JOB);
        let refused = json!({
            "userId": ana["user"]["id"], "userDocumentId": ctx.new_id(), "status": "refused", "reason": "Cortado.",
        });
        let mut conn = ctx.conn().await?;
        enqueue(&mut conn, &ctx, "user_document_reviewed", refused).await?;
        drop(conn);
        // Both need this event: whoever leaves takes the reason out of it.
        let mut holder = club.database().begin().await?;
        sqlx::query("select from outbox where payload ? 'reason' for update")
            .execute(&mut *holder)
            .await?;
        let (first, second) = if leaves_first { (0, 1) } else { (1, 0) };
        let leave = async {
            club.until_waiting(first).await;
            let call = Call::new("DELETE", "/api/profile").bearer(text(&ana["accessToken"]));
            club.send(call.json(&json!({ "password": PASSWORD }))).await
        };
        let deliver = async {
            club.until_waiting(second).await;
            relay(&ctx).await
        };
        let let_go = async {
            club.until_waiting(2).await;
            holder.commit().await
        };
        let (left, delivered, released) = tokio::join!(leave, deliver, let_go);
        released?;
        assert_eq!((left.status, delivered? >= 2), (204, true), "{}", left.body);
        relay(&ctx).await?;
        let told = "select count(*) from notifications";
        assert_eq!(count(&club, told).await, 0, "leaves first: {leaves_first}");
        assert!(!is_waiting(&ctx).await?);
    }
    Ok(())
}

#[tokio::test]
async fn what_was_delivered_long_ago_is_forgotten_and_what_came_of_it_is_not() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx(JOB);
    club.register("ana@example.com").await;
    relay(&ctx).await?;
    club.wait(Duration::days(29));
    club.register("bia@example.com").await;
    relay(&ctx).await?;
    assert_eq!(forget_delivered(&ctx).await?, 0);
    club.wait(Duration::days(2));
    club.register("caio@example.com").await;
    club.wait(Duration::days(1));
    assert_eq!(forget_delivered(&ctx).await?, 1);
    assert_eq!(count(&club, "select count(*) from outbox").await, 2);
    assert_eq!(count(&club, "select count(*) from notifications").await, 2);
    club.wait(Duration::days(100));
    assert_eq!(forget_delivered(&ctx).await?, 1);
    assert!(is_waiting(&ctx).await?, "nobody delivered the last one");
    relay(&ctx).await?;
    assert_eq!(count(&club, "select count(*) from notifications").await, 3);
    Ok(())
}
