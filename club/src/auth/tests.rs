//! Signing in, staying signed in, and all the ways not to.

use crate::testing::{Call, Club, PASSWORD, Reply, eventually, installation, newcomer, text};
use serde_json::{Value, json};
use std::{collections::HashSet, fs};
use tenancy::testing::Installation;
use time::Duration;

async fn refresh_rows(club: &Club) -> i64 {
    sqlx::query_scalar!(r#"select count(*) as "count!" from refresh_tokens"#)
        .fetch_one(club.database())
        .await
        .expect("a count")
}

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

async fn forgot(club: &Club, email: &str) -> Reply {
    club.send(Call::post("/api/auth/forgot-password").json(&json!({ "email": email })))
        .await
}

async fn reset(club: &Club, token: &str, password: &str) -> Reply {
    let body = json!({ "token": token, "password": password });
    club.send(Call::post("/api/auth/reset-password").json(&body))
        .await
}

/// The tokens of the links in all e-mails so far, once there are so many.
async fn links(home: &Installation, club: &Club, count: usize) -> Vec<String> {
    let address = home.platform.public.url(Some(club.tenant.slug.as_str()));
    let address = format!("{address}/reset-password?token=");
    eventually(|| {
        let mut tokens: Vec<_> = fs::read_dir(home.outbox())
            .ok()?
            .filter_map(|file| fs::read_to_string(file.ok()?.path()).ok())
            .filter_map(|mail| Some(mail.split_once(&address)?.1.lines().next()?.to_owned()))
            .collect();
        tokens.sort();
        (tokens.len() == count).then_some(tokens)
    })
    .await
}

#[tokio::test]
async fn a_forgotten_password_is_set_by_a_link_once() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let signed_in = club.register("ana@example.com").await;

    let unknown = forgot(&club, "nobody@example.com").await;
    let known = forgot(&club, "ANA@example.com").await;
    assert_eq!((known.status, &known.body), (202, &unknown.body));
    assert_eq!(known.headers, unknown.headers);
    let token = links(&home, &club, 1).await.remove(0);

    let weak = reset(&club, &token, "short").await;
    assert_eq!(
        (weak.status, &weak.body["fields"]),
        (422, &json!({ "password": "too_short" }))
    );
    assert_eq!(reset(&club, &token, "outra senha boa 8").await.status, 204);
    let again = reset(&club, &token, "outra senha boa 9").await;
    assert_eq!(
        (again.status, &again.body["fields"]),
        (422, &json!({ "token": "invalid" }))
    );

    assert_eq!(
        club.me(&signed_in["accessToken"]).await.status,
        401,
        "every session has ended"
    );
    assert_eq!(club.refresh(&signed_in["refreshToken"]).await.status, 401);
    assert_eq!(club.login("ana@example.com", PASSWORD).await.status, 401);
    assert_eq!(
        club.login("ana@example.com", "outra senha boa 8")
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_link_is_good_for_an_hour_and_until_another_was_used() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    club.register("ana@example.com").await;
    forgot(&club, "ana@example.com").await;
    forgot(&club, "ana@example.com").await;
    let tokens = links(&home, &club, 2).await;
    let (first, second) = tokio::join!(
        reset(&club, &tokens[0], "outra senha boa 8"),
        reset(&club, &tokens[1], "outra senha boa 9")
    );
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 422]);

    forgot(&club, "ana@example.com").await;
    let mut later = links(&home, &club, 3).await;
    later.retain(|token| !tokens.contains(token));
    club.wait(Duration::HOUR);
    assert_eq!(
        reset(&club, &later[0], "outra senha boa 8").await.status,
        422
    );
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

#[tokio::test]
async fn what_has_expired_is_forgotten_but_the_beginning_of_a_family() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let job = club.ctx(tenancy::Actor::Job("purge"));
    let forget = async || super::forget_expired(&job).await.expect("it can");
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
