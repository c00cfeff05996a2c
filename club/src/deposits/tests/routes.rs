//! The routes.

use super::*;
use crate::{
    pix::BrCode,
    testing::{Outcome, qr},
};
use futures::future::join_all;
use tenancy::administrators::Role;
use time::Duration;

#[tokio::test]
async fn a_deposit_is_asked_for_paid_and_read() -> Outcome {
    let bank = Bank::new().await;
    let made = bank.ask("one", "150.00").await;
    assert_eq!(made.status, 201, "{}", made.body);
    let (body, id) = (&made.body, &made.body["id"]);
    assert_eq!(
        (text(&body["status"]), text(&body["amount"])),
        ("waiting", "150.00")
    );
    let code = BrCode::parse(text(&body["brCode"]))?;
    assert_eq!(code.amount, Some(Money::from_centavos(150_00)));
    assert_eq!(bank.ask("one", "150.00").await.body, *body);
    assert_eq!(
        bank.ask("one", "151.00").await.code(),
        "idempotency_key_reused"
    );

    let svg = format!("/api/deposits/{}/qr.svg", text(id));
    let drawn = bank.club.send(Call::get(&svg).bearer(&bank.token)).await;
    assert_eq!(
        (drawn.status, drawn.header("content-type")),
        (200, "image/svg+xml")
    );
    assert_eq!(qr::read_svg(text(&drawn.body)), text(&body["brCode"]));
    let png = svg.replace("svg", "png");
    let image = bank.club.send(Call::get(&png).bearer(&bank.token)).await;
    assert_eq!(
        (image.status, image.header("content-type")),
        (200, "image/png")
    );
    assert_eq!(qr::read_png(&image.bytes), text(&body["brCode"]));

    let deposit: Deposit = serde_json::from_value(body.clone()).expect("a deposit");
    bank.pay(&deposit, None, 1).await;
    assert_eq!(
        text(&bank.read(id).await.body["status"]),
        "waiting",
        "asked just now"
    );
    bank.club.wait(Duration::seconds(5));
    let read = bank.read(id).await;
    assert_eq!(
        (text(&read.body["status"]), text(&read.body["paidAmount"])),
        ("paid", "150.00")
    );
    let list = bank
        .club
        .send(Call::get("/api/deposits?status=paid").bearer(&bank.token))
        .await;
    assert_eq!(
        list.body,
        json!({ "data": [read.body], "nextCursor": null })
    );
    bank.check().await
}

#[tokio::test]
async fn what_is_wrong_is_said() -> Outcome {
    let bank = Bank::new().await;
    for (amount, reason) in [
        ("0.99", "below_minimum"),
        ("0.00", "below_minimum"),
        ("-5.00", "below_minimum"),
        ("10000.01", "above_maximum"),
    ] {
        let reply = bank.ask("key", amount).await;
        assert_eq!(reply.status, 422, "{amount}");
        assert_eq!(text(&reply.body["fields"]["amount"]), reason, "{amount}");
    }
    let call = Call::post("/api/deposits").bearer(&bank.token);
    let without = bank
        .club
        .send(call.json(&json!({ "amount": "5.00" })))
        .await;
    assert_eq!(without.code(), "idempotency_key_required");
    let nothing = bank
        .club
        .send(Call::get("/api/deposits").bearer(&bank.token))
        .await;
    assert_eq!(nothing.body["data"], json!([]), "nothing was written");
    bank.check().await
}

#[tokio::test]
async fn what_is_anothers_is_not_found() -> Outcome {
    let bank = Bank::new().await;
    let deposit = bank.deposit("10.00").await;
    let path = format!("/api/deposits/{}", deposit.id);
    let bia = bank.club.register("bia@example.com").await;
    for path in [
        path.clone(),
        format!("{path}/qr.svg"),
        format!("{path}/qr.png"),
    ] {
        let call = Call::get(&path).bearer(text(&bia["accessToken"]));
        assert_eq!(bank.club.send(call).await.status, 404, "{path}");
    }
    let other = Club::new(&bank.home, "empresa-b").await;
    let call = Call::post("/api/auth/register").json(&newcomer("ana@example.com"));
    let theirs = other.send(call).await.body;
    let call = Call::get(&path).bearer(text(&theirs["accessToken"]));
    assert_eq!(other.send(call).await.status, 404);
    // A payment of one club, told at another's door, is nobody's there.
    bank.pay(&deposit, None, 1).await;
    let told = pix::deliveries(&bank.job()).await?;
    let call = Call::post("/api/pix/webhooks/sandbox").raw(&told[0]);
    assert_eq!(other.send(call).await.status, 200);
    let nothing = sqlx::query_scalar::<_, i64>("select count(*) from received_pix")
        .fetch_one(other.database());
    assert_eq!(nothing.await?, 0);
    deposits::catch_up(&bank.job()).await?;
    bank.check().await
}

#[tokio::test]
async fn a_webhook_is_only_a_hint() -> Outcome {
    let bank = Bank::new().await;
    let deposit = bank.deposit("10.00").await;
    let lie = json!({ "pix": [
        { "endToEndId": "E99999999202606011200abcdefghijk", "txid": deposit.id, "valor": "10.00" },
        { "gnExtras": { "idEnvio": "abc" }, "status": "REALIZADO" },
        7
    ] });
    for (body, status) in [
        (lie.to_string(), 200),
        ("{}".into(), 200),
        ("no".into(), 400),
    ] {
        assert_eq!(bank.webhook(&body).await.status, status, "{body}");
    }
    let elsewhere = Call::post("/api/pix/webhooks/efi").raw("{}");
    assert_eq!(bank.club.send(elsewhere).await.status, 404);
    let huge = "x".repeat(300 * 1024);
    assert_eq!(bank.webhook(&huge).await.status, 413);
    let added = Call::post("/api/pix/webhooks/sandbox/segredo/pix").raw("{}");
    assert_eq!(bank.club.send(added).await.status, 200);
    assert_eq!(bank.wallet().await, 0);
    bank.check().await
}

#[tokio::test]
async fn one_request_sent_many_times_is_one_deposit() -> Outcome {
    let bank = Bank::new().await;
    let replies = join_all((0..20).map(|_| bank.ask("same", "42.00"))).await;
    for reply in &replies {
        let busy = reply.code() == "idempotency_in_progress";
        assert!(busy || reply.status == 201, "{}", reply.body);
    }
    let last = bank.ask("same", "42.00").await;
    let listed = bank
        .club
        .send(Call::get("/api/deposits").bearer(&bank.token))
        .await;
    assert_eq!(listed.body["data"], json!([last.body]));
    bank.check().await
}

#[tokio::test]
async fn only_a_developer_plays_the_sandbox_from_outside() -> Outcome {
    let mut bank = Bank::new().await;
    assert_eq!(bank.webhook("{}").await.status, 200);
    let deposit = bank.deposit("10.00").await;
    bank.club = bank.club.in_production();
    assert_eq!(bank.webhook("{}").await.status, 404);
    bank.pay(&deposit, None, 1).await;
    assert_eq!(deposits::carry_sandbox_webhooks(&bank.job()).await?, 1);
    assert_eq!(bank.wallet().await, 10_00, "they are carried within");
    bank.check().await
}

#[tokio::test]
async fn where_clubs_live_nobody_pays_played_money() -> Outcome {
    let mut bank = Bank::new().await;
    bank.club = bank.club.in_production();
    let refused = bank.ask("one", "10.00").await;
    assert_eq!((refused.status, refused.code()), (409, "deposits_paused"));
    let manager = bank.club.ctx_of(Role::Manager);
    assert!(pix::provider_settings(&manager).await?.is_missing);
    let asked = pix::provider(&manager).await?;
    assert!(!asked.offers().payouts);
    let book = pix::book(&manager).await?;
    assert_eq!(book.check(), Ok(()));
    bank.check().await
}

#[tokio::test]
async fn one_address_cannot_flood_the_webhook() -> Outcome {
    let bank = Bank::new().await;
    let call = |ip| {
        let call = Call::post("/api/pix/webhooks/sandbox").raw("{}");
        bank.club.send(call.from(ip))
    };
    let mut last = call("203.0.113.7").await;
    assert_eq!((last.status, last.header("ratelimit-limit")), (200, "600"));
    for _ in 0..900 {
        last = call("203.0.113.7").await;
        if last.status == 429 {
            break;
        }
    }
    assert_eq!((last.status, last.code()), (429, "too_many_requests"));
    assert_eq!(call("203.0.113.8").await.status, 200, "others are heard");
    Ok(())
}
