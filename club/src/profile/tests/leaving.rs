//! What they take along, and what is left of them.

use super::*;
use crate::{
    files::tests::photo,
    legal_documents::{self, DocumentKind},
    modules, outbox,
    products::{self, NewProduct},
    testing::Outcome,
    user_documents::{self, UserDocumentKind},
    users::{self, UserStatus},
};
use image::ImageFormat;
use kernel::{Error, Money, Percent, Result, UserId};
use tenancy::{Actor, administrators::Role, modules::Module};

/// Somebody whose name stands nowhere else.
fn anaxandra() -> Value {
    let mut ana = newcomer("ana.unica@example.com");
    ana["firstName"] = json!("Anaxandra");
    ana["phone"] = json!("+5511912345678");
    ana["cpf"] = json!("11144477735");
    ana
}

async fn join(club: &Club, newcomer: &Value) -> Value {
    let reply = club
        .send(Call::post("/api/auth/register").json(newcomer))
        .await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.body
}

/// All that the club's database holds about anybody.
async fn dump(club: &Club) -> Result<String> {
    let dump = sqlx::query_scalar!(
        r#"select string_agg(t, ' ') as "dump!"
           from (select u::text as t from users u union all select r::text from refresh_tokens r
                 union all select m::text from user_modules m union all select p::text from password_resets p
                 union all select o::text from outbox o union all select a::text from audit_log a) as rows"#
    )
    .fetch_one(club.database())
    .await?;
    Ok(dump)
}

#[tokio::test]
async fn a_member_takes_a_copy_of_everything() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = join(&club, &anaxandra()).await;
    let id: UserId = text(&ana["user"]["id"]).parse()?;
    modules::set_for_user(
        &club.ctx_of(Role::Manager),
        id,
        Module::Marketplace,
        false,
        "pediu",
    )
    .await?;
    let mut bia = newcomer("bia@example.com");
    bia["referredBy"] = ana["user"]["referralId"].clone();
    join(&club, &bia).await;

    let ctx = club.ctx(Actor::User(id));
    let photo = photo(ImageFormat::Png, 8, 8);
    user_documents::submit(&ctx, UserDocumentKind::Selfie, photo).await?;
    let job = club.ctx(Actor::Job("outbox_relay"));
    legal_documents::seed(&job).await?;
    let terms = legal_documents::in_force(&ctx, None).await?.data[0].id;
    legal_documents::accept(&ctx, terms).await?;
    let phone = json!({ "platform": "ios", "pushToken": "token-of-ana" });
    let device = Call::post("/api/notifications/devices").json(&phone);
    let device = club.send(device.bearer(text(&ana["accessToken"]))).await;
    assert_eq!(device.status, 201, "{}", device.body);
    outbox::relay(&job).await?;

    let call = Call::get("/api/profile/export").bearer(text(&ana["accessToken"]));
    let export = club.send(call).await;
    assert_eq!(export.status, 200);
    assert!(
        export
            .header("content-disposition")
            .starts_with("attachment")
    );
    assert_eq!(export.body["user"], ana["user"]);
    for (part, length) in [
        ("modules", 3),
        ("sessions", 1),
        ("referrals", 1),
        ("userDocuments", 1),
        ("acceptances", 1),
        ("products", 0),
        ("purchases", 0),
        ("statement", 0),
        // The welcome, the selfie, the texts and what was accepted of them.
        ("notifications", 3 + DocumentKind::ALL.len()),
        ("devices", 1),
        ("history", 4),
    ] {
        assert_eq!(
            export.body[part].as_array().map(Vec::len),
            Some(length),
            "{part}"
        );
    }
    assert!(
        !export.body.to_string().contains("bia@"),
        "others' data is theirs"
    );
    assert!(
        !export.body.to_string().contains("token-of-ana"),
        "a push token is a secret"
    );
    Ok(())
}

#[tokio::test]
async fn a_merchants_pictures_go_with_them() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let mut shop = newcomer("loja@example.com");
    shop["userType"] = json!("merchant");
    let shop = join(&club, &shop).await;
    let token = text(&shop["accessToken"]);
    let ctx = club.ctx(Actor::User(text(&shop["user"]["id"]).parse()?));
    let new = NewProduct {
        name: "Café".to_owned(),
        description: String::new(),
        price: Money::from_centavos(10_00),
        cashback_percent: Percent::HUNDRED,
    };
    let product = products::create(&ctx, new).await?.id;
    let add = || products::add_image(&ctx, product, photo(ImageFormat::Png, 8, 8));
    add().await?;
    add().await?;
    let export = club
        .send(Call::get("/api/profile/export").bearer(token))
        .await;
    assert_eq!(
        export.body["products"][0]["images"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let stored = async || ctx.platform.files.list(ctx.tenant.id).await;
    assert_eq!(stored().await?.len(), 2);
    let call = Call::new("DELETE", "/api/profile").bearer(token);
    let left = club.send(call.json(&json!({ "password": PASSWORD }))).await;
    assert_eq!(left.status, 204);
    assert_eq!(stored().await?, []);
    // A request that was on its way.
    assert_eq!(add().await, Err(Error::unauthenticated()));
    assert_eq!(stored().await?, []);
    Ok(())
}

#[tokio::test]
async fn a_member_leaves_without_a_trace() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = join(&club, &anaxandra()).await;
    let token = text(&ana["accessToken"]);
    patch(&club, token, json!({ "lastName": "Anaxandrina" })).await;
    let delete = async |password: &str| {
        let call = Call::new("DELETE", "/api/profile").bearer(token);
        club.send(call.json(&json!({ "password": password }))).await
    };
    let wrong = delete("not it").await;
    assert_eq!(
        (wrong.status, &wrong.body["fields"]),
        (422, &json!({ "password": "wrong" }))
    );
    let traces = ["Anaxandr", "ana.unica", "5511912345678", "11144477735"];
    let before = dump(&club).await?;
    assert!(traces.iter().all(|trace| before.contains(trace)));
    assert_eq!(delete(PASSWORD).await.status, 204);

    assert_eq!(club.me(&ana["accessToken"]).await.status, 401);
    assert_eq!(club.refresh(&ana["refreshToken"]).await.status, 401);
    assert_eq!(
        club.login("ana.unica@example.com", PASSWORD).await.status,
        401
    );
    let after = dump(&club).await?;
    for trace in traces {
        assert!(!after.contains(trace), "{trace} is still in {after}");
    }
    let row = sqlx::query!("select status, private_key, password_hash from users")
        .fetch_one(club.database())
        .await?;
    assert_eq!(row.status, UserStatus::Deleted);
    assert_eq!(
        (row.private_key.as_str(), row.password_hash.as_str()),
        ("", "")
    );
    let events = sqlx::query_scalar!("select kind from outbox order by id")
        .fetch_all(club.database())
        .await?;
    assert_eq!(events, ["user_registered", "user_deleted"]);
    let resealed = users::reseal(&club.ctx(Actor::Command)).await?;
    assert_eq!(resealed, 0, "a destroyed key is no failure");
    join(&club, &anaxandra()).await;
    Ok(())
}
