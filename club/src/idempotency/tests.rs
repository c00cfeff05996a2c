//! Keys on a real database.

use super::{Claim, Key, StoredAnswer, claim, forget_old, keep, transaction_id};
use crate::{
    Ctx, outbox,
    testing::{Club, Outcome, installation},
};
use axum::http::StatusCode;
use futures::future::join_all;
use kernel::{Kind, Result, UserId};
use serde_json::json;
use std::collections::BTreeSet;
use tenancy::Actor;
use time::Duration;
use uuid::Uuid;

/// Something that must happen once: an event in the outbox.
async fn act(ctx: &Ctx, key: &Key) -> Result<StoredAnswer> {
    let mut tx = ctx.begin().await?;
    if let Claim::Replay(answer) = claim(&mut tx, ctx, key).await? {
        return Ok(answer);
    }
    outbox::enqueue(&mut tx, ctx, "tested", json!({})).await?;
    let answer = keep(&mut tx, ctx, key, StatusCode::CREATED, &ctx.new_id()).await?;
    tx.commit().await?;
    Ok(answer)
}

async fn acts(club: &Club) -> Result<i64> {
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from outbox where kind = 'tested'"#)
            .fetch_one(club.database())
            .await?;
    Ok(count)
}

fn key(name: &str, body: &str) -> Key {
    Key::new(name, "POST", "/api/things", body.as_bytes()).expect("a key")
}

fn user() -> Actor {
    Actor::User(UserId(Uuid::max()))
}

#[tokio::test]
async fn a_repeat_is_answered_again_and_another_request_is_refused() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx(user());
    let first = act(&ctx, &key("a", "{}")).await?;
    assert_eq!(first.status, StatusCode::CREATED);
    assert_eq!(act(&ctx, &key("a", "{}")).await?, first);
    assert_eq!(acts(&club).await?, 1);

    let other = act(&ctx, &key("a", "{ }")).await.expect_err("another body");
    assert_eq!(
        (other.kind, &*other.code),
        (Kind::Invalid, "idempotency_key_reused")
    );
    let somebody = club.ctx(Actor::User(UserId(Uuid::nil())));
    assert_ne!(act(&somebody, &key("a", "{}")).await?, first);
    assert_ne!(act(&ctx, &key("b", "{}")).await?, first);
    assert_eq!(acts(&club).await?, 3);
    Ok(())
}

#[tokio::test]
async fn fifty_at_once_act_once() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx(user());
    let key = key("a", "{}");
    let outcomes = join_all((0..50).map(|_| act(&ctx, &key))).await;
    let mut bodies = BTreeSet::new();
    for outcome in outcomes {
        match outcome {
            Ok(answer) => drop(bodies.insert(answer.body)),
            Err(error) => assert_eq!(error.code, "idempotency_in_progress"),
        }
    }
    assert_eq!((bodies.len(), acts(&club).await?), (1, 1));
    assert!(bodies.contains(&act(&ctx, &key).await?.body));
    Ok(())
}

#[tokio::test]
async fn a_refusal_is_not_kept() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx(user());
    let key = key("a", "{}");
    let mut tx = ctx.begin().await?;
    assert_eq!(claim(&mut tx, &ctx, &key).await?, Claim::New);
    let busy = act(&ctx, &key).await.expect_err("it is running");
    assert_eq!(
        (busy.kind, &*busy.code),
        (Kind::Conflict, "idempotency_in_progress")
    );
    tx.rollback().await?;
    act(&ctx, &key).await?;
    assert_eq!(acts(&club).await?, 1);
    Ok(())
}

#[tokio::test]
async fn answers_are_kept_for_two_days() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let first = act(&club.ctx(user()), &key("a", "{}")).await?;
    let job = || club.ctx(Actor::Job("forget"));
    club.wait(Duration::hours(48));
    assert_eq!(forget_old(&job()).await?, 0);
    assert_eq!(act(&club.ctx(user()), &key("a", "{}")).await?, first);
    club.wait(Duration::seconds(1));
    assert_eq!(forget_old(&job()).await?, 1);
    assert_eq!(acts(&club).await?, 1);
    Ok(())
}

#[test]
fn keys_are_visible_ascii() {
    for name in ["", " ", "a b", "ç", "a\u{7f}", &"a".repeat(256)] {
        let error = Key::new(name, "POST", "/", b"").expect_err(name);
        assert_eq!(
            (error.kind, &*error.code),
            (Kind::BadRequest, "idempotency_key_invalid")
        );
    }
    assert!(Key::new(&"~".repeat(255), "POST", "/", b"").is_ok());
}

#[test]
fn a_steps_transaction_has_one_id() {
    let thing = Uuid::max();
    // As any other implementation of RFC 9562, version 5, makes it.
    assert_eq!(
        transaction_id(
            Uuid::from_u128(0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8),
            "www.example.com"
        )
        .to_string(),
        "2ed6657d-e927-568b-95e1-2665a8aea6a2"
    );
    assert_ne!(transaction_id(thing, "a"), transaction_id(thing, "b"));
    assert_ne!(transaction_id(thing, "a"), transaction_id(Uuid::nil(), "a"));
}
