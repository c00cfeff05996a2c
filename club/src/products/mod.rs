//! Products: what merchants offer to the club's consumers (section 5, module `marketplace`).
//!
//! A product belongs to one merchant, who alone changes it. It is never deleted, only archived: purchases refer to it.
//! Archived products, and those of merchants who are blocked or gone, are seen by nobody else and cannot be bought.
//! A purchase keeps name, price and percent as they were; changing a product changes nothing that was bought.

mod rules;

#[cfg(feature = "ssr")]
mod api;
#[cfg(feature = "ssr")]
mod images;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(feature = "ssr")]
mod reading;
#[cfg(feature = "ssr")]
mod seed;
#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use rules::{check_description, check_name, check_price, fold};

#[cfg(feature = "ssr")]
pub(crate) use api::router;
#[cfg(feature = "ssr")]
pub(crate) use images::forget_images;
#[cfg(feature = "ssr")]
pub use images::{add_image, image, remove_image};
#[cfg(feature = "ssr")]
pub use operations::{change, create};
#[cfg(feature = "ssr")]
pub use reading::{ForSale, for_sale, list, read};
#[cfg(feature = "ssr")]
pub use seed::seed;

use kernel::{FileId, Money, Percent, ProductId, UserId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// The most images of a product.
pub const MOST_IMAGES: usize = 8;

/// A product, as consumers and its merchant see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Who sells it.
    pub merchant: Merchant,
    /// What it is called.
    #[cfg_attr(feature = "ssr", schema(example = "Café torrado em grãos, 1 kg"))]
    pub name: String,
    /// What it is, in plain text.
    #[cfg_attr(
        feature = "ssr",
        schema(example = "Arábica do sul de Minas, torra média.")
    )]
    pub description: String,
    /// What it costs.
    #[cfg_attr(feature = "ssr", schema(example = "59.90"))]
    pub price: Money,
    /// How much of the price is shared as cashback.
    #[cfg_attr(feature = "ssr", schema(example = "10"))]
    pub cashback_percent: Percent,
    /// Its pictures, the first one first.
    pub images: Vec<ProductImage>,
    /// When it was offered first.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When its merchant took it off; only its merchant sees it since.
    #[serde(with = "time::serde::rfc3339::option")]
    pub archived_at: Option<OffsetDateTime>,
}

/// Who sells a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Merchant {
    /// The merchant.
    pub id: UserId,
    /// What they are called.
    #[cfg_attr(feature = "ssr", schema(example = "Torrefação Lima"))]
    pub name: String,
}

/// A picture of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ProductImage {
    /// Its id; another picture has another.
    pub id: FileId,
    /// Where it is, on this host.
    #[cfg_attr(
        feature = "ssr",
        schema(
            example = "/api/products/0198c0de-0000-7000-8000-000000000001/images/7f9c24e8-3b12-4fef-91e0-56a2d5a1c0de"
        )
    )]
    pub url: String,
    /// In pixels.
    #[cfg_attr(feature = "ssr", schema(example = 1600))]
    pub width: i32,
    /// In pixels.
    #[cfg_attr(feature = "ssr", schema(example = 1200))]
    pub height: i32,
}

/// A product to be offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewProduct {
    /// What it is called, at most 120 characters.
    #[cfg_attr(feature = "ssr", schema(example = "Café torrado em grãos, 1 kg"))]
    pub name: String,
    /// What it is, in plain text, at most 5,000 characters.
    #[serde(default)]
    #[cfg_attr(
        feature = "ssr",
        schema(example = "Arábica do sul de Minas, torra média.")
    )]
    pub description: String,
    /// What it costs: more than nothing, at most a million.
    #[cfg_attr(feature = "ssr", schema(example = "59.90"))]
    pub price: Money,
    /// How much of the price is shared as cashback.
    #[cfg_attr(feature = "ssr", schema(example = "10"))]
    pub cashback_percent: Percent,
}

/// A change of a product; absent fields stay.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProductPatch {
    /// What it is called.
    #[cfg_attr(feature = "ssr", schema(example = "Café torrado em grãos, 1 kg"))]
    pub name: Option<String>,
    /// What it is.
    #[cfg_attr(
        feature = "ssr",
        schema(example = "Arábica do sul de Minas, torra escura.")
    )]
    pub description: Option<String>,
    /// What it costs.
    #[cfg_attr(feature = "ssr", schema(example = "64.90"))]
    pub price: Option<Money>,
    /// How much of the price is shared as cashback.
    #[cfg_attr(feature = "ssr", schema(example = "12.5"))]
    pub cashback_percent: Option<Percent>,
    /// All its images in their new order.
    pub images: Option<Vec<FileId>>,
    /// Take it off, or offer it again.
    pub is_archived: Option<bool>,
}

/// Which products a list shows; absent fields do not filter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProductFilter {
    /// Words in the name or the description, in any order; accents and capitals do not count.
    pub search: Option<String>,
    /// Only of this merchant.
    pub merchant_id: Option<UserId>,
    /// Only from this price on.
    pub min_price: Option<Money>,
    /// Only up to this price.
    pub max_price: Option<Money>,
    /// Only archived ones (a merchant sees their own); without it only those on offer.
    pub is_archived: bool,
}
