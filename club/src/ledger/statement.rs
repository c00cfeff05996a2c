//! What an account's owner reads: every movement with the balance after it.

use super::TransactionKind;
use kernel::{Money, PageRequest, Result, TransactionId};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

/// Which entries of a statement to show; all by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct StatementFilter {
    /// What happened at this moment or later.
    #[serde(with = "time::serde::rfc3339::option")]
    pub from: Option<OffsetDateTime>,
    /// What happened before this moment.
    #[serde(with = "time::serde::rfc3339::option")]
    pub to: Option<OffsetDateTime>,
    /// What is of one of these kinds; of every kind when empty.
    pub kinds: Vec<TransactionKind>,
}

/// Which page of a statement.
///
/// Like [`PageRequest`], but the cursor is the version of the last entry seen: an account counts its entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields, default)]
pub struct StatementRequest {
    /// How many entries, 1 to 100; 25 when absent.
    pub limit: Option<u16>,
    /// The `nextCursor` of the page before.
    pub cursor: Option<i64>,
}

impl StatementRequest {
    /// The checked number of entries.
    pub fn limit(&self) -> Result<u16> {
        PageRequest {
            limit: self.limit,
            cursor: None,
        }
        .limit()
    }
}

/// One movement of one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatementEntry {
    /// Counts the account's entries, from 1, without a gap.
    pub version: i64,
    /// The transaction that it belongs to.
    pub transaction_id: TransactionId,
    /// What the transaction is about.
    pub kind: TransactionKind,
    /// What it pays for: the purchase, the deposit, the withdrawal.
    pub subject_id: Uuid,
    /// What the account gained, or lost when negative.
    pub amount: Money,
    /// The account's balance after it.
    pub balance: Money,
    /// When it happened.
    #[serde(with = "time::serde::rfc3339")]
    pub happened_at: OffsetDateTime,
}

/// One page of a statement, the newest entry first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct StatementPage {
    /// The entries.
    pub data: Vec<StatementEntry>,
    /// Ask for the next page with this; absent on the last. With a filter a page can be short, even empty, and still
    /// have a next one.
    pub next_cursor: Option<i64>,
}
