//! `/api/products`: what merchants offer.

use super::{
    NewProduct, Product, ProductFilter, ProductImage, ProductPatch, images, operations, reading,
};
use crate::{Ctx, files::Upload};
use axum::{
    extract::DefaultBodyLimit,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, X_CONTENT_TYPE_OPTIONS},
    },
    response::{IntoResponse, Response},
};
use kernel::{Error, FileId, Money, Page, PageRequest, ProductId, Result, UserId};
use serde::Deserialize;
use tenancy::http::{Json, Path, Query, SignedInRefusals, UPLOAD_LIMIT};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

/// The routes, without their layers.
pub(crate) fn router() -> OpenApiRouter {
    let uploads = OpenApiRouter::default()
        .routes(routes!(add_image))
        .layer(DefaultBodyLimit::max(UPLOAD_LIMIT));
    OpenApiRouter::default()
        .routes(routes!(list, create))
        .routes(routes!(read, change))
        .routes(routes!(image, remove_image))
        .merge(uploads)
}

/// Which products, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ProductQuery {
    /// Words in the name or the description, in any order; accents and capitals do not count.
    #[param(example = "cafe graos")]
    search: Option<String>,
    /// Only of this merchant.
    merchant_id: Option<UserId>,
    /// Only from this price on.
    #[param(example = "10.00")]
    min_price: Option<Money>,
    /// Only up to this price.
    #[param(example = "100.00")]
    max_price: Option<Money>,
    /// Only my archived ones, instead of those on offer.
    #[serde(default)]
    is_archived: bool,
    /// How many rows, 1 to 100; 25 when absent.
    limit: Option<u16>,
    /// The `nextCursor` of the page before.
    cursor: Option<Uuid>,
}

/// A picture to be uploaded.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described; `Upload` reads it")]
struct ImageUpload {
    /// JPEG, PNG or WebP, at most 10 MB and 40 million pixels.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Products on offer
#[utoipa::path(
    get, path = "/", tag = "products", security(("bearer" = [])), params(ProductQuery),
    responses((status = 200, description = "Products, newest first.", body = Page<Product>), SignedInRefusals),
)]
async fn list(ctx: Ctx, Query(query): Query<ProductQuery>) -> Result<Json<Page<Product>>> {
    let page = PageRequest {
        limit: query.limit,
        cursor: query.cursor,
    };
    let filter = ProductFilter {
        search: query.search,
        merchant_id: query.merchant_id,
        min_price: query.min_price,
        max_price: query.max_price,
        is_archived: query.is_archived,
    };
    reading::list(&ctx, filter, page).await.map(Json)
}

/// Offer a product (merchants)
#[utoipa::path(
    post, path = "/", tag = "products", security(("bearer" = [])), request_body = NewProduct,
    responses((status = 201, description = "The product, on offer.", body = Product), SignedInRefusals),
)]
async fn create(ctx: Ctx, Json(new): Json<NewProduct>) -> Result<(StatusCode, Json<Product>)> {
    let product = operations::create(&ctx, new).await?;
    Ok((StatusCode::CREATED, Json(product)))
}

/// One product
#[utoipa::path(
    get, path = "/{id}", tag = "products", security(("bearer" = [])), params(("id" = ProductId, Path)),
    responses((status = 200, description = "The product.", body = Product), SignedInRefusals),
)]
async fn read(ctx: Ctx, Path(id): Path<ProductId>) -> Result<Json<Product>> {
    reading::read(&ctx, id).await.map(Json)
}

/// Change, archive or offer again a product of mine
#[utoipa::path(
    patch, path = "/{id}", tag = "products", security(("bearer" = [])), params(("id" = ProductId, Path)),
    request_body = ProductPatch,
    responses((status = 200, description = "The product as it is now.", body = Product), SignedInRefusals),
)]
async fn change(
    ctx: Ctx,
    Path(id): Path<ProductId>,
    Json(patch): Json<ProductPatch>,
) -> Result<Json<Product>> {
    operations::change(&ctx, id, patch).await.map(Json)
}

/// Add a picture to a product of mine
#[utoipa::path(
    post, path = "/{id}/images", tag = "products", security(("bearer" = [])), params(("id" = ProductId, Path)),
    request_body(content = ImageUpload, content_type = "multipart/form-data"),
    responses((status = 201, description = "The picture, the last one of the product.", body = ProductImage), SignedInRefusals),
)]
async fn add_image(
    ctx: Ctx,
    Path(id): Path<ProductId>,
    upload: Upload,
) -> Result<(StatusCode, Json<ProductImage>)> {
    let image = images::add_image(&ctx, id, upload.file()?).await?;
    Ok((StatusCode::CREATED, Json(image)))
}

/// A picture of a product; it never changes under this address
#[utoipa::path(
    get, path = "/{id}/images/{file}", tag = "products", security(("bearer" = [])),
    params(("id" = ProductId, Path), ("file" = FileId, Path)),
    responses(
        (status = 200, description = "The picture.",
         content((String = "image/jpeg"), (String = "image/png"))),
        (status = 304, description = "The picture that you have."),
        SignedInRefusals,
    ),
)]
async fn image(
    ctx: Ctx,
    Path((id, file)): Path<(ProductId, FileId)>,
    headers: HeaderMap,
) -> Result<Response> {
    let tag = HeaderValue::try_from(format!("\"{file}\"")).map_err(Error::internal)?;
    let lasting = [
        (ETAG, tag.clone()),
        (
            CACHE_CONTROL,
            HeaderValue::from_static("private, max-age=31536000, immutable"),
        ),
    ];
    if headers.get(IF_NONE_MATCH) == Some(&tag) {
        images::may_see(&ctx, id, file).await?;
        return Ok((StatusCode::NOT_MODIFIED, lasting).into_response());
    }
    let image = images::image(&ctx, id, file).await?;
    let content: [(HeaderName, HeaderValue); 2] = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static(image.media_type.as_str()),
        ),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((lasting, content, image.bytes).into_response())
}

/// Take a picture off a product of mine
#[utoipa::path(
    delete, path = "/{id}/images/{file}", tag = "products", security(("bearer" = [])),
    params(("id" = ProductId, Path), ("file" = FileId, Path)),
    responses((status = 204, description = "The picture is gone."), SignedInRefusals),
)]
async fn remove_image(ctx: Ctx, Path((id, file)): Path<(ProductId, FileId)>) -> Result<StatusCode> {
    images::remove_image(&ctx, id, file).await?;
    Ok(StatusCode::NO_CONTENT)
}
