//! What is said about each event, in both languages.

use super::*;
use crate::notifications::{rules, texts::Text};
use kernel::Locale;

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of events, one entry each")]
async fn every_event_has_its_words_in_the_users_language() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ana = join(&club, "ana@example.com").await;
    let thing = Uuid::from_u128(5);
    let device = json!({ "platform": "ios", "pushToken": "one", "locale": "en" });
    assert_eq!(register(&club, &ana, &device).await.status, 201);
    for (event, payload, kind, body) in [
        (
            "cashback_released",
            json!({ "purchaseId": thing, "amount": "1234.50" }),
            "cashback_released",
            "R$1,234.50 of cashback can be spent now.",
        ),
        (
            "purchase_refunded",
            json!({ "purchaseId": thing, "amount": "10.00", "takenBack":
            { "consumer": "0.50", "club": "0.25", "consumerReferrer": "0.13", "merchantReferrer": "0.12" } }),
            "purchase_refunded",
            "R$10.00 of your purchase was refunded; the cashback of that part, R$0.50, was taken back.",
        ),
        (
            "purchase_refunded",
            json!({ "purchaseId": thing, "amount": "10.00",
            "takenBack": { "consumer": "0.50", "club": "0.25", "consumerReferrer": "0.13", "merchantReferrer": "0.12" },
            "debts": { "consumer": "0.20", "club": "0.00", "consumerReferrer": "0.13", "merchantReferrer": "0.00" } }),
            "purchase_refunded",
            "R$10.00 of your purchase was refunded; the cashback of that part, R$0.50, was taken back. R$0.20 of it had \
             been spent and is now owed to the club; your next cashback pays it first.",
        ),
        (
            "deposit_paid",
            json!({ "depositId": thing, "amount": "80.00" }),
            "deposit_paid",
            "R$80.00 arrived by Pix and is in your wallet.",
        ),
        (
            "deposit_returned",
            json!({ "depositId": thing, "amount": "80.00", "debt": "0.00" }),
            "deposit_returned",
            "R$80.00 of a deposit of yours went back to who had paid it, as their bank asked.",
        ),
        (
            "deposit_returned",
            json!({ "depositId": thing, "amount": "80.00", "debt": "30.00" }),
            "deposit_returned",
            "R$80.00 of a deposit of yours went back to who had paid it, as their bank asked. R$30.00 of it had been spent \
             and is now owed to the club.",
        ),
        (
            "withdrawal_requested",
            json!({ "withdrawalId": thing, "amount": "50.00" }),
            "withdrawal_requested",
            "We received your request to withdraw R$50.00.",
        ),
        (
            "withdrawal_approved",
            json!({ "withdrawalId": thing, "amount": "50.00", "netAmount": "48.75" }),
            "withdrawal_approved",
            "Your withdrawal was approved: R$48.75 will be sent by Pix.",
        ),
        (
            "withdrawal_rejected",
            json!({ "withdrawalId": thing, "amount": "50.00", "reason": "Not your key." }),
            "withdrawal_rejected",
            "Your withdrawal was refused and R$50.00 is back in your wallet. Reason: Not your key.",
        ),
        (
            "withdrawal_paid",
            json!({ "withdrawalId": thing, "amount": "50.00", "netAmount": "48.75" }),
            "withdrawal_paid",
            "We sent R$48.75 by Pix to your key.",
        ),
        (
            "withdrawal_failed",
            json!({ "withdrawalId": thing, "amount": "50.00" }),
            "withdrawal_failed",
            "The Pix could not be completed and R$50.00 is back in your wallet.",
        ),
        (
            "withdrawal_returned",
            json!({ "withdrawalId": thing, "amount": "20.00" }),
            "withdrawal_returned",
            "The bank that received your withdrawal sent R$20.00 back; it is in your wallet again.",
        ),
        (
            "wallet_blocked",
            json!({ "walletBlockId": thing, "amount": "40.00" }),
            "wallet_blocked",
            "R$40.00 of your wallet is blocked and can be neither spent nor withdrawn. Ask the club to know more.",
        ),
        (
            "wallet_unblocked",
            json!({ "walletBlockId": thing, "amount": "40.00", "debtPaid": "0.00" }),
            "wallet_unblocked",
            "R$40.00 of your wallet is no longer blocked and can be used.",
        ),
        (
            "wallet_unblocked",
            json!({ "walletBlockId": thing, "amount": "40.00", "debtPaid": "15.00" }),
            "wallet_unblocked",
            "R$40.00 of your wallet is no longer blocked; R$15.00 of it paid what you owed the club.",
        ),
        (
            "debt_forgiven",
            json!({ "amount": "1.00", "debt": "2.75" }),
            "debt_forgiven",
            "The club forgave R$1.00 of what you owe it. R$2.75 is left; your next cashback pays it first.",
        ),
        (
            "debt_forgiven",
            json!({ "amount": "2.75", "debt": "0.00" }),
            "debt_forgiven",
            "The club forgave the R$2.75 that you owed it. You owe nothing more.",
        ),
        (
            "pix_key_changed",
            json!({ "isRemoved": false }),
            "pix_key_changed",
            "Your withdrawals now go to another Pix key. If it was not you, change your password and tell the club.",
        ),
        (
            "pix_key_changed",
            json!({ "isRemoved": true }),
            "pix_key_changed",
            "Your Pix key was removed. If it was not you, change your password and tell the club.",
        ),
        (
            "document_accepted",
            json!({ "documentId": thing, "kind": "privacy" }),
            "document_accepted",
            "We recorded what you accepted: privacy policy.",
        ),
        (
            "user_document_submitted",
            json!({ "userDocumentId": thing, "kind": "selfie" }),
            "user_document_submitted",
            "We received the document you sent. You will hear from us once the club has reviewed it.",
        ),
        (
            "user_document_reviewed",
            json!({ "userDocumentId": thing, "status": "approved" }),
            "user_document_approved",
            "The document you sent was approved.",
        ),
        (
            "user_document_reviewed",
            json!({ "userDocumentId": thing, "status": "refused", "reason": "Blurred." }),
            "user_document_refused",
            "The document you sent was refused; please send another. Reason: Blurred.",
        ),
        (
            "user_documents_outdated",
            json!({}),
            "user_documents_outdated",
            "Your approved documents were compared with another name or tax number of your account; please send them again.",
        ),
    ] {
        let mut payload = payload;
        payload["userId"] = ana.id.clone();
        happen(&club, event, payload).await?;
        assert_eq!(
            latest(&club, &ana).await,
            (kind.into(), body.into()),
            "{event}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_new_legal_text_is_told_to_everybody_who_is_there() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let (ana, bia) = (
        join(&club, "ana@example.com").await,
        join(&club, "bia@example.com").await,
    );
    let device = json!({ "platform": "ios", "pushToken": "one", "locale": "en" });
    assert_eq!(register(&club, &bia, &device).await.status, 201);
    let gone = join(&club, "caio@example.com").await;
    let leave = Call::new("DELETE", "/api/profile").bearer(&gone.token);
    let password = json!({ "password": text(&newcomer("")["password"]) });
    assert_eq!(club.send(leave.json(&password)).await.status, 204);

    let thing = Uuid::from_u128(5);
    let published = json!({ "documentId": thing, "kind": "terms", "version": 2 });
    happen(&club, "document_published", published).await?;
    let name = &club.tenant.branding.app_name;
    for (member, words) in [
        (
            &ana,
            format!(
                "O {name} publicou uma nova versão: termos de uso. Leia e aceite no aplicativo."
            ),
        ),
        (
            &bia,
            format!("{name} published a new version: terms of use. Read and accept it in the app."),
        ),
    ] {
        assert_eq!(
            latest(&club, member).await,
            ("document_published".to_owned(), words)
        );
    }
    let told: i64 = sqlx::query_scalar("select count(*) from notifications where subject_id = $1")
        .bind(thing)
        .fetch_one(club.database())
        .await?;
    assert_eq!(told, 2);
    Ok(())
}

#[test]
fn both_languages_say_something_about_all_news() {
    let user = json!("00000000-0000-0000-0000-000000000001");
    for kind in [
        "user_registered",
        "cashback_released",
        "purchase_refunded",
        "deposit_paid",
        "deposit_returned",
        "withdrawal_requested",
        "withdrawal_approved",
        "withdrawal_rejected",
        "withdrawal_paid",
        "withdrawal_failed",
        "withdrawal_returned",
        "wallet_blocked",
        "wallet_unblocked",
        "debt_forgiven",
        "pix_key_changed",
        "user_document_submitted",
        "user_document_reviewed",
        "user_documents_outdated",
        "document_published",
        "document_accepted",
    ] {
        let payload = json!({
            "userId": user, "amount": "1.00", "status": "refused", "reason": "x", "kind": "terms",
        });
        let told = rules::news(kind, &payload);
        assert_eq!(told.len(), 1, "{kind}");
        let [pt, en] = [Locale::PtBr, Locale::En].map(|locale| told[0].news.text(locale, "Clube"));
        for Text { title, body } in [&pt, &en] {
            assert!(
                !title.is_empty() && body.ends_with(['.', 'x']),
                "{kind}: {body}"
            );
        }
        assert_ne!(pt, en, "{kind}");
    }
}

#[test]
fn what_cannot_be_read_is_no_news() {
    let user = json!("00000000-0000-0000-0000-000000000001");
    for (kind, payload) in [
        ("something_new", json!({ "userId": user, "amount": "1.00" })),
        ("deposit_paid", json!({ "userId": user })),
        ("deposit_paid", json!({ "userId": user, "amount": 1.5 })),
        ("deposit_paid", json!({ "amount": "1.00" })),
        ("purchase_recorded", json!({ "userId": user })),
        ("purchase_recorded", json!([])),
        ("user_document_reviewed", json!(null)),
    ] {
        assert_eq!(rules::news(kind, &payload), [], "{kind} {payload}");
    }
}
