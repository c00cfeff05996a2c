//! Reading and changing the registry.

use super::{Tenant, TenantPatch};
use crate::PlatformCtx;
use kernel::Result;

/// All tenants, by slug.
pub async fn list(_ctx: &PlatformCtx) -> Result<Vec<Tenant>> {
    unimplemented!()
}

/// One tenant; `None` when nobody has the slug.
pub async fn by_slug(_ctx: &PlatformCtx, _slug: &str) -> Result<Option<Tenant>> {
    unimplemented!()
}

/// Changes a tenant's status, plan or subscription, with an audit row; visible at once on this node.
pub async fn change(_ctx: &PlatformCtx, _slug: &str, _patch: TenantPatch) -> Result<Tenant> {
    unimplemented!()
}
