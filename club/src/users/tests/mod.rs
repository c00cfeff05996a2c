//! Joining a club.

mod members;
mod numbers;

use super::reseal;
use crate::testing::{Call, Club, Outcome, Reply, installation, newcomer, text};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::UserId;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tenancy::{
    Actor,
    secrets::{Place, rotate},
};

async fn register(club: &Club, changes: Value) -> Reply {
    let mut body = newcomer("ana@example.com");
    for (name, value) in changes.as_object().expect("an object") {
        body[name] = value.clone();
    }
    club.send(Call::post("/api/auth/register").json(&body))
        .await
}

#[tokio::test]
async fn every_field_has_its_reasons() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let long = "a".repeat(101);
    for (changes, fields) in [
        (
            json!({ "firstName": "" }),
            json!({ "firstName": "required" }),
        ),
        (
            json!({ "firstName": long }),
            json!({ "firstName": "too_long" }),
        ),
        (
            json!({ "lastName": "a\u{0}b" }),
            json!({ "lastName": "invalid" }),
        ),
        (json!({ "email": "ana" }), json!({ "email": "invalid" })),
        (
            json!({ "password": "1234567" }),
            json!({ "password": "too_short" }),
        ),
        (
            json!({ "password": "password" }),
            json!({ "password": "too_common" }),
        ),
        (
            json!({ "userType": "admin" }),
            json!({ "userType": "invalid" }),
        ),
        (json!({ "phone": "123" }), json!({ "phone": "invalid" })),
        (
            json!({ "cpf": "11144477736" }),
            json!({ "cpf": "check_digits" }),
        ),
        (
            json!({ "cnpj": "11222333000181" }),
            json!({ "cnpj": "not_for_consumers" }),
        ),
        (
            json!({ "userType": "merchant", "cnpj": "1" }),
            json!({ "cnpj": "invalid" }),
        ),
        (
            json!({ "referredBy": "NOBODY00" }),
            json!({ "referredBy": "unknown" }),
        ),
        (
            json!({ "firstName": 1 }),
            json!({ "firstName": "wrong_type" }),
        ),
        (
            json!({ "firstName": " ", "lastName": "", "email": "x", "password": "x", "phone": "x", "cpf": "x" }),
            json!({
                "firstName": "required", "lastName": "required", "email": "invalid", "password": "too_short",
                "phone": "invalid", "cpf": "invalid"
            }),
        ),
    ] {
        let reply = register(&club, changes.clone()).await;
        assert_eq!(
            (reply.status, reply.code()),
            (422, "validation_failed"),
            "{changes}"
        );
        assert_eq!(reply.body["fields"], fields, "{changes}");
    }
    for field in ["firstName", "lastName", "email", "password", "userType"] {
        let mut body = newcomer("ana@example.com");
        body.as_object_mut().expect("an object").remove(field);
        let reply = club
            .send(Call::post("/api/auth/register").json(&body))
            .await;
        assert_eq!(reply.body["fields"], json!({ field: "required" }));
    }
}

#[tokio::test]
async fn no_column_can_be_set_by_naming_it() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let columns = sqlx::query_scalar!(
        r#"select distinct column_name::text as "name!" from information_schema.columns
           where table_schema = 'public' and table_name <> '_sqlx_migrations'"#
    )
    .fetch_all(club.database())
    .await
    .expect("columns");
    assert!(columns.len() > 20);
    let allowed = ["email", "phone", "cpf", "cnpj"];
    for column in columns
        .iter()
        .filter(|column| !allowed.contains(&column.as_str()))
    {
        for name in [column.clone(), camel_case(column)] {
            if ["firstName", "lastName", "userType", "referredBy"].contains(&name.as_str()) {
                continue;
            }
            let reply = register(&club, json!({ name.as_str(): 1 })).await;
            assert_eq!(reply.status, 422, "{name}");
            assert_eq!(reply.body["fields"], json!({ name.as_str(): "unknown" }));
        }
    }
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(1);
        name + &initial.to_uppercase() + rest
    })
}

#[tokio::test]
async fn what_is_taken_is_named() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = json!({ "phone": "(11) 91234-5678", "cpf": "111.444.777-35" });
    assert_eq!(register(&club, ana).await.status, 201);
    let shop = json!({ "email": "loja@example.com", "userType": "merchant", "cnpj": "12.ABC.345/01DE-35" });
    assert_eq!(register(&club, shop).await.status, 201);
    for (changes, field) in [
        (json!({ "email": "ANA@example.com" }), "email"),
        (
            json!({ "email": "b@example.com", "phone": "+5511912345678" }),
            "phone",
        ),
        (
            json!({ "email": "b@example.com", "cpf": "11144477735" }),
            "cpf",
        ),
        (
            json!({ "email": "b@example.com", "userType": "merchant", "cnpj": "12abc34501de35" }),
            "cnpj",
        ),
    ] {
        let reply = register(&club, changes).await;
        assert_eq!(reply.status, 422);
        assert_eq!(reply.body["fields"], json!({ field: "taken" }));
    }
}

#[tokio::test]
async fn a_referral_code_brings_somebody() {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let code = club.register("ana@example.com").await["user"]["referralId"].clone();
    assert_eq!(text(&code).len(), 8);
    let typed = text(&code).to_lowercase();
    let bia = register(
        &club,
        json!({ "email": "bia@example.com", "referredBy": typed }),
    )
    .await;
    assert_eq!((bia.status, &bia.body["user"]["referredBy"]), (201, &code));
    let event = sqlx::query_scalar!(
        "select payload from outbox where kind = 'user_registered' order by id desc limit 1"
    )
    .fetch_one(club.database())
    .await
    .expect("an event");
    assert_eq!(event["userId"], bia.body["user"]["id"]);
    assert!(!event.to_string().contains("bia"), "no personal data");

    sqlx::query!("update users set status = 'blocked' where email = 'ana@example.com'")
        .execute(club.database())
        .await
        .expect("blocked");
    let late = register(
        &club,
        json!({ "email": "c@example.com", "referredBy": code }),
    )
    .await;
    assert_eq!(late.body["fields"], json!({ "referredBy": "unknown" }));
}

#[tokio::test]
async fn the_key_pair_signs_and_its_private_half_opens_only_in_its_row() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    club.register("ana@example.com").await;
    club.register("bia@example.com").await;
    let rows = sqlx::query!("select id, public_key, private_key from users order by id")
        .fetch_all(club.database())
        .await?;
    let keyring = &home.platform.keyring;
    let place = |row: UserId| Place {
        tenant: Some(club.tenant.id),
        column: "users.private_key",
        row: row.0,
    };
    for row in &rows {
        let private = keyring.unseal(place(row.id), &row.private_key).await?;
        let pair = Ed25519KeyPair::from_pkcs8(private.expose_secret()).expect("a key pair");
        let public = URL_SAFE_NO_PAD.decode(&row.public_key).expect("base64url");
        let receipt = pair.sign(b"a receipt");
        UnparsedPublicKey::new(&ED25519, public)
            .verify(b"a receipt", receipt.as_ref())
            .expect("the halves belong together");
    }
    assert!(
        keyring
            .unseal(place(rows[0].id), &rows[1].private_key)
            .await
            .is_err()
    );

    let ctx = club.ctx(Actor::Command);
    assert_eq!(
        reseal(&ctx).await?,
        0,
        "nothing to do before there is a newer key"
    );
    home.platform.clock.advance(time::Duration::HOUR);
    let rotation = rotate(&home.ctx(), |_| async { reseal(&ctx).await }).await?;
    assert!(rotation.is_whole(), "{rotation:?}");
    assert_eq!(reseal(&ctx).await?, 0, "safe to run again");
    let row = sqlx::query!("select id, private_key from users order by id limit 1")
        .fetch_one(club.database())
        .await?;
    assert_ne!(row.private_key, rows[0].private_key);
    assert!(
        keyring
            .unseal(place(row.id), &row.private_key)
            .await
            .is_ok()
    );
    Ok(())
}
