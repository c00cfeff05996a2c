//! The routes as an app uses them, and the key of the profile.

use super::*;
use crate::{
    kyc::{self, KycLimits},
    pix::{self, PixKey, PixKeyKind},
    testing::{Outcome, text},
    withdrawals,
};
use kernel::Document;

const WITHDRAWALS: &str = "/api/pix/withdrawals";

impl Desk {
    async fn withdraw(&self, key: &str, body: &Value) -> Reply {
        let call = Call::post(WITHDRAWALS)
            .bearer(&self.ana.token)
            .header("idempotency-key", key)
            .json(body);
        self.club.send(call).await
    }

    async fn set_key(&self, kind: &str, key: &str) -> Reply {
        let body = json!({ "type": kind, "key": key });
        self.send("PUT", "/api/profile/pix-key", &body).await
    }
}

#[tokio::test]
async fn a_withdrawal_is_quoted_asked_for_listed_and_read() -> Outcome {
    let desk = Desk::new(231_17).await;
    let quote = desk
        .get(&format!("{WITHDRAWALS}/quote?amount=100.39"))
        .await;
    assert_eq!(
        quote.body,
        json!({
            "amount": "100.39", "feePercent": "2.5", "fee": "2.50", "netAmount": "97.89", "available": "231.17",
            "minAmount": "50.00", "leftToday": null, "pixKey": { "type": "cpf", "key": quote.body["pixKey"]["key"] },
            "isAutomatic": false, "refusals": [],
        })
    );
    assert!(!text(&quote.body["pixKey"]["key"]).contains("111"));
    let asked = json!({ "amount": "100.39", "netAmount": "97.89" });
    let created = desk.withdraw("1", &asked).await;
    assert_eq!(created.status, 201, "{}", created.body);
    assert_eq!(created.body["status"], "requested");
    assert_eq!(created.body.get("handling"), None);
    assert_eq!(desk.withdraw("1", &asked).await.body, created.body);
    let other = desk.withdraw("1", &json!({ "amount": "100.39" })).await;
    assert_eq!(
        (other.status, other.code()),
        (422, "idempotency_key_reused")
    );
    let keyless = desk.send("POST", WITHDRAWALS, &asked).await;
    assert_eq!(
        (keyless.status, keyless.code()),
        (400, "idempotency_key_required")
    );

    let path = format!("{WITHDRAWALS}/{}", text(&created.body["id"]));
    assert_eq!(desk.get(&path).await.body, created.body);
    let list = desk
        .get(&format!("{WITHDRAWALS}?status=requested&limit=1"))
        .await;
    assert_eq!(
        list.body,
        json!({ "data": [created.body], "nextCursor": null })
    );
    let paid = desk.get(&format!("{WITHDRAWALS}?status=paid")).await;
    assert_eq!(paid.body["data"], json!([]));
    let bia = Member::new(&desk.club, "bia", "consumer", None).await;
    let theirs = desk.club.send(Call::get(&path).bearer(&bia.token)).await;
    assert_eq!((theirs.status, theirs.code()), (404, "not_found"));
    let none = desk
        .club
        .send(Call::get(WITHDRAWALS).bearer(&bia.token))
        .await;
    assert_eq!(none.body["data"], json!([]));
    let export = desk.get("/api/profile/export").await;
    assert_eq!(export.body["withdrawals"], json!([created.body]));
    assert_eq!(export.body["pixKey"]["key"], CPF);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn every_refusal_names_its_field() -> Outcome {
    let desk = Desk::new(100_00).await;
    for (number, (body, status, code, field)) in [
        (json!({ "amount": "49.99" }), 422, "below_minimum", "amount"),
        (
            json!({ "amount": "-50.00" }),
            422,
            "below_minimum",
            "amount",
        ),
        (
            json!({ "amount": "100.01" }),
            409,
            "insufficient_balance",
            "amount",
        ),
        (
            json!({ "amount": "60.00", "netAmount": "60.00" }),
            422,
            "validation_failed",
            "netAmount",
        ),
        (json!({ "amount": 60 }), 422, "validation_failed", "amount"),
        (
            json!({ "amount": "60.00", "key": "x" }),
            422,
            "validation_failed",
            "key",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let reply = desk.withdraw(&number.to_string(), &body).await;
        assert_eq!(
            (reply.status, reply.code()),
            (status, code),
            "{body}: {}",
            reply.body
        );
        assert!(
            reply.body["fields"][field].is_string(),
            "{body}: {}",
            reply.body
        );
    }
    let limits = KycLimits {
        level0: Some(Money::from_centavos(55_00)),
        ..KycLimits::default()
    };
    kyc::change_limits(&desk.manager(), limits).await?;
    let limited = desk
        .withdraw("limited", &json!({ "amount": "60.00" }))
        .await;
    assert_eq!((limited.status, limited.code()), (422, "above_daily_limit"));
    let quote = desk.get(&format!("{WITHDRAWALS}/quote?amount=60.00")).await;
    assert_eq!(
        (&quote.body["leftToday"], &quote.body["refusals"]),
        (&json!("55.00"), &json!(["above_daily_limit"]))
    );

    let bia = Member::new(&desk.club, "bia", "consumer", None).await;
    let keyless = Call::post(WITHDRAWALS)
        .bearer(&bia.token)
        .header("idempotency-key", "1")
        .json(&json!({ "amount": "50.00" }));
    let refused = desk.club.send(keyless).await;
    assert_eq!((refused.status, refused.code()), (422, "document_required"));
    assert_eq!(
        refused.body["fields"],
        json!({ "document": "document_required", "pixKey": "pix_key_required", "amount": "insufficient_balance" })
    );
    assert_eq!(desk.wallet().await, 100_00);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn a_key_has_to_be_ones_own() -> Outcome {
    let desk = Desk::new(100_00).await;
    let profile = desk.get("/api/profile").await.body;
    assert_eq!(
        (&profile["pixKey"]["type"], &profile["pixKey"]["verifiedBy"]),
        (&json!("cpf"), &json!("document"))
    );
    let own = |key: &str, kind, owner: &str| Script::Own {
        key: PixKey::parse(kind, key).expect("a key"),
        owner: Document::parse(owner).expect("a document"),
        name: "Ana".to_owned(),
    };
    let command = desk.club.ctx(Actor::Command);
    pix::play(&command, own("ana@example.com", PixKeyKind::Email, CPF)).await?;
    pix::play(
        &command,
        own("bia@example.com", PixKeyKind::Email, "52998224725"),
    )
    .await?;
    for (kind, key, field, reason) in [
        ("cpf", "529.982.247-25", "key", "not_yours"),
        ("cpf", "111.444.777-36", "key", "check_digits"),
        ("cnpj", "11.222.333/0001-81", "key", "not_yours"),
        ("email", "bia@example.com", "key", "not_yours"),
        ("email", "nobody@example.com", "key", "unknown"),
        ("phone", "11 3333-4444", "key", "not_mobile"),
        ("evp", "x", "type", "invalid"),
    ] {
        let reply = desk.set_key(kind, key).await;
        assert_eq!(
            (reply.status, &reply.body["fields"]),
            (422, &json!({ field: reason })),
            "{kind} {key}"
        );
    }
    let typeless = json!({ "key": "11144477735" });
    let typeless = desk.send("PUT", "/api/profile/pix-key", &typeless).await;
    assert_eq!(typeless.body["fields"], json!({ "type": "required" }));

    let email = desk.set_key("email", " ANA@example.com ").await;
    assert_eq!(email.status, 200, "{}", email.body);
    assert_eq!(
        (&email.body["key"], &email.body["verifiedBy"]),
        (&json!("ana@example.com"), &json!("lookup"))
    );
    assert_eq!(
        desk.set_key("email", "ana@example.com").await.body,
        email.body
    );
    // What was asked for goes where it was to go then.
    let asked = desk.request(60_00).await?;
    assert_eq!(asked.pix_key.key, "a***@example.com");
    let removed = Call::new("DELETE", "/api/profile/pix-key").bearer(&desk.ana.token);
    assert_eq!(desk.club.send(removed).await.status, 204);
    assert_eq!(desk.get("/api/profile").await.body["pixKey"], Value::Null);
    let keyless = desk.withdraw("2", &json!({ "amount": "60.00" })).await;
    assert_eq!((keyless.status, keyless.code()), (422, "pix_key_required"));
    let trail = sqlx::query!(
        r#"select action, concat(before::text, after::text) as "values!" from audit_log
           where action like 'pix_key.%' order by id"#
    )
    .fetch_all(desk.club.database())
    .await?;
    let actions: Vec<_> = trail.iter().map(|row| row.action.as_str()).collect();
    assert_eq!(actions, ["pix_key.set", "pix_key.set", "pix_key.remove"]);
    for row in trail {
        assert!(
            !row.values.contains("ana@") && !row.values.contains(CPF),
            "{}",
            row.values
        );
    }
    let told = sqlx::query_scalar!(
        r#"select count(*) as "count!" from outbox where kind = 'pix_key_changed'"#
    )
    .fetch_one(desk.club.database())
    .await?;
    assert_eq!(told, 3);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn the_clubs_own_provider_pays() -> Outcome {
    let desk = Desk::new(100_00).await;
    let command = desk.club.ctx(Actor::Command);
    let opening = Money::from_centavos(100_00);
    pix::play(&command, Script::PayKey(opening)).await?;
    let id = desk.approved(100_00).await?;
    let job = desk.job();
    assert!(withdrawals::is_waiting(&job).await?);
    assert_eq!(withdrawals::send_approved(&job).await?, 1);
    assert!(!withdrawals::is_waiting(&job).await?);
    withdrawals::refresh(&job, &PayoutId::from(id.0)).await?;
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Paid);
    let book = pix::book(&command).await?;
    assert_eq!(book.times_paid(&PayoutId::from(id.0)), 1);
    assert_eq!(desk.balance(Account::Clearing).await, -2_50);
    assert_eq!(book.balance(), Money::from_centavos(2_50));
    Ok(())
}

#[tokio::test]
async fn the_receipt_names_the_payment_once_the_bank_has() -> Outcome {
    let desk = Desk::new(100_00).await;
    let id = desk.sent(60_00, Script::Payouts(Manner::Settle)).await?;
    let receipt = async || {
        let asked = transaction_id(id.0, "request");
        let path = format!("/api/wallet/statement/{asked}/receipt");
        let receipt = desk.get(&path).await;
        assert_eq!(receipt.status, 200, "{}", receipt.body);
        receipt.body["reference"].clone()
    };
    assert_eq!(receipt().await, Value::Null, "it is on its way");
    desk.deliver().await?;
    let paid = desk.read(id).await?.end_to_end_id.expect("it arrived");
    assert_eq!(receipt().await, json!(paid));
    Ok(())
}

#[tokio::test]
async fn a_demonstration_has_withdrawals_in_every_state_that_needs_no_shop() -> Outcome {
    let desk = Desk::new(600_00).await;
    let command = desk.club.ctx(Actor::Command);
    pix::play(&command, Script::PayKey(Money::from_centavos(5_000_00))).await?;
    for (name, cpf) in [("bia", "52998224725"), ("caio", "12345678909")] {
        let member = Member::new(&desk.club, name, "consumer", None).await;
        let call = Call::new("PATCH", "/api/profile")
            .bearer(&member.token)
            .json(&json!({ "cpf": cpf }));
        assert_eq!(desk.club.send(call).await.status, 200);
        desk.deposit(member.id, 600_00).await;
    }
    let made = crate::seed::money(&command).await?.withdrawals;
    assert_eq!(made, 12);
    assert_eq!(crate::seed::money(&command).await?.withdrawals, 0);
    let states = sqlx::query_scalar!("select distinct status from withdrawals order by status")
        .fetch_all(desk.club.database())
        .await?;
    // What is approved and waits for money needs somebody who sells: the demonstration's own test has them.
    assert_eq!(states.len(), 5, "{states:?}");
    let mut conn = command.conn().await?;
    ledger::fold(&mut conn).await?;
    assert_eq!(ledger::audit(&mut conn).await?, []);
    assert_eq!(pix::book(&command).await?.check(), Ok(()));
    Ok(())
}
