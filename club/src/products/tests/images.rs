//! The pictures of products.

use super::*;
use crate::products::MOST_IMAGES;

#[tokio::test]
async fn pictures_come_in_order_and_go() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let merchant = Person::new(&club, "merchant", "loja@example.com").await;
    let consumer = Person::new(&club, "consumer", "ana@example.com").await;
    let product = merchant.offer("Café", "59.90").await;
    let path = format!("/api/products/{}", text(&product["id"]));
    let mut added = Vec::new();
    for _ in 0..3 {
        let reply = merchant.upload(&product, &[("file", &picture())]).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        added.push(reply.body);
    }
    let [a, b, c] = [0, 1, 2].map(|n| added[n].clone());
    assert_eq!((&a["width"], &a["height"]), (&json!(40), &json!(20)));
    assert_eq!(consumer.get(&path).await.body["images"], json!([a, b, c]));
    let order = json!({ "images": [c["id"], a["id"], b["id"]] });
    assert_eq!(
        merchant.change(&product, order).await.body["images"],
        json!([c, a, b])
    );
    for wrong in [
        json!([a["id"]]),
        json!([a["id"], a["id"], b["id"]]),
        json!([]),
    ] {
        let refused = merchant.change(&product, json!({ "images": wrong })).await;
        assert_eq!(refused.body["fields"], json!({ "images": "not_the_same" }));
    }

    let read = consumer.get(text(&a["url"])).await;
    assert_eq!(read.status, 200);
    assert_eq!(read.header("content-type"), "image/jpeg");
    assert_eq!(read.header("x-content-type-options"), "nosniff");
    assert_eq!(
        read.header("cache-control"),
        "private, max-age=31536000, immutable"
    );
    let again = Call::get(text(&a["url"])).header("if-none-match", read.header("etag"));
    assert_eq!(consumer.send(again).await.status, 304);

    let other = merchant.offer("Pão", "1.00").await;
    let elsewhere = format!(
        "/api/products/{}/images/{}",
        text(&other["id"]),
        text(&a["id"])
    );
    assert_eq!(consumer.get(&elsewhere).await.status, 404);
    let remove =
        async |who: &Person<'_>, path: &str| who.send(Call::new("DELETE", path)).await.status;
    assert_eq!(remove(&consumer, text(&a["url"])).await, 404);
    assert_eq!(remove(&merchant, &elsewhere).await, 404);
    assert_eq!(remove(&merchant, text(&a["url"])).await, 204);
    assert_eq!(remove(&merchant, text(&a["url"])).await, 404);
    assert_eq!(consumer.get(text(&a["url"])).await.status, 404);
    let files = &club.ctx(Actor::Command).platform.files;
    assert_eq!(
        files.list(club.tenant.id).await?.len(),
        2,
        "its bytes are gone"
    );
    let last = merchant
        .upload(&product, &[("file", &picture())])
        .await
        .body;
    assert_eq!(
        consumer.get(&path).await.body["images"],
        json!([c, b, last])
    );

    merchant
        .change(&product, json!({ "isArchived": true }))
        .await;
    assert_eq!(consumer.get(text(&b["url"])).await.status, 404);
    assert_eq!(merchant.get(text(&b["url"])).await.status, 200);
    Ok(())
}

#[tokio::test]
async fn uploads_that_are_refused_leave_nothing() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let merchant = Person::new(&club, "merchant", "loja@example.com").await;
    let product = merchant.offer("Café", "59.90").await;
    let picture = picture();
    let refusals: [(Parts<'_>, Value); 5] = [
        (&[], json!({ "file": "required" })),
        (
            &[("file", b"<svg/>")],
            json!({ "file": "unsupported_type" }),
        ),
        (
            &[("file", b"%PDF-1.7 %%EOF")],
            json!({ "file": "unsupported_type" }),
        ),
        (
            &[("file", &picture), ("title", b"x")],
            json!({ "title": "unknown" }),
        ),
        (
            &[("file", &picture), ("file", &picture)],
            json!({ "file": "duplicate" }),
        ),
    ];
    for (parts, fields) in refusals {
        let refused = merchant.upload(&product, parts).await;
        assert_eq!((refused.status, &refused.body["fields"]), (422, &fields));
    }
    let huge = vec![0; crate::files::LARGEST + 1];
    let refused = merchant.upload(&product, &[("file", &huge)]).await;
    assert_eq!((refused.status, refused.code()), (413, "payload_too_large"));
    let path = format!("/api/products/{}/images", text(&product["id"]));
    let refused = merchant.send(Call::post(&path).json(&json!({}))).await;
    assert_eq!(
        (refused.status, refused.code()),
        (415, "unsupported_media_type")
    );
    let files = &club.ctx(Actor::Command).platform.files;
    assert_eq!(files.list(club.tenant.id).await?, []);

    // Many at once: room is counted under the product's lock.
    let parts: [(&str, &[u8]); 1] = [("file", &picture)];
    let uploads = (0..MOST_IMAGES + 4).map(|_| merchant.upload(&product, &parts));
    let replies = futures::future::join_all(uploads).await;
    let taken = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(taken, MOST_IMAGES);
    let refused = replies.iter().filter(|reply| reply.status != 201);
    for reply in refused {
        assert_eq!(reply.body["fields"], json!({ "file": "too_many" }));
    }
    assert_eq!(files.list(club.tenant.id).await?.len(), MOST_IMAGES);
    Ok(())
}

#[tokio::test]
async fn bytes_stay_when_nobody_knows_whether_their_row_was_committed() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let merchant = Person::new(&club, "merchant", "loja@example.com").await;
    let product = merchant.offer("Café", "59.90").await;
    for statement in [
        "create function fail() returns trigger language plpgsql as $$ begin raise 'at the commit'; end $$",
        "create constraint trigger fail after insert on product_images deferrable initially deferred
         for each row execute function fail()",
    ] {
        sqlx::query(statement).execute(club.database()).await?;
    }
    let failed = merchant.upload(&product, &[("file", &picture())]).await;
    assert_eq!(failed.status, 500);
    let files = &club.ctx(Actor::Command).platform.files;
    assert_eq!(files.list(club.tenant.id).await?.len(), 1);
    Ok(())
}
