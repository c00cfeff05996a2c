//! Changing one's account, and leaving.

mod held;
mod leaving;

use crate::testing::{Call, Club, PASSWORD, Reply, installation, newcomer, text};
use serde_json::{Value, json};

async fn patch(club: &Club, token: &str, body: Value) -> Reply {
    club.send(Call::new("PATCH", "/api/profile").bearer(token).json(&body))
        .await
}

#[tokio::test]
async fn members_change_what_is_theirs() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    club.register("bia@example.com").await;
    let signed_in = club.register("ana@example.com").await;
    let token = text(&signed_in["accessToken"]);

    let change =
        json!({ "firstName": " Júlia ", "phone": "11 91234-5678", "cpf": "111.444.777-35" });
    let reply = patch(&club, token, change.clone()).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.body["firstName"], "Júlia");
    assert_eq!(reply.body["lastName"], "Souza");
    assert_eq!(reply.body["phone"], "+5511912345678");
    assert_eq!(
        patch(&club, token, change).await.status,
        200,
        "the same again is no change"
    );
    let read = club.send(Call::get("/api/profile").bearer(token)).await;
    assert_eq!(read.body, reply.body);
    assert_eq!(
        patch(&club, token, json!({ "phone": null })).await.body["phone"],
        Value::Null
    );
    assert_eq!(
        patch(&club, token, json!({})).await.body["cpf"],
        "11144477735"
    );

    assert_eq!(reply.body["locale"], "pt-BR", "until they say otherwise");
    let english = patch(&club, token, json!({ "locale": "en" })).await;
    assert_eq!(
        (english.status, &english.body["locale"]),
        (200, &json!("en"))
    );

    for (body, fields) in [
        (json!({ "locale": "tlh" }), json!({ "locale": "invalid" })),
        (
            json!({ "email": "x@example.com" }),
            json!({ "email": "unknown" }),
        ),
        (json!({ "kycLevel": 2 }), json!({ "kycLevel": "unknown" })),
        (
            json!({ "firstName": "", "lastName": "\n" }),
            json!({ "firstName": "required", "lastName": "required" }),
        ),
        (json!({ "phone": "1" }), json!({ "phone": "invalid" })),
        (
            json!({ "cpf": "52998224725" }),
            json!({ "cpf": "already_set" }),
        ),
        (
            json!({ "cnpj": "11222333000181" }),
            json!({ "cnpj": "not_for_consumers" }),
        ),
    ] {
        let reply = patch(&club, token, body.clone()).await;
        assert_eq!(
            (reply.status, &reply.body["fields"]),
            (422, &fields),
            "{body}"
        );
    }
    let rows = sqlx::query!("select after from audit_log where action = 'user.change' order by id")
        .fetch_all(club.database())
        .await
        .expect("rows");
    let changed: Vec<_> = rows.into_iter().filter_map(|row| row.after).collect();
    assert_eq!(
        changed,
        [
            json!({ "changed": ["firstName", "phone", "cpf"] }),
            json!({ "changed": ["phone"] }),
            json!({ "changed": ["locale"] })
        ]
    );
}

#[tokio::test]
async fn somebody_elses_phone_is_taken() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let mut bia = newcomer("bia@example.com");
    bia["phone"] = json!("+5511912345678");
    assert_eq!(
        club.send(Call::post("/api/auth/register").json(&bia))
            .await
            .status,
        201
    );
    let ana = club.register("ana@example.com").await;
    let reply = patch(
        &club,
        text(&ana["accessToken"]),
        json!({ "phone": "+5511912345678" }),
    )
    .await;
    assert_eq!(
        (reply.status, &reply.body["fields"]),
        (422, &json!({ "phone": "taken" }))
    );
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let here = club.register("ana@example.com").await;
    let there = club.login("ana@example.com", PASSWORD).await.body;
    let change = async |current: &str, new: &str| {
        let body = json!({ "currentPassword": current, "newPassword": new });
        let call = Call::new("PATCH", "/api/profile/password").bearer(text(&here["accessToken"]));
        club.send(call.json(&body)).await
    };
    let wrong = change("not it", "outra senha boa 8").await;
    assert_eq!(
        (wrong.status, &wrong.body["fields"]),
        (422, &json!({ "currentPassword": "wrong" }))
    );
    let weak = change(PASSWORD, "password").await;
    assert_eq!(
        (weak.status, &weak.body["fields"]),
        (422, &json!({ "newPassword": "too_common" }))
    );

    let changed = change(PASSWORD, "outra senha boa 8").await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    for old in [&here, &there] {
        assert_eq!(club.me(&old["accessToken"]).await.status, 401);
        assert_eq!(club.refresh(&old["refreshToken"]).await.status, 401);
    }
    assert_eq!(club.me(&changed.body["accessToken"]).await.status, 200);
    assert_eq!(
        club.refresh(&changed.body["refreshToken"]).await.status,
        200
    );
    assert_eq!(club.login("ana@example.com", PASSWORD).await.status, 401);
}
