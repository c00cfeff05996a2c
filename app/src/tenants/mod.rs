//! Clubs as the platform sees them: overview, list, one club, and the changes to it.

mod create;
mod detail;
mod domains;
#[cfg(feature = "ssr")]
mod figures;
mod list;
mod names;
mod overview;
mod review;
mod rows;
pub(crate) mod server_fns;
mod words;

pub(crate) use create::CreatePage;
pub(crate) use detail::TenantPage;
pub(crate) use domains::DomainPage;
pub(crate) use list::TenantsPage;
pub(crate) use overview::OverviewPage;
pub(crate) use review::ReviewPage;
pub(crate) use rows::TenantFilter;
