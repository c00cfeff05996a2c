//! What is asked for, and the same once every field was checked.

use super::Payment;
use kernel::{Error, Money, ProductId, Result, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use utoipa::ToSchema;

/// The highest price: far below what an amount can represent, so that no sum of a purchase's amounts leaves it.
const HIGHEST_PRICE: Money = Money::from_centavos(10_000_000_00);
const MOST_ITEMS: usize = 100;
const MOST_OF_ONE: i32 = 1000;
const RECEIPT_LENGTH: usize = 100;
const REASON_LENGTH: usize = 500;

/// A purchase to be made.
///
/// `wallet`: the acting consumer pays, either `items` or a `price` to a merchant. `external`: the acting merchant
/// registers a sale that was paid outside, of `items` or of a `price`, to the `consumer`.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "payment": "external", "consumer": { "cpf": "111.444.777-35" }, "price": "120.00", "receiptNumber": "NF-1042",
}))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewPurchase {
    /// How it is paid.
    pub payment: Payment,
    /// What is bought, all from one merchant. A sale without products has a `price` instead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<NewItem>,
    /// What a sale without products costs. Beside `items` it is the total that the buyer was shown: when the products
    /// cost something else by now, the purchase is refused (`price` `changed`).
    pub price: Option<Money>,
    /// Who is paid, when a wallet pays a `price`.
    pub merchant_id: Option<UserId>,
    /// Who bought, when a merchant registers a sale.
    pub consumer: Option<SoughtConsumer>,
    /// The merchant's own number of an external sale, at most 100 characters. Registered again with the same consumer
    /// and price it answers the first purchase; with others it is refused.
    pub receipt_number: Option<String>,
}

/// One product of a purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewItem {
    /// Which.
    pub product_id: ProductId,
    /// How many, 1 to 1000.
    pub quantity: i32,
}

/// The consumer of a sale, by exactly one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SoughtConsumer {
    /// Tax number.
    pub cpf: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// The consumer's own code.
    pub referral_id: Option<String>,
}

/// A refund to be made.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({ "amount": "30.00" }))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewRefund {
    /// How much of the price; all that is left of it when absent.
    pub amount: Option<Money>,
    /// Why, at most 500 characters.
    pub reason: Option<String>,
}

/// A [`NewPurchase`] whose fields keep the rules.
#[derive(Clone, Debug)]
pub(super) struct Order {
    pub(super) way: Way,
    pub(super) sale: Sale,
}

/// Who is who, beside the one who acts.
#[derive(Clone, Debug)]
pub(super) enum Way {
    /// The acting consumer pays; the merchant is named, or is the one whose products they are.
    Wallet { merchant: Option<UserId> },
    /// The acting merchant registers.
    External {
        consumer: SoughtConsumer,
        receipt_number: Option<String>,
    },
}

/// What is sold.
#[derive(Clone, Debug)]
pub(super) enum Sale {
    /// At their merchant's prices of now, which are the ones `shown` if the buyer said what those were.
    Products {
        items: Vec<NewItem>,
        shown: Option<Money>,
    },
    Price(Money),
}

impl NewPurchase {
    /// All rules that need no database; the error names every field that breaks one.
    pub(super) fn check(self) -> Result<Order> {
        let wallet = self.payment == Payment::Wallet;
        let products = !self.items.is_empty();
        let receipt_number = self
            .receipt_number
            .as_deref()
            .map(str::trim)
            .filter(|number| !number.is_empty());
        let distinct: BTreeSet<_> = self.items.iter().map(|item| item.product_id).collect();
        let to_price = wallet && !products;
        Error::check([
            ("price", products || self.price.is_some(), "required"),
            ("price", self.price.is_none_or(is_price), "out_of_range"),
            ("items", self.items.len() <= MOST_ITEMS, "too_many"),
            ("items", distinct.len() == self.items.len(), "duplicate"),
            (
                "items.quantity",
                self.items
                    .iter()
                    .all(|item| (1..=MOST_OF_ONE).contains(&item.quantity)),
                "out_of_range",
            ),
            (
                "merchantId",
                !to_price || self.merchant_id.is_some(),
                "required",
            ),
            (
                "merchantId",
                to_price || self.merchant_id.is_none(),
                "not_allowed",
            ),
            ("consumer", wallet || self.consumer.is_some(), "required"),
            (
                "consumer",
                !wallet || self.consumer.is_none(),
                "not_allowed",
            ),
            (
                "consumer",
                self.consumer.as_ref().is_none_or(SoughtConsumer::is_by_one),
                "exactly_one",
            ),
            (
                "receiptNumber",
                !wallet || receipt_number.is_none(),
                "not_allowed",
            ),
            (
                "receiptNumber",
                receipt_number.is_none_or(|number| {
                    number.chars().count() <= RECEIPT_LENGTH
                        && !number.chars().any(char::is_control)
                }),
                "invalid",
            ),
        ])?;
        let receipt_number = receipt_number.map(str::to_owned);
        Ok(Order {
            way: match self.consumer {
                Some(consumer) => Way::External {
                    consumer,
                    receipt_number,
                },
                None => Way::Wallet {
                    merchant: self.merchant_id,
                },
            },
            sale: match self.price {
                Some(price) if !products => Sale::Price(price),
                shown => Sale::Products {
                    items: self.items,
                    shown,
                },
            },
        })
    }
}

impl Order {
    pub(super) const fn payment(&self) -> Payment {
        match self.way {
            Way::Wallet { .. } => Payment::Wallet,
            Way::External { .. } => Payment::External,
        }
    }
}

impl SoughtConsumer {
    fn is_by_one(&self) -> bool {
        [&self.cpf, &self.phone, &self.email, &self.referral_id]
            .into_iter()
            .flatten()
            .count()
            == 1
    }
}

impl NewRefund {
    /// The amount and the reason, checked.
    pub(super) fn check(self) -> Result<(Option<Money>, Option<String>)> {
        let reason = self.reason.map(|reason| reason.trim().to_owned());
        let reason = reason.filter(|reason| !reason.is_empty());
        Error::check([
            ("amount", self.amount.is_none_or(is_price), "out_of_range"),
            (
                "reason",
                reason
                    .as_ref()
                    .is_none_or(|reason| reason.chars().count() <= REASON_LENGTH),
                "too_long",
            ),
        ])?;
        Ok((self.amount, reason))
    }
}

/// Whether a purchase may cost this.
pub(super) fn is_price(price: Money) -> bool {
    price.is_positive() && price <= HIGHEST_PRICE
}

#[cfg(test)]
mod tests {
    use super::*;
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
}
