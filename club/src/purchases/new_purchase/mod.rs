//! What is asked for, and the same once every field was checked.

mod order;
#[cfg(test)]
mod tests;

pub(super) use order::{Order, Sale, Way};

use super::Payment;
use kernel::{Error, Money, ProductId, Result, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The highest price: far below what an amount can represent, so that no sum of a purchase's amounts leaves it.
const HIGHEST_PRICE: Money = Money::from_centavos(10_000_000_00);
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
    /// and the same products or price it answers the first purchase, whatever the products cost by now; with others it is
    /// refused.
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
