//! Staying signed in: refresh tokens, their families, and their ends.

use crate::{
    auth::forget_expired,
    testing::{Call, Club, PASSWORD, Reply, installation, text},
};
use serde_json::{Value, json};
use std::collections::HashSet;
use time::Duration;

async fn refresh_rows(club: &Club) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from refresh_tokens"#)
        .fetch_one(club.database())
        .await
        .expect("a count")
}

#[tokio::test]
async fn a_refresh_token_is_good_once() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let first = club.register("ana@example.com").await["refreshToken"].clone();

    let second = club.refresh(&first).await;
    assert_eq!(second.status, 200);
    assert_ne!(second.body["refreshToken"], first);
    assert_eq!(club.me(&second.body["accessToken"]).await.status, 200);

    club.wait(Duration::seconds(10));
    let lost = club.refresh(&first).await;
    assert_eq!(lost.status, 200, "the answer may have been lost");
    assert_eq!(lost.body["refreshToken"], second.body["refreshToken"]);
    assert_eq!(
        refresh_rows(&club).await,
        2,
        "the same successor, not another"
    );

    club.wait(Duration::SECOND);
    let reused = club.refresh(&first).await;
    assert_eq!(
        (reused.status, reused.code()),
        (401, "invalid_refresh_token")
    );
    let successor = club.refresh(&second.body["refreshToken"]).await;
    assert_eq!(successor.status, 401, "reuse ends the family");
}

#[tokio::test]
async fn reuse_after_the_successor_was_used_ends_the_family_even_within_the_grace() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let first = club.register("ana@example.com").await["refreshToken"].clone();
    let elsewhere = club.login("ana@example.com", PASSWORD).await.body["refreshToken"].clone();
    let second = club.refresh(&first).await.body["refreshToken"].clone();
    let third = club.refresh(&second).await.body["refreshToken"].clone();
    assert_eq!(club.refresh(&first).await.status, 401);
    assert_eq!(club.refresh(&third).await.status, 401);
    assert_eq!(
        club.refresh(&elsewhere).await.status,
        200,
        "another sign-in is another family"
    );
}

#[tokio::test]
async fn a_race_with_one_token_makes_one_successor() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let first = club.register("ana@example.com").await["refreshToken"].clone();
    let replies = tokio::join!(
        club.refresh(&first),
        club.refresh(&first),
        club.refresh(&first),
        club.refresh(&first),
        club.refresh(&first),
        club.refresh(&first)
    );
    let replies: [Reply; 6] = replies.into();
    let successors: HashSet<&str> = replies
        .iter()
        .inspect(|reply| assert_eq!(reply.status, 200, "{}", reply.body))
        .map(|reply| text(&reply.body["refreshToken"]))
        .collect();
    assert_eq!(successors.len(), 1);
    assert_eq!(refresh_rows(&club).await, 2);
}

#[tokio::test]
async fn sessions_end_after_their_time() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let signed_in = club.register("ana@example.com").await;

    club.wait(Duration::minutes(15) + Duration::seconds(4));
    assert_eq!(
        club.me(&signed_in["accessToken"]).await.status,
        200,
        "clocks may differ a little"
    );
    club.wait(Duration::SECOND);
    assert_eq!(club.me(&signed_in["accessToken"]).await.status, 401);

    let mut token = signed_in["refreshToken"].clone();
    for _ in 0..3 {
        club.wait(Duration::days(29));
        let reply = club.refresh(&token).await;
        assert_eq!(reply.status, 200);
        token = reply.body["refreshToken"].clone();
    }
    club.wait(Duration::days(3));
    assert_eq!(
        club.refresh(&token).await.status,
        401,
        "90 days after the sign-in"
    );

    let unused = club.login("ana@example.com", PASSWORD).await.body["refreshToken"].clone();
    club.wait(Duration::days(30));
    assert_eq!(club.refresh(&unused).await.status, 401);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_only_it() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let here = club.register("ana@example.com").await["refreshToken"].clone();
    let there = club.login("ana@example.com", PASSWORD).await.body["refreshToken"].clone();
    for token in [&here, &here, &json!("nobody's")] {
        let body = json!({ "refreshToken": token });
        let reply = club.send(Call::post("/api/auth/logout").json(&body)).await;
        assert_eq!((reply.status, reply.body), (204, Value::Null));
    }
    assert_eq!(club.refresh(&here).await.status, 401);
    assert_eq!(club.refresh(&there).await.status, 200);
}

#[tokio::test]
async fn what_has_expired_is_forgotten_but_the_beginning_of_a_family() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let job = club.ctx(tenancy::Actor::Job("purge"));
    let forget = async || forget_expired(&job).await.expect("it can");
    let first = club.register("ana@example.com").await["refreshToken"].clone();
    club.wait(Duration::days(20));
    let second = club.refresh(&first).await.body["refreshToken"].clone();
    assert_eq!(forget().await, 0, "both could still be tried");
    club.wait(Duration::days(20));
    assert_eq!(
        forget().await,
        0,
        "the first has expired, and says when the family ends"
    );
    let third = club.refresh(&second).await;
    assert_eq!(third.status, 200, "{}", third.body);
    club.wait(Duration::days(20));
    assert_eq!(forget().await, 1, "the second");
    club.wait(Duration::days(30));
    assert_eq!(forget().await, 2, "the family is over");
}
