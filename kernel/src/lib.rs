//! The words everybody uses: money, percentages, ids, Brazilian documents, errors and pages.
//!
//! Nothing here does I/O, reads a clock or draws random numbers, so the browser build compiles all of it and the rules
//! that a form checks while typing are the rules that the server enforces. With the feature `ssr` the same types also
//! travel to PostgreSQL (`sqlx::Type`), to OpenAPI (`utoipa::ToSchema`) and to HTTP ([`Error`] is a response).

mod colour;
mod document;
mod email;
mod error;
mod id;
mod locale;
mod moment;
mod money;
mod page;
mod percent;
mod phone;
mod slug;
mod text;

pub use colour::Colour;
pub use document::{Cnpj, Cpf, Document};
pub use email::Email;
pub use error::{Error, Kind, Result};
#[cfg(feature = "ssr")]
pub use error::{ErrorBody, OnConstraint};
pub use id::{
    AdminId, DepositId, DeviceId, DocumentId, DomainId, FamilyId, FileId, ForgivenessId,
    NotificationId, ProductId, PurchaseId, ReceivedPixId, RefundId, SessionId, TenantId,
    TransactionId, UserDocumentId, UserId, WalletBlockId, WalletLiftId, WithdrawalId,
};
pub use locale::Locale;
pub use moment::Moment;
pub use money::Money;
pub use page::{Page, PageRequest};
pub use percent::{CashbackSplit, Percent, Shares};
pub use phone::Phone;
pub use slug::Slug;
