//! Lists by cursor: `?limit=&cursor=` in, `{"data": […], "nextCursor": …}` out.
//!
//! A cursor is the id of the last row seen. Ids are UUID version 7, so "after this id" is "older than this row" and the
//! primary key is the index; nothing is counted or skipped, and rows that arrive meanwhile neither repeat nor hide any.

use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Which page a client asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct PageRequest {
    /// How many rows, 1 to 100; 25 when absent.
    pub limit: Option<u16>,
    /// The `nextCursor` of the page before.
    pub cursor: Option<Uuid>,
}

impl PageRequest {
    /// Rows on a page when the client does not say.
    pub const DEFAULT_LIMIT: u16 = 25;
    /// The most rows on a page.
    pub const MAX_LIMIT: u16 = 100;

    /// The checked number of rows.
    pub fn limit(&self) -> Result<u16> {
        match self.limit.unwrap_or(Self::DEFAULT_LIMIT) {
            limit @ 1..=Self::MAX_LIMIT => Ok(limit),
            _ => Err(Error::invalid("limit", "out_of_range")),
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The rows, newest first unless the list says otherwise.
    pub data: Vec<T>,
    /// Ask for the next page with this; absent on the last.
    pub next_cursor: Option<Uuid>,
}

impl<T> Page<T> {
    /// Cuts rows that were read with `limit + 1` down to a page.
    pub fn cut(mut rows: Vec<T>, limit: u16, id: impl Fn(&T) -> Uuid) -> Self {
        let more = rows.len() > usize::from(limit);
        rows.truncate(usize::from(limit));
        let next_cursor = if more { rows.last().map(id) } else { None };
        Self {
            data: rows,
            next_cursor,
        }
    }
}
