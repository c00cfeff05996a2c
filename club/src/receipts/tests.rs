//! Receipts as an app gets them and as anybody checks them.

use super::{page, sheet::Sheet};
use crate::{
    ledger::{self, StatementFilter, StatementRequest},
    purchases::tests::{Market, Member},
    testing::{
        Call, Outcome, Reply,
        qr::{between, read_modules},
        text,
    },
    wallet::WalletAccount,
};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::UserId;
use serde_json::{Value, json};

impl Market {
    /// Buys for this price out of the consumer's wallet.
    async fn buy(&self, price: &str) -> Value {
        let body = json!({ "payment": "wallet", "merchantId": self.merchant.id, "price": price });
        let call = Call::post("/api/purchases")
            .bearer(&self.consumer.token)
            .header("idempotency-key", price);
        let reply = self.club.send(call.json(&body)).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        reply.body
    }

    async fn receipt(&self, of: &Member, transaction: &str, kind: &str) -> Reply {
        let path = format!("/api/wallet/statement/{transaction}/receipt{kind}");
        self.club.send(Call::get(&path).bearer(&of.token)).await
    }

    async fn pdf(&self, of: &Member, transaction: &str) -> Vec<u8> {
        let page = self.receipt(of, transaction, ".pdf").await;
        assert_eq!(page.status, 200, "{}", page.body);
        page.bytes.to_vec()
    }

    /// The ids of somebody's transactions, the newest first.
    async fn transactions(&self, of: UserId) -> Vec<String> {
        let ctx = self.club.ctx(tenancy::Actor::User(of));
        let mut conn = ctx.conn().await.expect("a connection");
        let account = WalletAccount::Available.of(of);
        let (filter, page) = (StatementFilter::default(), StatementRequest::default());
        let page = ledger::statement(&mut conn, account, &filter, page)
            .await
            .expect("a statement");
        page.data
            .iter()
            .map(|entry| entry.transaction_id.to_string())
            .collect()
    }
}

/// What anybody does who was given a receipt, with nothing of ours but these three texts.
fn is_genuine(text: &str, signature: &str, public_key: &str) -> bool {
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    UnparsedPublicKey::new(&ED25519, decoded(public_key))
        .verify(text.as_bytes(), &decoded(signature))
        .is_ok()
}

#[tokio::test]
async fn anybody_can_check_a_receipt() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 13_00).await;
    let purchase = market.buy("10.00").await;
    let [_, sale, _] = &market.transactions(market.consumer.id).await[..] else {
        panic!("a deposit, a price and cashback");
    };
    let receipt = market.receipt(&market.consumer, sale, "").await;
    assert_eq!(receipt.status, 200, "{}", receipt.body);
    let receipt = receipt.body;
    let told = text(&receipt["text"]);
    let tenant = &market.club.tenant;
    assert_eq!(
        told.lines().collect::<Vec<_>>(),
        [
            "clube-digital-receipt/2",
            &format!("club: {}", tenant.slug),
            &format!("companyName: {}", tenant.company_name),
            &format!("companyDocument: {}", tenant.document),
            &format!("transactionId: {sale}"),
            "kind: purchase",
            &format!("subjectId: {}", text(&purchase["id"])),
            "happenedAt: 2026-06-01T12:00:00Z",
            "currency: BRL",
            "available: -10.00",
            "cashback available: 0.50",
            "counterparty: Ana Souza",
            &format!("userId: {}", market.consumer.id),
            "userName: Ana Souza",
        ]
    );
    for (field, value) in [
        ("kind", json!("purchase")),
        ("currency", json!("BRL")),
        (
            "movements",
            json!([
                { "account": "available", "kind": "purchase", "amount": "-10.00" },
                { "account": "available", "kind": "cashback", "amount": "0.50" },
            ]),
        ),
        ("happenedAt", json!("2026-06-01T12:00:00Z")),
        ("reference", Value::Null),
    ] {
        assert_eq!(receipt[field], value, "{field}");
    }

    let me = Call::get("/api/users/me").bearer(&market.consumer.token);
    assert_eq!(
        market.club.send(me).await.body["publicKey"],
        receipt["publicKey"]
    );
    let (signature, key) = (text(&receipt["signature"]), text(&receipt["publicKey"]));
    assert!(is_genuine(told, signature, key));
    let dearer = told.replace("-10.00", "-1.00");
    assert!(!is_genuine(&dearer, signature, key), "another amount");
    let other = market.receipt(&market.merchant, sale, "").await.body;
    assert!(
        !is_genuine(told, signature, text(&other["publicKey"])),
        "another's key"
    );
    assert!(
        !is_genuine(told, text(&other["signature"]), key),
        "another's signature"
    );
    let again = market.receipt(&market.consumer, sale, "").await.body;
    assert_eq!(again, receipt, "the same whenever it is asked for");
    Ok(())
}

#[tokio::test]
async fn each_side_has_its_own_receipt_and_nobody_elses() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 13_00).await;
    market.buy("10.00").await;
    let ids = market.transactions(market.consumer.id).await;
    let [cashback, sale, deposit] = &ids[..] else {
        panic!("a deposit, a price and cashback");
    };
    assert_eq!(cashback, sale, "two lines of one transaction");
    for (who, transaction, kind, amount, other) in [
        (
            &market.consumer,
            sale,
            "purchase",
            "-10.00",
            json!("Ana Souza"),
        ),
        (&market.merchant, sale, "purchase", "9.00", json!("Ana S.")),
        // Who only brought one of them is not told who bought what.
        (
            &market.consumer_referrer,
            sale,
            "cashback",
            "0.13",
            Value::Null,
        ),
        (&market.consumer, deposit, "deposit", "13.00", Value::Null),
    ] {
        let receipt = market.receipt(who, transaction, "").await;
        assert_eq!(receipt.status, 200, "{}", receipt.body);
        assert_eq!(receipt.body["kind"], kind);
        assert_eq!(receipt.body["movements"][0]["amount"], amount);
        assert_eq!(receipt.body["counterparty"], other);
        assert_eq!(receipt.body["userId"], who.id.to_string());
    }
    let unknown = market.consumer.id.to_string();
    for (who, transaction) in [(&market.merchant, deposit), (&market.consumer, &unknown)] {
        for kind in ["", ".pdf"] {
            let refused = market.receipt(who, transaction, kind).await;
            assert_eq!((refused.status, refused.code()), (404, "not_found"));
        }
    }
    let refused = market.receipt(&market.consumer, "yesterday", ".pdf").await;
    assert_eq!(
        (refused.status, &refused.body["fields"]["transactionId"]),
        (422, &json!("invalid"))
    );
    Ok(())
}

#[tokio::test]
async fn the_page_says_the_same_in_the_users_language() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 1_234_56).await;
    let transactions = market.transactions(market.consumer.id).await;
    let page = market.pdf(&market.consumer, &transactions[0]).await;
    assert_well_formed(&page);
    for line in [
        "Comprovante",
        "Depósito por Pix",
        "R$\u{a0}1.234,56",
        "Ana Souza",
        "01/06/2026 09:00:00 (America/Sao_Paulo)",
        &transactions[0],
    ] {
        assert!(shows(&page, line), "{line} is not on the page");
    }
    let receipt = market.receipt(&market.consumer, &transactions[0], "").await;
    for key in ["signature", "publicKey"] {
        let lines = page::key_lines(&Sheet::new()?, text(&receipt.body[key]));
        for line in lines {
            assert!(shows(&page, &line), "{key} is not on the page");
        }
    }
    assert!(!shows(&page, "Receipt"));
    let again = market.pdf(&market.consumer, &transactions[0]).await;
    assert_eq!(again, page, "the same bytes whenever it is asked for");

    let reply = market
        .receipt(&market.consumer, &transactions[0], ".pdf")
        .await;
    assert_eq!(reply.header("content-type"), "application/pdf");
    assert!(
        reply
            .header("content-disposition")
            .starts_with("attachment")
    );
    let path = format!("/api/wallet/statement/{}/receipt.pdf", transactions[0]);
    let known = Call::get(&path)
        .bearer(&market.consumer.token)
        .header("if-none-match", reply.header("etag"));
    let known = market.club.send(known).await;
    assert_eq!((known.status, known.body), (304, Value::Null));

    let english = Call::new("PATCH", "/api/profile").bearer(&market.consumer.token);
    let english = english.json(&json!({ "locale": "en" }));
    assert_eq!(market.club.send(english).await.status, 200);
    let page = market.pdf(&market.consumer, &transactions[0]).await;
    for line in ["Receipt", "Deposit by Pix", "R$1,234.56"] {
        assert!(shows(&page, line), "{line} is not on the page");
    }
    Ok(())
}

#[tokio::test]
async fn the_code_on_the_page_is_all_that_is_needed_to_check_it() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 13_00).await;
    market.buy("10.00").await;
    for transaction in market.transactions(market.consumer.id).await {
        let receipt = market
            .receipt(&market.consumer, &transaction, "")
            .await
            .body;
        let read = code(&market.pdf(&market.consumer, &transaction).await);
        let (rest, key) = read.rsplit_once("\npublicKey: ").expect("a key");
        let (told, signature) = rest.rsplit_once("\nsignature: ").expect("a signature");
        assert_eq!(told, text(&receipt["text"]));
        assert!(is_genuine(told, signature, key), "{read}");
    }
    Ok(())
}

/// What a telephone reads off the page: the only picture in the file, of one bit a module.
fn code(page: &[u8]) -> String {
    let start = place(page, b"/Subtype /Image").expect("a picture");
    let begin = start + place(&page[start..], b"stream\n").expect("its bits") + 7;
    let side = String::from_utf8_lossy(&page[start..begin]).into_owned();
    let side: usize = between(&side, "/Width ", "\n")
        .trim()
        .parse()
        .expect("a number");
    let rows = page[begin..].chunks(side.div_ceil(8)).take(side);
    let square: Vec<Vec<u8>> = rows
        .map(|row| {
            let is_white = |x: &usize| row[x / 8] & (0x80 >> (x % 8)) != 0;
            (0..side)
                .map(|x| u8::from(is_white(&x)) * u8::MAX)
                .collect()
        })
        .collect();
    read_modules(&square)
}

/// Whether a line of this text stands on the page, in one of its two fonts.
fn shows(page: &[u8], line: &str) -> bool {
    super::sheet::written(line)
        .iter()
        .any(|written| place(page, written).is_some())
}

fn place(page: &[u8], part: &[u8]) -> Option<usize> {
    page.windows(part.len()).position(|window| window == part)
}

/// What a reader of PDFs does first: the last lines say where the table of objects is, and the table where each object
/// begins.
fn assert_well_formed(page: &[u8]) {
    assert!(page.starts_with(b"%PDF-1.7\n"));
    let end = page.trim_ascii_end();
    let tail = String::from_utf8_lossy(&end[end.len() - 40..]).into_owned();
    let (_, start) = tail.split_once("startxref\n").expect("the last lines");
    let start: usize = start
        .strip_suffix("\n%%EOF")
        .and_then(|start| start.parse().ok())
        .expect("a place");
    let table = String::from_utf8_lossy(&page[start..]).into_owned();
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("xref"));
    let count = lines.next().and_then(|line| line.strip_prefix("0 "));
    let count: usize = count.and_then(|count| count.parse().ok()).expect("a count");
    for (number, line) in lines.skip(1).take(count - 1).enumerate() {
        let offset: usize = line[..10].parse().expect("a place");
        let object = format!("{} 0 obj", number + 1);
        assert!(page[offset..].starts_with(object.as_bytes()), "{object}");
    }
    assert!(table.contains("/Root 1 0 R") && table.contains("/Info"));
}
