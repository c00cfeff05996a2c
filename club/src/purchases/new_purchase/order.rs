//! A purchase whose every field was checked.

use super::{NewItem, NewPurchase, SoughtConsumer, is_price};
use crate::purchases::{Payment, Purchase};
use kernel::{Error, Money, Result, UserId};
use std::collections::BTreeSet;

const MOST_ITEMS: usize = 100;
const MOST_OF_ONE: i32 = 1000;
const RECEIPT_LENGTH: usize = 100;

/// A [`NewPurchase`] whose fields keep the rules.
#[derive(Clone, Debug)]
pub(in crate::purchases) struct Order {
    pub(in crate::purchases) way: Way,
    pub(in crate::purchases) sale: Sale,
}

/// Who is who, beside the one who acts.
#[derive(Clone, Debug)]
pub(in crate::purchases) enum Way {
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
pub(in crate::purchases) enum Sale {
    /// At their merchant's prices of now, which are the ones `shown` if the buyer said what those were.
    Products {
        items: Vec<NewItem>,
        shown: Option<Money>,
    },
    Price(Money),
}

impl NewPurchase {
    /// All rules that need no database; the error names every field that breaks one.
    pub(in crate::purchases) fn check(self) -> Result<Order> {
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
    pub(in crate::purchases) const fn payment(&self) -> Payment {
        match self.way {
            Way::Wallet { .. } => Payment::Wallet,
            Way::External { .. } => Payment::External,
        }
    }
}

impl Sale {
    /// Whether this purchase was one of the same, at whatever prices its products had then.
    pub(in crate::purchases) fn is(&self, purchase: &Purchase) -> bool {
        let (items, price) = match self {
            Self::Products { items, shown } => (items.as_slice(), *shown),
            Self::Price(price) => return purchase.price == *price,
        };
        let asked: BTreeSet<_> = items
            .iter()
            .map(|item| (Some(item.product_id), item.quantity))
            .collect();
        let sold = purchase.items.iter();
        let sold: BTreeSet<_> = sold.map(|item| (item.product_id, item.quantity)).collect();
        asked == sold && price.is_none_or(|price| price == purchase.price)
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
