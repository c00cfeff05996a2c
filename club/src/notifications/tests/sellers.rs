//! What is said to who sells, and to who brought somebody.

use super::*;
use crate::notifications::rules::{self, Whom};
use kernel::Locale;

const ANA: UserId = UserId(Uuid::from_u128(1));
const BIA: UserId = UserId(Uuid::from_u128(2));
const SHOP: UserId = UserId(Uuid::from_u128(3));

const SOLD: &str = "purchase_recorded";
const BACK: &str = "purchase_refunded";

/// The shop sold something to Ana.
fn sale(payment: &str, pool: &str) -> Value {
    json!({
        "userId": ANA, "purchaseId": Uuid::from_u128(7), "merchantId": SHOP, "payment": payment, "price": "10.00",
        "pool": pool,
        "shares": { "consumer": "0.00", "club": pool, "consumerReferrer": "0.00", "merchantReferrer": "0.00" },
    })
}

/// It came back, and Bia, who brought both, owes so much of it.
fn refund(change: &str, is_by_club: bool, debt: &str) -> Value {
    json!({
        "userId": ANA, "purchaseId": Uuid::from_u128(7), "merchantId": SHOP, "amount": "10.00",
        "merchantChange": change, "isByClub": is_by_club, "consumerReferrerId": BIA, "merchantReferrerId": BIA,
        "takenBack": { "consumer": "0.00", "club": "0.00", "consumerReferrer": "0.13", "merchantReferrer": "0.12" },
        "debts": { "consumer": "0.00", "club": "0.00", "consumerReferrer": debt, "merchantReferrer": "0.00" },
    })
}

/// What somebody is told of it in English; in Portuguese it is something else.
fn told(user: UserId, kind: &str, payload: &Value) -> Vec<String> {
    let told = rules::news(kind, payload);
    let told = told.iter().filter(|told| told.to == Whom::User(user));
    let told = told.map(|told| {
        let [en, pt] = [Locale::En, Locale::PtBr].map(|locale| told.news.text(locale, "Clube"));
        assert_ne!((&en.title, &en.body), (&pt.title, &pt.body));
        assert!(pt.body.ends_with('.'), "{}", pt.body);
        en.body
    });
    told.collect()
}

#[test]
fn who_sells_hears_what_reaches_and_leaves_their_wallet() {
    for (kind, payload, body) in [
        (
            SOLD,
            sale("wallet", "1.00"),
            Some(
                "R$10.00 was paid from a wallet of the club; R$9.00 is in yours, after the cashback.",
            ),
        ),
        (
            SOLD,
            sale("wallet", "0.00"),
            Some("R$10.00 was paid from a wallet of the club and is in yours."),
        ),
        (SOLD, sale("external", "1.00"), None),
        (
            BACK,
            refund("-9.00", false, "0.00"),
            Some("R$10.00 of a sale of yours was refunded; R$9.00 left your wallet."),
        ),
        (
            BACK,
            refund("-9.00", true, "0.00"),
            Some("The club refunded R$10.00 of a sale of yours; R$9.00 left your wallet."),
        ),
        (
            BACK,
            refund("1.00", true, "0.00"),
            Some(
                "The club refunded R$10.00 of a sale of yours; R$1.00 of cashback is back in your wallet.",
            ),
        ),
        (BACK, refund("1.00", false, "0.00"), None),
    ] {
        assert_eq!(
            told(SHOP, kind, &payload),
            Vec::from_iter(body),
            "{payload}"
        );
    }
}

#[test]
fn who_brought_somebody_hears_once_what_is_taken_back_and_owed() {
    let taken = "A purchase that had brought you cashback was refunded; the cashback of that part, R$0.25, was taken back.";
    assert_eq!(told(BIA, BACK, &refund("1.00", false, "0.00")), [taken]);
    let owed = format!(
        "{taken} R$0.05 of it had been spent and is now owed to the club; your next cashback pays it first."
    );
    assert_eq!(told(BIA, BACK, &refund("1.00", false, "0.05")), [owed]);
}
