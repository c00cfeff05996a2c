//! Whom somebody brought, and why no chain of referrals is a circle.

use crate::{
    modules::clear_for_user,
    purchases::tests::{Market, Member},
    testing::{Call, Club, Outcome, installation, newcomer, text},
};
use kernel::{Error, UserId};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use tenancy::{administrators::Role, modules::Module};

async fn bring(club: &Club, email: &str, code: &Value) -> Value {
    let mut new = newcomer(email);
    new["referredBy"] = code.clone();
    let reply = club.send(Call::post("/api/auth/register").json(&new)).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.body
}

#[tokio::test]
async fn names_no_more_than_a_friend_would_know() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let me = club.register("ana@example.com").await;
    let token = text(&me["accessToken"]);
    let code = &me["user"]["referralId"];
    club.wait(time::Duration::seconds(1));
    bring(&club, "bia@example.com", code).await;
    club.wait(time::Duration::seconds(1));
    let leaving = bring(&club, "caio@example.com", code).await;
    let goodbye = Call::new("DELETE", "/api/profile")
        .bearer(text(&leaving["accessToken"]))
        .json(&json!({ "password": crate::testing::PASSWORD }));
    assert_eq!(club.send(goodbye).await.status, 204);

    let page = |query: &str| Call::get(&format!("/api/users/me/referrals{query}")).bearer(token);
    let first = club.send(page("?limit=1")).await;
    assert_eq!(
        first.body,
        json!({
            "referralId": code, "people": 2, "totalEarned": "0.00",
            "data": [{ "name": null, "userType": "consumer", "joinedAt": "2026-06-01T12:00:02Z", "earned": "0.00" }],
            "nextCursor": leaving["user"]["id"]
        })
    );
    let rest = club
        .send(page(&format!("?cursor={}", text(&leaving["user"]["id"]))))
        .await;
    assert_eq!(
        rest.body["data"],
        json!([{ "name": "Ana S.", "userType": "consumer", "joinedAt": "2026-06-01T12:00:01Z", "earned": "0.00" }])
    );
    assert_eq!(rest.body["nextCursor"], Value::Null);
    Ok(())
}

#[tokio::test]
async fn says_what_each_person_earned_after_refunds() {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 200_00).await;
    let earned = async |who: &Member| {
        let call = Call::get("/api/users/me/referrals").bearer(&who.token);
        let body = market.club.send(call).await.body;
        let total = text(&body["totalEarned"]).to_owned();
        (total, text(&body["data"][0]["earned"]).to_owned())
    };
    let post = async |who: &Member, key: &str, path: &str, body: Value| {
        let call = Call::post(path).bearer(&who.token);
        let call = call.header("idempotency-key", key).json(&body);
        let reply = market.club.send(call).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.body
    };
    let expect = async |amount: &str| {
        let both = (amount.to_owned(), amount.to_owned());
        assert_eq!(
            earned(&market.consumer_referrer).await,
            both,
            "brought the consumer"
        );
        assert_eq!(
            earned(&market.merchant_referrer).await,
            both,
            "brought the merchant"
        );
    };
    expect("0.00").await;
    // Ten percent of it is 10.01, an eighth of which is 1.25.
    let order = json!({ "payment": "wallet", "price": "100.10", "merchantId": market.merchant.id });
    let purchase = post(&market.consumer, "buy", "/api/purchases", order).await;
    expect("1.25").await;
    let refunds = format!("/api/purchases/{}/refunds", text(&purchase["id"]));
    post(
        &market.merchant,
        "half",
        &refunds,
        json!({ "amount": "50.05" }),
    )
    .await;
    expect("0.62").await;
    post(&market.merchant, "rest", &refunds, json!({})).await;
    expect("0.00").await;
    market.audit().await;
}

#[tokio::test]
async fn without_the_module_there_is_nothing_to_see() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let me = club.register("ana@example.com").await;
    let id: UserId = text(&me["user"]["id"]).parse()?;
    let visit = async || {
        let call = Call::get("/api/users/me/referrals").bearer(text(&me["accessToken"]));
        club.send(call).await
    };
    club.switch_off(id, Module::Referrals).await;
    let refused = visit().await;
    assert_eq!(refused.status, 403);
    assert_eq!(
        refused.body,
        json!({ "error": "Module disabled", "code": "module_disabled", "module": "referrals" })
    );
    clear_for_user(&club.ctx_of(Role::Operator), id, Module::Referrals).await?;
    assert_eq!(visit().await.status, 200);
    Ok(())
}

/// Writes a user straight into the table, as no operation would.
async fn insert(conn: &mut PgConnection, id: UserId, referrer: Option<UserId>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into users (id, first_name, last_name, email, password_hash, user_type, public_key, private_key,
                            referral_id, referred_by, created_at, updated_at)
         select $1, 'A', 'B', $1::uuid || '@example.com', '', 'consumer', $1::uuid::text, '', $1::uuid::text, $2, now(),
                now()",
        id as UserId,
        referrer as Option<UserId>,
    )
    .execute(conn)
    .await
    .map(drop)
}

/// The constraint that refused.
fn refusal(outcome: sqlx::Result<()>) -> Option<String> {
    let error = outcome.expect_err("a refusal");
    let constraint = error.as_database_error()?.constraint()?;
    Some(constraint.to_owned())
}

#[tokio::test]
async fn nobody_refers_themselves_or_changes_who_did() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let mut conn = club.database().acquire().await?;
    let [a, b, c] = [1, 2, 3].map(|n| UserId(uuid::Uuid::from_u128(n)));
    assert_eq!(
        refusal(insert(&mut conn, a, Some(a)).await).as_deref(),
        Some("users_referred_by_fkey"),
        "oneself is not there before"
    );
    insert(&mut conn, a, None).await?;
    insert(&mut conn, b, Some(a)).await?;
    for referrer in [None, Some(b), Some(c)] {
        let change = sqlx::query!(
            "update users set referred_by = $2 where id = $1",
            b as UserId,
            referrer as Option<UserId>,
        )
        .execute(&mut *conn)
        .await
        .map(drop);
        assert_eq!(refusal(change).as_deref(), Some("users_referral_fixed"));
    }
    let circle = sqlx::query!(
        "insert into users (id, first_name, last_name, email, password_hash, user_type, public_key, private_key,
                            referral_id, referred_by, created_at, updated_at)
         select new.id, 'A', 'B', new.id || '@example.com', '', 'consumer', new.id::text, '', new.id::text, new.referrer,
                now(), now()
         from unnest($1::uuid[], $2::uuid[]) as new (id, referrer)",
        &[uuid::Uuid::from_u128(8), uuid::Uuid::from_u128(9)],
        &[uuid::Uuid::from_u128(9), uuid::Uuid::from_u128(8)],
    )
    .execute(&mut *conn)
    .await
    .map(drop);
    assert_eq!(
        refusal(circle).as_deref(),
        Some("users_referred_by_fkey"),
        "two who come in one statement cannot refer to each other"
    );
    Ok(())
}

/// Any sequence of attempts to refer and to change referrers, by somebody who writes to the table directly: following
/// the referrers always ends.
#[tokio::test(flavor = "multi_thread")]
async fn no_sequence_of_writes_makes_a_circle() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let pool = club.database().clone();
    let runtime = tokio::runtime::Handle::current();
    let attempts = prop::collection::vec((any::<bool>(), 0_u128..5, 0_u128..5), 1..25);
    let mut runner = TestRunner::new(Config::with_cases(16));
    let run = move |attempts: Vec<(bool, u128, u128)>| {
        runtime.block_on(async {
            let mut conn = pool.acquire().await?;
            let mut tx = conn.begin().await?;
            for (is_new, who, referrer) in attempts {
                let [who, referrer] = [who, referrer].map(|n| UserId(uuid::Uuid::from_u128(n + 1)));
                let mut attempt = tx.begin().await?;
                let written = if is_new {
                    insert(
                        &mut attempt,
                        who,
                        Some(referrer).filter(|it| it.0.as_u128() > 1),
                    )
                    .await
                } else {
                    sqlx::query!(
                        "update users set referred_by = $2 where id = $1",
                        who as UserId,
                        referrer as UserId
                    )
                    .execute(&mut *attempt)
                    .await
                    .map(drop)
                };
                if written.is_ok() {
                    attempt.commit().await?;
                } else {
                    attempt.rollback().await?;
                }
            }
            let circles = sqlx::query_scalar!(
                r#"with recursive chain as (
                       select id, referred_by, array[id] as seen, false as is_circle from users
                       union all
                       select c.id, u.referred_by, seen || u.id, u.id = any(seen) from chain c
                       join users u on u.id = c.referred_by where not is_circle)
                   select count(*) as "count!" from chain where is_circle"#
            )
            .fetch_one(&mut *tx)
            .await?;
            tx.rollback().await?;
            sqlx::Result::Ok(circles)
        })
    };
    tokio::task::spawn_blocking(move || {
        runner.run(&attempts, |attempts| {
            let circles = run(attempts)
                .map_err(|error: sqlx::Error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(circles, 0);
            Ok(())
        })
    })
    .await
    .map_err(Error::internal)?
    .map_err(Error::internal)
}
