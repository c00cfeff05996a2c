//! A new password for a forgotten one.

use crate::testing::{Call, Club, PASSWORD, Reply, eventually, installation};
use serde_json::json;
use std::fs;
use tenancy::testing::Installation;
use time::Duration;

pub(super) async fn forgot(club: &Club, email: &str) -> Reply {
    club.send(Call::post("/api/auth/forgot-password").json(&json!({ "email": email })))
        .await
}

pub(super) async fn reset(club: &Club, token: &str, password: &str) -> Reply {
    let body = json!({ "token": token, "password": password });
    club.send(Call::post("/api/auth/reset-password").json(&body))
        .await
}

/// The tokens of the links in all e-mails so far, once there are so many.
pub(super) async fn links(home: &Installation, club: &Club, count: usize) -> Vec<String> {
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
