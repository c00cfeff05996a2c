//! What merchants offer and what consumers see.

mod images;

use super::{ForSale, ProductFilter, for_sale, list, seed};
use crate::{
    files::tests::photo,
    testing::{Call, Club, Outcome, Reply, installation, newcomer, text},
};
use axum::body::Bytes;
use image::ImageFormat;
use kernel::{Error, Kind, Money, PageRequest, Percent, ProductId, UserId};
use serde_json::{Value, json};
use tenancy::{Actor, administrators::Role, modules::Module};

/// Names and contents of a form's parts.
type Parts<'a> = &'a [(&'a str, &'a [u8])];

/// Somebody who is signed in.
struct Person<'a> {
    club: &'a Club,
    id: UserId,
    token: String,
}

impl<'a> Person<'a> {
    async fn new(club: &'a Club, user_type: &str, email: &str) -> Self {
        let mut new = newcomer(email);
        new["userType"] = json!(user_type);
        let reply = club.send(Call::post("/api/auth/register").json(&new)).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        Self {
            club,
            id: text(&reply.body["user"]["id"]).parse().expect("an id"),
            token: text(&reply.body["accessToken"]).to_owned(),
        }
    }

    async fn send(&self, call: Call) -> Reply {
        self.club.send(call.bearer(&self.token)).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.send(Call::get(path)).await
    }

    async fn change(&self, product: &Value, patch: Value) -> Reply {
        let at = format!("/api/products/{}", text(&product["id"]));
        self.send(Call::new("PATCH", &at).json(&patch)).await
    }

    async fn offer(&self, name: &str, price: &str) -> Value {
        let new = json!({ "name": name, "description": "Feito aqui.", "price": price, "cashbackPercent": "10" });
        let reply = self.send(Call::post("/api/products").json(&new)).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.body
    }

    async fn upload(&self, product: &Value, parts: Parts<'_>) -> Reply {
        let path = format!("/api/products/{}/images", text(&product["id"]));
        self.send(Call::post(&path).multipart(parts)).await
    }

    /// The names of the products of a list.
    async fn names(&self, query: &str) -> Vec<String> {
        let reply = self.get(&format!("/api/products{query}")).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let products = reply.body["data"].as_array().expect("a list");
        let names = products.iter().map(|it| text(&it["name"]).to_owned());
        names.collect()
    }
}

fn picture() -> Bytes {
    photo(ImageFormat::Jpeg, 40, 20)
}

#[tokio::test]
async fn a_merchant_offers_and_everybody_reads() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let merchant = Person::new(&club, "merchant", "loja@example.com").await;
    let consumer = Person::new(&club, "consumer", "ana@example.com").await;
    let product = merchant.offer("  Café 1 kg ", "59.90").await;
    assert_eq!(
        product,
        json!({
            "id": product["id"], "merchant": { "id": merchant.id, "name": "Ana Souza" }, "name": "Café 1 kg",
            "description": "Feito aqui.", "price": "59.90", "cashbackPercent": "10", "images": [],
            "createdAt": "2026-06-01T12:00:00Z", "archivedAt": null
        })
    );
    let path = format!("/api/products/{}", text(&product["id"]));
    assert_eq!(consumer.get(&path).await.body, product);
    assert_eq!(
        consumer.get("/api/products").await.body["data"],
        json!([product])
    );

    let new = json!({ "name": "Pão", "price": "1.00", "cashbackPercent": "1" });
    let refused = consumer.send(Call::post("/api/products").json(&new)).await;
    assert_eq!((refused.status, refused.code()), (403, "merchants_only"));
    let wrong =
        json!({ "name": " ", "description": "a\u{0}", "price": "0.00", "cashbackPercent": "1" });
    let refused = merchant
        .send(Call::post("/api/products").json(&wrong))
        .await;
    assert_eq!(refused.status, 422);
    assert_eq!(
        refused.body["fields"],
        json!({ "name": "required", "description": "invalid", "price": "out_of_range" })
    );
    let wrong = json!({ "name": "Pão", "price": 1, "cashbackPercent": "101" });
    let refused = merchant
        .send(Call::post("/api/products").json(&wrong))
        .await;
    assert_eq!(refused.status, 422);

    let kinds =
        sqlx::query_scalar!("select kind from outbox where kind like 'product%' order by id")
            .fetch_all(club.database())
            .await?;
    assert_eq!(kinds, ["product_created"]);
    Ok(())
}

#[tokio::test]
async fn only_its_merchant_changes_it() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let merchant = Person::new(&club, "merchant", "loja@example.com").await;
    let rival = Person::new(&club, "merchant", "rival@example.com").await;
    let consumer = Person::new(&club, "consumer", "ana@example.com").await;
    let product = merchant.offer("Café", "59.90").await;
    let path = format!("/api/products/{}", text(&product["id"]));

    let changed = merchant
        .change(
            &product,
            json!({ "price": "64.90", "cashbackPercent": "12.5" }),
        )
        .await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let mut expected = product.clone();
    expected["price"] = json!("64.90");
    expected["cashbackPercent"] = json!("12.5");
    assert_eq!(changed.body, expected);
    assert_eq!(consumer.get(&path).await.body, expected);

    for stranger in [&rival, &consumer] {
        let refused = stranger.change(&product, json!({ "price": "0.01" })).await;
        assert_eq!((refused.status, refused.code()), (404, "not_found"));
        let refused = stranger.upload(&product, &[("file", &picture())]).await;
        assert_eq!((refused.status, refused.code()), (404, "not_found"));
    }
    let refused = merchant
        .change(
            &product,
            json!({ "price": "-1.00", "name": "", "images": [product["id"]] }),
        )
        .await;
    assert_eq!(
        refused.body["fields"],
        json!({ "price": "out_of_range", "name": "required", "images": "not_the_same" })
    );
    assert_eq!(merchant.change(&product, json!({})).await.body, expected);
    let told = sqlx::query!("select before, after from audit_log where action = 'product.change'")
        .fetch_all(club.database())
        .await?;
    assert_eq!(told.len(), 1, "what changes nothing is not told");
    assert_eq!(
        told[0].before,
        Some(json!({ "price": "59.90", "cashbackPercent": "10" }))
    );
    assert_eq!(
        told[0].after,
        Some(json!({ "price": "64.90", "cashbackPercent": "12.5" }))
    );
    Ok(())
}

#[tokio::test]
async fn archived_products_are_their_merchants_only() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let merchant = Person::new(&club, "merchant", "loja@example.com").await;
    let consumer = Person::new(&club, "consumer", "ana@example.com").await;
    let product = merchant.offer("Café", "59.90").await;
    let id: ProductId = text(&product["id"]).parse()?;
    let path = format!("/api/products/{id}");
    let mut conn = club.database().acquire().await?;
    let on_offer = ForSale {
        id,
        merchant_id: merchant.id,
        name: "Café".to_owned(),
        price: Money::from_centavos(59_90),
        cashback_percent: Percent::from_ten_thousandths(100_000).expect("10 %"),
    };
    let twice = for_sale(&mut conn, &[id, id]).await?;
    assert_eq!(twice, [on_offer.clone(), on_offer]);
    let unknown = ProductId(merchant.id.0);
    assert_eq!(
        for_sale(&mut conn, &[id, unknown]).await,
        Err(Error::not_found("product"))
    );

    let archived = merchant
        .change(&product, json!({ "isArchived": true }))
        .await;
    assert_eq!(archived.body["archivedAt"], "2026-06-01T12:00:00Z");
    assert_eq!(consumer.get(&path).await.status, 404);
    assert_eq!(merchant.get(&path).await.body, archived.body);
    assert!(consumer.names("").await.is_empty());
    assert!(merchant.names("").await.is_empty());
    assert!(consumer.names("?isArchived=true").await.is_empty());
    assert_eq!(merchant.names("?isArchived=true").await, ["Café"]);
    let refused = for_sale(&mut conn, &[id]).await.map_err(|error| error.code);
    assert_eq!(refused, Err("product_archived".into()));

    let back = merchant
        .change(&product, json!({ "isArchived": false }))
        .await;
    assert_eq!(back.body, product);
    assert_eq!(consumer.names("").await, ["Café"]);
    sqlx::query!(
        "update users set status = 'blocked' where id = $1",
        merchant.id as UserId
    )
    .execute(club.database())
    .await?;
    assert!(
        consumer.names("").await.is_empty(),
        "a blocked merchant sells nothing"
    );
    assert_eq!(consumer.get(&path).await.status, 404);
    let refused = for_sale(&mut conn, &[id]).await.map_err(|error| error.code);
    assert_eq!(refused, Err("product_archived".into()));
    let viewer = club.ctx_of(Role::Viewer);
    let seen = list(&viewer, ProductFilter::default(), PageRequest::default()).await?;
    assert_eq!(seen.data.len(), 1, "administrators see what is there");
    Ok(())
}

#[tokio::test]
async fn search_by_words_merchant_and_price_page_by_page() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let merchant = Person::new(&club, "merchant", "loja@example.com").await;
    let other = Person::new(&club, "merchant", "outra@example.com").await;
    let consumer = Person::new(&club, "consumer", "ana@example.com").await;
    for (person, name, price) in [
        (&merchant, "Pão de açúcar", "5.00"),
        (&merchant, "Café 100% arábica_x", "30.00"),
        (&other, "Pão francês", "0.80"),
    ] {
        club.wait(time::Duration::milliseconds(2));
        person.offer(name, price).await;
    }
    let merchants = format!("?merchantId={}", merchant.id);
    for (query, names) in [
        (
            "",
            &["Pão francês", "Café 100% arábica_x", "Pão de açúcar"][..],
        ),
        ("?search=PAO", &["Pão francês", "Pão de açúcar"]),
        ("?search=acucar%20%20p%C3%A3o", &["Pão de açúcar"]),
        (
            "?search=feito",
            &["Pão francês", "Café 100% arábica_x", "Pão de açúcar"],
        ),
        ("?search=100%25", &["Café 100% arábica_x"]),
        ("?search=arabica_", &["Café 100% arábica_x"]),
        ("?search=%25", &["Café 100% arábica_x"]),
        ("?search=cha", &[]),
        (&merchants, &["Café 100% arábica_x", "Pão de açúcar"]),
        ("?minPrice=5.00", &["Café 100% arábica_x", "Pão de açúcar"]),
        (
            "?minPrice=0.80&maxPrice=5.00",
            &["Pão francês", "Pão de açúcar"],
        ),
        ("?minPrice=31.00", &[]),
    ] {
        assert_eq!(consumer.names(query).await, names, "{query}");
    }
    let first = consumer.get("/api/products?limit=2").await.body;
    let next = format!("?limit=2&cursor={}", text(&first["nextCursor"]));
    assert_eq!(consumer.names(&next).await, ["Pão de açúcar"]);
    for wrong in [
        "?minPrice=much",
        "?limit=0",
        "?page=2",
        "?isArchived=perhaps",
    ] {
        let refused = consumer.get(&format!("/api/products{wrong}")).await;
        assert_eq!(refused.status, 422, "{wrong}");
    }
    Ok(())
}

#[tokio::test]
async fn without_the_module_there_is_no_marketplace() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let merchant = Person::new(&club, "merchant", "loja@example.com").await;
    club.switch_off(merchant.id, Module::Marketplace).await;
    for call in [
        Call::get("/api/products"),
        Call::post("/api/products").json(&json!({})),
    ] {
        let refused = merchant.send(call).await;
        assert_eq!(
            (refused.status, refused.body),
            (
                403,
                json!({ "error": "Module disabled", "code": "module_disabled", "module": "marketplace" })
            )
        );
    }
    Ok(())
}

#[tokio::test]
async fn the_demonstration_has_products_once() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let merchant = Person::new(&club, "merchant", "loja@example.com").await;
    let ctx = club.ctx(Actor::Command);
    let made = seed(&ctx).await?;
    assert!(made > 0);
    assert_eq!(seed(&ctx).await?, 0);
    assert_eq!(merchant.names("").await.len(), made);
    let user = club.ctx(Actor::User(merchant.id));
    assert_eq!(
        seed(&user).await.map_err(|error| error.kind),
        Err(Kind::Forbidden)
    );
    Ok(())
}
