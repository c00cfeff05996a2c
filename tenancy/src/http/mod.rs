//! What the JSON API's handlers share: extractors that refuse in our words, and the refusals' OpenAPI.
//!
//! A handler takes [`Json`], [`Query`] and [`Path`] instead of axum's: whatever is wrong with the request becomes a
//! [`kernel::Error`] that names the field (section 5). A handler that needs only the tenant, not its database, takes
//! [`AtTenant`]. To document a route's refusals, name [`Refusals`] first among its `responses`.

mod input;
mod json;
mod refusals;
mod tenant;

pub use input::{Path, Query};
pub use json::{Json, unreadable};
pub use refusals::{
    Refusals, SignedInRefusals, error_body_schema, refusal_example, refusal_responses,
};
pub use tenant::{AtTenant, no_tenant_here};

/// The largest JSON body that is read, in bytes.
pub const BODY_LIMIT: usize = 1024 * 1024;
/// The largest multipart body that is read where files are uploaded, in bytes: a file of 10 MB and what stands around it.
pub const UPLOAD_LIMIT: usize = 10 * 1024 * 1024 + 64 * 1024;
