//! Paths and methods that are not there.

use axum::http::{Method, Uri};
use kernel::{Error, Kind};

pub(super) async fn not_found(uri: Uri) -> Error {
    Error::new(
        Kind::NotFound,
        "route_not_found",
        format!("There is nothing at {}.", uri.path()),
    )
}

pub(super) async fn method_not_allowed(method: Method, uri: Uri) -> Error {
    Error::new(
        Kind::MethodNotAllowed,
        "method_not_allowed",
        format!("{} does not take {method}.", uri.path()),
    )
}
