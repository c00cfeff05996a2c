//! The club's Pix key, which no other club of the installation has (`tenancy::pix_keys`).

use crate::Ctx;
use kernel::Result;
use serde_json::Value;
use tenancy::{administrators::Permission, pix_keys};

/// The club's key of an account. The sandbox has none.
pub(super) fn key_of(account: &Value) -> Option<&str> {
    account["key"]["key"].as_str()
}

/// Makes the key that the club uses its own, and gives back what it has claimed besides. For after a choice, and for a job:
/// whatever ended between the two databases, and who chose before keys were claimed, is put right by it. Nobody chooses
/// meanwhile.
///
/// # Errors
/// `key`: `used_by_another_club`, when both chose it before keys were claimed.
pub async fn settle_key(ctx: &Ctx) -> Result<()> {
    ctx.require(Permission::ManageSettings)?;
    let mut tx = ctx.begin().await?;
    let account = sqlx::query_scalar!("select pix_account from money_settings for share")
        .fetch_one(&mut *tx)
        .await?;
    let key = key_of(&account);
    let (platform, tenant) = (&ctx.platform, ctx.tenant.id);
    pix_keys::release_others(platform, tenant, key).await?;
    if let Some(key) = key {
        pix_keys::claim(platform, tenant, key).await?;
    }
    tx.rollback().await?;
    Ok(())
}
