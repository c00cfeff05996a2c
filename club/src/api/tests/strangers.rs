//! Who is not signed in here, and what is nowhere.

use super::*;
use crate::testing::Reply;
use time::Duration;

/// Something answers, whatever it says.
fn is_there(reply: &Reply) -> bool {
    reply.status != 405 && reply.code() != "route_not_found"
}

#[tokio::test]
async fn strangers_are_refused_everywhere() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let other = Club::new(&home, "empresa-b").await;
    let ours = club.register("ana@example.com").await;
    let foreign = other.register("ana@example.com").await;
    let refresh = text(&ours["refreshToken"]).to_owned();
    club.wait(Duration::minutes(16));
    let fresh = club
        .login("ana@example.com", crate::testing::PASSWORD)
        .await
        .body;

    for (method, path, _) in routes(&document()) {
        let call = || Call::new(&method.to_uppercase(), &path).json(&json!({}));
        if is_public(&method, &path) {
            let reply = club.send(call()).await;
            assert_ne!(reply.status, 401, "{method} {path} is public");
            assert!(is_there(&reply), "{method} {path}");
            continue;
        }
        let strangers = [
            ("nobody", call()),
            (
                "another tenant's",
                call().bearer(text(&foreign["accessToken"])),
            ),
            ("expired", call().bearer(text(&ours["accessToken"]))),
            ("a refresh token", call().bearer(&refresh)),
            ("basic", call().header("authorization", "Basic YTpi")),
            (
                "two tokens",
                call()
                    .bearer(text(&fresh["accessToken"]))
                    .bearer(text(&fresh["accessToken"])),
            ),
        ];
        for (who, call) in strangers {
            let reply = club.send(call).await;
            assert_eq!(
                (reply.status, reply.code()),
                (401, "unauthenticated"),
                "{who}: {method} {path}"
            );
        }
        let known = club.send(call().bearer(text(&fresh["accessToken"]))).await;
        assert_ne!(known.status, 401, "{method} {path}");
        assert!(is_there(&known), "{method} {path}");
    }
}

#[tokio::test]
async fn the_platforms_host_names_no_tenant() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    for (method, path, _) in routes(&document()) {
        let reply = club
            .send_to_platform(Call::new(&method.to_uppercase(), &path).json(&json!({})))
            .await;
        assert_eq!(reply.status, 404, "{method} {path}");
        assert_eq!(
            reply.body,
            json!({ "error": "Tenant not found", "message": "Tenant not found for customDomain: localhost" })
        );
    }
}
