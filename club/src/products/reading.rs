//! Finding products.

use super::{Merchant, Product, ProductFilter, ProductImage, fold};
use crate::Ctx;
use kernel::{Error, FileId, Money, Page, PageRequest, Percent, ProductId, Result, UserId};
use serde::Deserialize;
use sqlx::{PgConnection, types::Json};
use tenancy::{Actor, administrators::Permission};
use time::OffsetDateTime;

/// A product as purchases need it, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForSale {
    /// Which.
    pub id: ProductId,
    /// Who sells it.
    pub merchant_id: UserId,
    /// What it is called.
    pub name: String,
    /// What one costs.
    pub price: Money,
    /// How much of the price is shared as cashback.
    pub cashback_percent: Percent,
}

struct Row {
    id: ProductId,
    merchant_id: UserId,
    merchant: String,
    name: String,
    description: String,
    price: Money,
    cashback_percent: Percent,
    images: Json<Vec<ImageRow>>,
    created_at: OffsetDateTime,
    archived_at: Option<OffsetDateTime>,
}

#[derive(Deserialize)]
struct ImageRow {
    id: FileId,
    width: i32,
    height: i32,
}

/// Selects products the one way they are read; the tail is the rest of the statement.
macro_rules! select_products {
    ($tail:tt $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"select p.id, p.merchant_id, concat_ws(' ', m.first_name, m.last_name) as "merchant!", p.name,
                      p.description, p.price, p.cashback_percent, p.created_at, p.archived_at,
                      coalesce((select jsonb_agg(jsonb_build_object('id', f.id, 'width', f.width, 'height', f.height)
                                                 order by i.position)
                                from product_images i join files f on f.id = i.file_id where i.product_id = p.id),
                               '[]') as "images!: Json<Vec<ImageRow>>"
               from products p join users m on m.id = p.merchant_id "# + $tail
            $(, $argument)*
        )
    };
}

/// The products that match, newest first. Users see what is on offer and, when they ask for archived ones, their own;
/// the club's administrators see all.
pub async fn list(ctx: &Ctx, filter: ProductFilter, page: PageRequest) -> Result<Page<Product>> {
    let viewer = viewer(ctx)?;
    let limit = page.limit()?;
    let words: Vec<String> = fold(filter.search.as_deref().unwrap_or_default())
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let mut conn = ctx.conn().await?;
    let rows = select_products!(
        "where ($1::uuid is null or p.id < $1)
           and (p.archived_at is not null) = $2
           and ($3::uuid is null or p.merchant_id = $3
                or (not $2 and m.status = 'active'))
           and ($4::uuid is null or p.merchant_id = $4)
           and ($5::bigint is null or p.price >= $5)
           and ($6::bigint is null or p.price <= $6)
           and not exists (select from unnest($7::text[]) word where strpos(p.searchable, word) = 0)
         order by p.id desc limit $8",
        page.cursor,
        filter.is_archived,
        viewer as Option<UserId>,
        filter.merchant_id as Option<UserId>,
        filter.min_price as Option<Money>,
        filter.max_price as Option<Money>,
        &words,
        i64::from(limit) + 1,
    )
    .fetch_all(&mut *conn)
    .await?;
    let products = rows.into_iter().map(Product::from).collect();
    Ok(Page::cut(products, limit, |product: &Product| product.id.0))
}

/// One product. Error: `not_found`, also for what the acting person does not see.
pub async fn read(ctx: &Ctx, id: ProductId) -> Result<Product> {
    let viewer = viewer(ctx)?;
    let mut conn = ctx.conn().await?;
    let row = select_products!(
        "where p.id = $1
           and ($2::uuid is null or p.merchant_id = $2 or (p.archived_at is null and m.status = 'active'))",
        id as ProductId,
        viewer as Option<UserId>,
    )
    .fetch_optional(&mut *conn)
    .await?;
    row.map(Product::from)
        .ok_or_else(|| Error::not_found("product"))
}

/// What these products cost and give now, in the order of the ids, to be written into a purchase. Locks nothing: the
/// merchant may change a product a moment later, and the purchase keeps what was read.
///
/// Errors: `not_found`; `product_archived` for one that is no longer offered, or whose merchant is blocked or gone.
pub async fn for_sale(conn: &mut PgConnection, ids: &[ProductId]) -> Result<Vec<ForSale>> {
    let rows = sqlx::query!(
        r#"select p.id, p.merchant_id, p.name, p.price, p.cashback_percent,
                  (p.archived_at is null and m.status = 'active') as "is_on_offer!"
           from products p join users m on m.id = p.merchant_id where p.id = any($1)"#,
        ids as _,
    )
    .fetch_all(conn)
    .await?;
    let find = |id: &ProductId| {
        let row = rows.iter().find(|row| row.id == *id);
        let row = row.ok_or_else(|| Error::not_found("product"))?;
        if !row.is_on_offer {
            return Err(Error::conflict(
                "product_archived",
                "A product is no longer offered.",
            ));
        }
        Ok(ForSale {
            id: row.id,
            merchant_id: row.merchant_id,
            name: row.name.clone(),
            price: row.price,
            cashback_percent: row.cashback_percent,
        })
    };
    ids.iter().map(find).collect()
}

/// A product of this merchant, archived or not.
pub(super) async fn own(
    conn: &mut PgConnection,
    id: ProductId,
    merchant: UserId,
) -> Result<Product> {
    let row = select_products!(
        "where p.id = $1 and p.merchant_id = $2",
        id as ProductId,
        merchant as UserId
    )
    .fetch_optional(conn)
    .await?;
    row.map(Product::from)
        .ok_or_else(|| Error::not_found("product"))
}

/// The user who looks; `None` for the club's administrators, who see everything.
pub(super) fn viewer(ctx: &Ctx) -> Result<Option<UserId>> {
    if let Actor::User(id) = ctx.actor {
        return Ok(Some(id));
    }
    ctx.require(Permission::ViewMembers)?;
    Ok(None)
}

/// Where an image is read.
pub(super) fn url(product: ProductId, image: FileId) -> String {
    format!("/api/products/{product}/images/{image}")
}

impl From<Row> for Product {
    fn from(row: Row) -> Self {
        let images = row.images.0.into_iter().map(|image| ProductImage {
            id: image.id,
            url: url(row.id, image.id),
            width: image.width,
            height: image.height,
        });
        Self {
            id: row.id,
            merchant: Merchant {
                id: row.merchant_id,
                name: row.merchant,
            },
            name: row.name,
            description: row.description,
            price: row.price,
            cashback_percent: row.cashback_percent,
            images: images.collect(),
            created_at: row.created_at,
            archived_at: row.archived_at,
        }
    }
}
