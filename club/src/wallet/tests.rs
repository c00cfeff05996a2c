//! The wallet as an app reads it.

use crate::{
    purchases::tests::{Market, Member},
    testing::{Call, Outcome, text},
};
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn balances_statement_and_csv_tell_the_same() -> Outcome {
    let market = Market::new().await;
    let consumer = &market.consumer;
    let get = |path: &'static str| market.club.send(Call::get(path).bearer(&consumer.token));
    let empty = get("/api/wallet").await;
    assert_eq!(
        empty.body,
        json!({ "available": "0.00", "pending": "0.00", "blocked": "0.00", "debt": "0.00", "credit": "0.00" })
    );
    for centavos in [1_000, 250, 50] {
        market.deposit(consumer.id, centavos).await;
    }
    let purchase = market
        .club
        .send(
            Call::post("/api/purchases")
                .bearer(&consumer.token)
                .header("idempotency-key", "1")
                .json(&json!({ "payment": "wallet", "merchantId": market.merchant.id, "price": "10.00" })),
        )
        .await;
    assert_eq!(purchase.status, 201, "{}", purchase.body);
    assert_eq!(get("/api/wallet").await.body["available"], "3.50");

    let page = get("/api/wallet/statement?limit=2").await.body;
    let lines = page["data"].as_array().expect("a list");
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                text(&line["kind"]),
                text(&line["amount"]),
                text(&line["balance"]),
            )
        })
        .collect();
    assert_eq!(
        told,
        [("cashback", "0.50", "3.50"), ("purchase", "-10.00", "3.00")]
    );
    assert_eq!(lines[0]["subjectId"], purchase.body["id"]);
    assert_eq!(page["nextCursor"], 4);
    let rest = get("/api/wallet/statement?limit=2&cursor=4").await.body;
    assert_eq!(rest["data"][0]["balance"], "13.00");

    let some = get("/api/wallet/statement?kinds=purchase,refund")
        .await
        .body;
    assert_eq!(some["data"].as_array().map(Vec::len), Some(1));
    let later = get("/api/wallet/statement?from=2026-06-01T12:00:01Z")
        .await
        .body;
    assert_eq!(later, json!({ "data": [], "nextCursor": null }));
    let pending = get("/api/wallet/statement?account=pending").await.body;
    assert_eq!(pending["data"], json!([]));
    for (query, field) in [
        ("/api/wallet/statement?kinds=theft", "kinds"),
        ("/api/wallet/statement?limit=0", "limit"),
    ] {
        let refused = get(query).await;
        assert!(refused.body["fields"][field].is_string(), "{query}");
    }

    let csv = get("/api/wallet/statement.csv?kinds=cashback").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<_> = text(&csv.body).lines().collect();
    assert_eq!(
        lines[0],
        "happenedAt,kind,amount,balance,subjectId,transactionId,counterparty,reference"
    );
    assert!(lines[1].starts_with("2026-06-01T12:00:00Z,cashback,0.50,3.50,"));
    assert_eq!(lines.len(), 2);
    market.audit().await;
    Ok(())
}

/// The kind, the other side and the reference of each of somebody's lines, the newest first.
async fn told(market: &Market, member: &Member) -> Vec<Value> {
    let call = Call::get("/api/wallet/statement").bearer(&member.token);
    let page = market.club.send(call).await.body;
    let lines = page["data"].as_array().expect("a list").iter();
    lines
        .map(|line| json!([line["kind"], line["counterparty"], line["reference"]]))
        .collect()
}

#[tokio::test]
async fn a_line_says_who_was_on_the_other_side_and_how_they_know_it() -> Outcome {
    let market = Market::new().await;
    let (ana, loja, bia) = (
        &market.consumer,
        &market.merchant,
        &market.consumer_referrer,
    );
    // A name that a spreadsheet would take for a formula.
    sqlx::query("update users set first_name = '=Loja', last_name = 'Boa' where id = $1")
        .bind(loja.id)
        .execute(market.club.database())
        .await?;
    market.deposit(ana.id, 1_000).await;
    let deposit: Uuid = sqlx::query_scalar("select subject_id from ledger_transactions")
        .fetch_one(market.club.database())
        .await?;
    let buy = |member: &Member, key: &str, body: Value| {
        let call = Call::post("/api/purchases").bearer(&member.token);
        let call = call.header("idempotency-key", key).json(&body);
        market.club.send(call)
    };
    let from_wallet = json!({ "payment": "wallet", "merchantId": loja.id, "price": "10.00" });
    assert_eq!(buy(ana, "1", from_wallet).await.status, 201);
    let outside = json!({
        "payment": "external", "consumer": { "referralId": ana.referral_id }, "price": "10.00", "receiptNumber": "NF-7",
    });
    assert_eq!(buy(loja, "2", outside).await.status, 201);

    assert_eq!(
        told(&market, ana).await,
        [
            json!(["cashback", "=Loja Boa", "NF-7"]),
            json!(["cashback", "=Loja Boa", null]),
            json!(["purchase", "=Loja Boa", null]),
            json!(["deposit", null, null]),
        ]
    );
    assert_eq!(
        told(&market, loja).await,
        [
            json!(["cashback", "Ana S.", "NF-7"]),
            json!(["purchase", "Ana S.", null]),
        ]
    );
    let nothing = [
        json!(["cashback", null, null]),
        json!(["cashback", null, null]),
    ];
    assert_eq!(told(&market, bia).await, nothing, "it is not hers");

    let paid = "E00000000202606011200abcdefghijk";
    sqlx::query(
        "insert into received_pix (id, end_to_end_id, provider, user_id, amount, status, received_at, recorded_at)
         values ($1, $2, 'sandbox', $3, 1000, 'assigned', now(), now())",
    )
    .bind(deposit)
    .bind(paid)
    .bind(ana.id)
    .execute(market.club.database())
    .await?;
    assert_eq!(told(&market, ana).await[3][2], paid);
    let csv = Call::get("/api/wallet/statement.csv").bearer(&ana.token);
    let csv = market.club.send(csv).await;
    let lines: Vec<_> = text(&csv.body).lines().collect();
    assert!(lines[1].ends_with(",'=Loja Boa,NF-7"), "{}", lines[1]);
    assert!(lines[4].ends_with(&format!(",,{paid}")), "{}", lines[4]);
    Ok(())
}

#[tokio::test]
async fn a_file_is_whole_however_long() -> Outcome {
    let market = Market::new().await;
    let consumer = &market.consumer;
    for _ in 0..125 {
        market.deposit(consumer.id, 1).await;
    }
    let lines_of = async |query: &str| {
        let path = format!("/api/wallet/statement.csv{query}");
        let csv = market
            .club
            .send(Call::get(&path).bearer(&consumer.token))
            .await;
        let lines: Vec<_> = text(&csv.body).lines().skip(1).map(str::to_owned).collect();
        lines
    };
    let all = lines_of("").await;
    let distinct: std::collections::BTreeSet<_> = all.iter().collect();
    assert_eq!((all.len(), distinct.len()), (125, 125));
    assert_eq!(lines_of("?cursor=3").await, all[123..]);
    Ok(())
}
