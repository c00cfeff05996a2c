//! Offering and changing products.

use super::{
    NewProduct, Product, ProductPatch, check_description, check_name, check_price, fold, reading,
};
use crate::{
    Ctx, audit, outbox,
    users::{self, Form, UserType},
};
use kernel::{Error, FileId, Kind, Money, Percent, ProductId, Result, UserId};
use serde_json::{Value, json};
use sqlx::PgConnection;
use std::collections::HashSet;

/// A merchant offers a product. Errors: each refused field; `merchants_only` for consumers.
pub async fn create(ctx: &Ctx, new: NewProduct) -> Result<Product> {
    let merchant = ctx.user_id()?;
    let mut form = Form::default();
    let name = form.field("name", check_name(&new.name));
    let description = form.field("description", check_description(&new.description));
    form.field("price", check_price(new.price));
    form.end()?;
    let (name, description) = (name.unwrap_or_default(), description.unwrap_or_default());
    let id = ProductId(ctx.new_id());
    let mut tx = ctx.begin().await?;
    require_merchant(&mut tx, merchant).await?;
    sqlx::query!(
        "insert into products (id, merchant_id, name, description, price, cashback_percent, searchable, created_at,
                               updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
        id as ProductId,
        merchant as UserId,
        name,
        description,
        new.price as Money,
        new.cashback_percent as Percent,
        searchable(&name, &description),
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    let offered =
        json!({ "name": name, "price": new.price, "cashbackPercent": new.cashback_percent });
    tell(&mut tx, ctx, "create", id, None, Some(offered)).await?;
    let product = reading::own(&mut tx, id, merchant).await?;
    tx.commit().await?;
    Ok(product)
}

/// A merchant changes a product of theirs. Errors: `not_found` for another's; each refused field; `images` `not_the_same`
/// when it does not name all images of the product once.
pub async fn change(ctx: &Ctx, id: ProductId, patch: ProductPatch) -> Result<Product> {
    let merchant = ctx.user_id()?;
    let mut tx = ctx.begin().await?;
    lock_own(&mut tx, id, merchant).await?;
    let before = reading::own(&mut tx, id, merchant).await?;
    let after = apply(ctx, before.clone(), patch)?;
    if after == before {
        return Ok(before);
    }
    sqlx::query!(
        "update products set name = $2, description = $3, price = $4, cashback_percent = $5, searchable = $6,
                             archived_at = $7, updated_at = $8
         where id = $1",
        id as ProductId,
        after.name,
        after.description,
        after.price as Money,
        after.cashback_percent as Percent,
        searchable(&after.name, &after.description),
        after.archived_at,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    if after.images != before.images {
        let order: Vec<FileId> = after.images.iter().map(|image| image.id).collect();
        sqlx::query!(
            "update product_images set position = array_position($2, file_id) - 1 where product_id = $1",
            id as ProductId,
            &order as _,
        )
        .execute(&mut *tx)
        .await?;
    }
    let (was, is) = differences(&before, &after);
    tell(&mut tx, ctx, "change", id, Some(was), Some(is)).await?;
    tx.commit().await?;
    Ok(after)
}

/// Locks a product of this merchant until the transaction ends. Error: `not_found`, also for another's.
pub(super) async fn lock_own(
    conn: &mut PgConnection,
    id: ProductId,
    merchant: UserId,
) -> Result<()> {
    sqlx::query!(
        "select id from products where id = $1 and merchant_id = $2 for no key update",
        id as ProductId,
        merchant as UserId,
    )
    .fetch_optional(conn)
    .await?
    .map(drop)
    .ok_or_else(|| Error::not_found("product"))
}

/// Writes down what was done to a product, for the club and for whoever listens.
pub(super) async fn tell(
    conn: &mut PgConnection,
    ctx: &Ctx,
    deed: &str,
    id: ProductId,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    let record = audit::Record {
        action: &format!("product.{deed}"),
        subject: format!("product:{id}"),
        before,
        after,
    };
    audit::record(conn, ctx, record).await?;
    let event = json!({ "productId": id, "merchantId": ctx.user_id()? });
    outbox::enqueue(conn, ctx, &format!("product_{deed}d"), event).await
}

async fn require_merchant(conn: &mut PgConnection, id: UserId) -> Result<()> {
    match users::read(conn, id).await? {
        Some(user) if user.user_type == UserType::Merchant => Ok(()),
        _ => Err(Error::new(
            Kind::Forbidden,
            "merchants_only",
            "Only merchants offer products.",
        )),
    }
}

fn apply(ctx: &Ctx, mut product: Product, patch: ProductPatch) -> Result<Product> {
    let mut form = Form::default();
    if let Some(name) = form.optional("name", patch.name.as_deref(), check_name) {
        product.name = name;
    }
    let description = patch.description.as_deref();
    if let Some(description) = form.optional("description", description, check_description) {
        product.description = description;
    }
    if let Some(price) = patch.price {
        product.price = form
            .field("price", check_price(price))
            .unwrap_or(product.price);
    }
    if let Some(percent) = patch.cashback_percent {
        product.cashback_percent = percent;
    }
    if let Some(order) = patch.images {
        form.field("images", put_in_order(&mut product, &order));
    }
    form.end()?;
    match patch.is_archived {
        Some(true) => product.archived_at = product.archived_at.or_else(|| Some(ctx.now())),
        Some(false) => product.archived_at = None,
        None => {}
    }
    Ok(product)
}

fn put_in_order(product: &mut Product, order: &[FileId]) -> Result<(), &'static str> {
    let named: HashSet<_> = order.iter().collect();
    let present: HashSet<_> = product.images.iter().map(|image| &image.id).collect();
    if named != present || order.len() != product.images.len() {
        return Err("not_the_same");
    }
    product
        .images
        .sort_by_key(|image| order.iter().position(|id| *id == image.id));
    Ok(())
}

fn searchable(name: &str, description: &str) -> String {
    fold(&format!("{name}\n{description}"))
}

/// The fields that differ, before and after.
fn differences(before: &Product, after: &Product) -> (Value, Value) {
    let fields = |product: &Product| {
        let order: Vec<FileId> = product.images.iter().map(|image| image.id).collect();
        [
            ("name", json!(product.name)),
            ("description", json!(product.description)),
            ("price", json!(product.price)),
            ("cashbackPercent", json!(product.cashback_percent)),
            ("images", json!(order)),
            ("isArchived", json!(product.archived_at.is_some())),
        ]
    };
    let changed = fields(before)
        .into_iter()
        .zip(fields(after))
        .filter(|(was, is)| was != is)
        .map(|((name, was), (_, is))| ((name.to_owned(), was), (name.to_owned(), is)));
    let (was, is): (serde_json::Map<_, _>, serde_json::Map<_, _>) = changed.unzip();
    (was.into(), is.into())
}
