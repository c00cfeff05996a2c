//! Which fields go together, and which do not.

use super::{order::Way, *};
use uuid::Uuid;

fn wallet() -> NewPurchase {
    NewPurchase {
        payment: Payment::Wallet,
        items: Vec::new(),
        price: Some(Money::from_centavos(1)),
        merchant_id: Some(UserId(Uuid::max())),
        consumer: None,
        receipt_number: None,
    }
}

fn external() -> NewPurchase {
    NewPurchase {
        payment: Payment::External,
        merchant_id: None,
        consumer: Some(SoughtConsumer {
            email: Some("ana@example.com".to_owned()),
            ..SoughtConsumer::default()
        }),
        receipt_number: Some(" NF-1 ".to_owned()),
        ..wallet()
    }
}

fn item(quantity: i32) -> NewItem {
    NewItem {
        product_id: ProductId(Uuid::max()),
        quantity,
    }
}

#[test]
fn each_way_has_its_fields() {
    assert!(wallet().check().is_ok());
    let order = external().check().expect("it is right");
    assert!(
        matches!(order.way, Way::External { receipt_number: Some(number), .. } if number == "NF-1")
    );
    for (new, field, reason) in [
        (
            NewPurchase {
                price: None,
                ..wallet()
            },
            "price",
            "required",
        ),
        (
            NewPurchase {
                price: Some(Money::ZERO),
                ..wallet()
            },
            "price",
            "out_of_range",
        ),
        (
            NewPurchase {
                price: Some(Money::from_centavos(10_000_000_01)),
                ..wallet()
            },
            "price",
            "out_of_range",
        ),
        (
            NewPurchase {
                items: vec![item(0)],
                price: None,
                merchant_id: None,
                ..wallet()
            },
            "items.quantity",
            "out_of_range",
        ),
        (
            NewPurchase {
                items: vec![item(1), item(2)],
                price: None,
                merchant_id: None,
                ..wallet()
            },
            "items",
            "duplicate",
        ),
        (
            NewPurchase {
                merchant_id: None,
                ..wallet()
            },
            "merchantId",
            "required",
        ),
    ] {
        let error = new.check().map(drop).expect_err(field);
        assert_eq!(error, Error::invalid(field, reason));
    }
}

#[test]
fn neither_way_has_the_others() {
    for (new, field, reason) in [
        (
            NewPurchase {
                merchant_id: wallet().merchant_id,
                ..external()
            },
            "merchantId",
            "not_allowed",
        ),
        (
            NewPurchase {
                consumer: external().consumer,
                ..wallet()
            },
            "consumer",
            "not_allowed",
        ),
        (
            NewPurchase {
                consumer: None,
                ..external()
            },
            "consumer",
            "required",
        ),
        (
            NewPurchase {
                consumer: Some(SoughtConsumer::default()),
                ..external()
            },
            "consumer",
            "exactly_one",
        ),
        (
            NewPurchase {
                receipt_number: Some("1".to_owned()),
                ..wallet()
            },
            "receiptNumber",
            "not_allowed",
        ),
        (
            NewPurchase {
                receipt_number: Some("a\nb".to_owned()),
                ..external()
            },
            "receiptNumber",
            "invalid",
        ),
    ] {
        let error = new.check().map(drop).expect_err(field);
        assert_eq!(error, Error::invalid(field, reason));
    }
}
