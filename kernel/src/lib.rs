//! The words everybody uses: money, percentages, ids, Brazilian documents, errors and pages.
//!
//! Nothing here does I/O, reads a clock or draws random numbers, so the browser build compiles all of it and the rules
//! that a form checks while typing are the rules that the server enforces. With the feature `ssr` the same types also
//! travel to PostgreSQL (`sqlx::Type`), to OpenAPI (`utoipa::ToSchema`) and to HTTP ([`Error`] is a response).

mod error;
mod id;
mod locale;
mod page;

pub use error::{Error, Kind, Result};
pub use id::{AdminId, DomainId, FamilyId, SessionId, TenantId, UserId};
pub use locale::Locale;
#[cfg(feature = "ssr")]
pub use error::{ErrorBody, OnConstraint};
pub use page::{Page, PageRequest};
