//! Everything in a tenant's database: its people and what they do, one folder a feature, with the JSON API beside the
//! operation it calls.
//!
//! Never in here: a query on a table of the master database (that is `tenancy`), pages (that is `app`). Each operation
//! takes a [`Ctx`]: the tenant, who acts, and this tenant's pool and no other.

pub mod auth;
pub mod cashback;
pub mod debts;
pub mod deposits;
pub mod files;
pub mod kyc;
pub mod ledger;
pub mod legal_documents;
pub mod modules;
pub mod notifications;
pub mod pix;
pub mod products;
pub mod profile;
pub mod purchases;
pub mod receipts;
pub mod reconciliation;
pub mod referrals;
pub mod suspense;
pub mod user_documents;
pub mod users;
pub mod wallet;
pub mod wallet_blocks;
pub mod withdrawals;

#[cfg(feature = "ssr")]
pub mod api;
#[cfg(feature = "ssr")]
pub mod audit;
#[cfg(feature = "ssr")]
mod ctx;
#[cfg(feature = "ssr")]
pub mod idempotency;
#[cfg(feature = "ssr")]
pub mod outbox;
#[cfg(feature = "ssr")]
mod seed;
#[cfg(all(test, feature = "ssr"))]
mod testing;

#[cfg(feature = "ssr")]
pub use ctx::Ctx;
#[cfg(feature = "ssr")]
pub use seed::seed;
