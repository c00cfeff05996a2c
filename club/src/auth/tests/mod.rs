//! Signing in, staying signed in, and all the ways not to.

mod forgery;
mod forgotten;
mod staying;

use crate::testing::{Call, Club, PASSWORD, installation, newcomer, text};
use forgotten::{forgot, links, reset};
use serde_json::{Value, json};

#[tokio::test]
async fn registering_signs_in() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let reply = club
        .send(Call::post("/api/auth/register").json(&newcomer("Ana@Example.com")))
        .await;
    assert_eq!(reply.status, 201);
    let body = reply.body;
    assert_eq!(body["tokenType"], "Bearer");
    assert_eq!(body["expiresIn"], 900);
    assert_eq!(body["user"]["email"], "Ana@Example.com");
    let me = club.me(&body["accessToken"]).await;
    assert_eq!((me.status, &me.body), (200, &body["user"]));

    let again = club.login("ana@example.COM", PASSWORD).await;
    assert_eq!(again.status, 200);
    assert_eq!(again.body["user"], body["user"]);
    assert_ne!(again.body["refreshToken"], body["refreshToken"]);
    assert_eq!(club.refresh(&body["refreshToken"]).await.status, 200);
}

#[tokio::test]
async fn unknown_wrong_and_blocked_are_one_answer() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    club.register("ana@example.com").await;
    club.register("bia@example.com").await;
    sqlx::query!("update users set status = 'blocked' where email = 'bia@example.com'")
        .execute(club.database())
        .await
        .expect("blocked");
    let replies = [
        club.login("ana@example.com", "not this one").await,
        club.login("bia@example.com", PASSWORD).await,
        club.login("nobody@example.com", PASSWORD).await,
        club.login("not an e-mail", PASSWORD).await,
        club.login("", "").await,
    ];
    for reply in &replies {
        assert_eq!((reply.status, reply.code()), (401, "wrong_credentials"));
        assert_eq!(reply.body, replies[0].body);
        assert_eq!(reply.headers, replies[0].headers);
    }
}

#[tokio::test]
async fn an_account_is_tried_ten_times_a_minute() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let other = Club::new(&home, "empresa-b").await;
    for _ in 0..10 {
        assert_eq!(club.login("ana@example.com", "guess").await.status, 401);
    }
    let reply = club.login("ANA@example.com", "guess").await;
    assert_eq!((reply.status, reply.code()), (429, "too_many_requests"));
    assert_eq!(reply.header("ratelimit-limit"), "10");
    assert_eq!(reply.header("ratelimit-remaining"), "0");
    assert!(!reply.header("retry-after").is_empty());
    assert_eq!(reply.header("ratelimit-reset"), reply.header("retry-after"));
    assert_eq!(
        other.login("ana@example.com", "guess").await.status,
        401,
        "another club's account"
    );
}

#[tokio::test]
async fn tokens_that_are_nobodys_are_counted_by_address() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let mut mine = club.register("ana@example.com").await["refreshToken"].clone();
    for (path, refused, address) in [
        ("/api/auth/refresh", 401, "203.0.113.7"),
        ("/api/auth/logout", 204, "203.0.113.8"),
    ] {
        let send = async |token: &Value| {
            let call = Call::post(path).json(&json!({ "refreshToken": token }));
            club.send(call.from(address)).await
        };
        for _ in 0..20 {
            assert_eq!(send(&json!("rubbish")).await.status, refused, "{path}");
        }
        let reply = send(&json!("rubbish")).await;
        assert_eq!((reply.status, reply.code()), (429, "too_many_requests"));
        // A neighbour behind the same address of a mobile network goes on.
        let good = send(&mine).await;
        assert!(matches!(good.status, 200 | 204), "{path}: {}", good.status);
        mine = good.body["refreshToken"].clone();
    }
}

#[tokio::test]
async fn one_e_mail_in_two_clubs_is_two_people() {
    let home = installation().await;
    let navi = Club::new(&home, "clube-navi").await;
    let other = Club::new(&home, "empresa-b").await;
    let here = navi.register("ana@example.com").await;
    let there = other.register("ana@example.com").await;
    assert_ne!(here["user"]["id"], there["user"]["id"]);
    assert_ne!(here["user"]["publicKey"], there["user"]["publicKey"]);

    assert_eq!(other.me(&here["accessToken"]).await.status, 401);
    assert_eq!(navi.me(&there["accessToken"]).await.status, 401);
    assert_eq!(other.refresh(&here["refreshToken"]).await.status, 401);
    assert_eq!(
        navi.refresh(&here["refreshToken"]).await.status,
        200,
        "the stranger's try changed nothing"
    );

    forgot(&navi, "ana@example.com").await;
    let token = links(&home, &navi, 1).await.remove(0);
    assert_eq!(reset(&other, &token, "outra senha boa 8").await.status, 422);
    assert_eq!(reset(&navi, &token, "outra senha boa 8").await.status, 204);
    assert_eq!(other.login("ana@example.com", PASSWORD).await.status, 200);
    assert_eq!(navi.login("ana@example.com", PASSWORD).await.status, 401);
}

#[tokio::test]
async fn nothing_secret_is_stored_as_it_is() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let signed_in = club.register("ana@example.com").await;
    let dump = sqlx::query_scalar!(
        r#"select string_agg(t, ' ') as "dump!"
           from (select u::text as t from users u union all select r::text from refresh_tokens r
                 union all select o::text from outbox o) as rows"#
    )
    .fetch_one(club.database())
    .await
    .expect("a dump");
    let token = text(&signed_in["refreshToken"]);
    let token_in_hex =
        sqlx::query_scalar!(r#"select encode($1, 'hex') as "hex!""#, token.as_bytes())
            .fetch_one(club.database())
            .await
            .expect("hex");
    for secret in [PASSWORD, token, &token_in_hex] {
        assert!(!dump.contains(secret));
    }
    assert!(
        dump.contains("ana@example.com"),
        "the dump shows what is there"
    );
}
