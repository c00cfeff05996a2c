//! `/api/wallet`: what I have, and how it came to be.

use super::{Wallet, WalletAccount, WalletStatement, operations};
use crate::{
    Ctx,
    ledger::{StatementFilter, StatementRequest, TransactionKind},
};
use axum::{
    body::Body,
    http::{
        HeaderName, HeaderValue,
        header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    },
};
use kernel::{Error, Moment, PageRequest, Result};
use serde::{
    Deserialize,
    de::{
        IntoDeserializer,
        value::{Error as Unknown, StrDeserializer},
    },
};
use tenancy::http::{Json, Query, SignedInRefusals};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes, without their layers.
pub(crate) fn router() -> OpenApiRouter {
    OpenApiRouter::default()
        .routes(routes!(read_wallet))
        .routes(routes!(read_statement))
        .routes(routes!(read_statement_csv))
}

/// Which movements.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct StatementQuery {
    /// How many, 1 to 100; 25 when absent. A file has them all.
    limit: Option<u16>,
    /// The `nextCursor` of the page before.
    cursor: Option<i64>,
    /// Which part of the wallet; `available` when absent.
    #[param(inline)]
    account: Option<WalletAccount>,
    /// What happened at this moment or later.
    #[param(inline)]
    from: Option<Moment>,
    /// What happened before this moment.
    #[param(inline)]
    to: Option<Moment>,
    /// Only these kinds, with commas between them.
    #[param(example = "cashback,release")]
    kinds: Option<String>,
}

impl StatementQuery {
    fn filter(&self) -> Result<StatementFilter> {
        let names = self.kinds.as_deref().unwrap_or_default().split(',');
        let kinds = names.filter(|name| !name.is_empty()).map(|name| {
            let name: StrDeserializer<'_, Unknown> = name.into_deserializer();
            TransactionKind::deserialize(name).map_err(|_| Error::invalid("kinds", "invalid"))
        });
        Ok(StatementFilter {
            from: self.from.map(Moment::at),
            to: self.to.map(Moment::at),
            kinds: kinds.collect::<Result<_>>()?,
        })
    }
}

/// What I have
#[utoipa::path(
    get, path = "/", tag = "wallet", security(("bearer" = [])),
    responses((status = 200, description = "The balances at this moment.", body = Wallet), SignedInRefusals),
)]
async fn read_wallet(ctx: Ctx) -> Result<Json<Wallet>> {
    operations::read(&ctx).await.map(Json)
}

/// How it came to be
#[utoipa::path(
    get, path = "/statement", tag = "wallet", security(("bearer" = [])), params(StatementQuery),
    responses(
        (status = 200, description = "Newest first, each movement with the balance after it.", body = WalletStatement),
        SignedInRefusals,
    ),
)]
async fn read_statement(
    ctx: Ctx,
    Query(query): Query<StatementQuery>,
) -> Result<Json<WalletStatement>> {
    let page = StatementRequest {
        limit: query.limit,
        cursor: query.cursor,
    };
    let account = query.account.unwrap_or_default();
    operations::statement(&ctx, account, &query.filter()?, page)
        .await
        .map(Json)
}

/// The same as a file for spreadsheets
#[utoipa::path(
    get, path = "/statement.csv", tag = "wallet", security(("bearer" = [])), params(StatementQuery),
    responses(
        (status = 200, description = "All that match, the newest first.", body = String, content_type = "text/csv",
         example = json!(super::csv::HEADER)),
        SignedInRefusals,
    ),
)]
async fn read_statement_csv(
    ctx: Ctx,
    Query(query): Query<StatementQuery>,
) -> Result<([(HeaderName, HeaderValue); 2], Body)> {
    PageRequest {
        limit: query.limit,
        cursor: None,
    }
    .limit()?;
    let account = query.account.unwrap_or_default();
    let filter = query.filter()?;
    let lines = operations::statement_csv(ctx, account, filter, query.cursor).await?;
    let csv = HeaderValue::from_static("text/csv; charset=utf-8");
    let download = HeaderValue::from_static("attachment; filename=\"statement.csv\"");
    Ok((
        [(CONTENT_TYPE, csv), (CONTENT_DISPOSITION, download)],
        Body::from_stream(lines),
    ))
}
