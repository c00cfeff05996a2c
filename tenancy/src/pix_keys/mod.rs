//! Which club uses which Pix key: a key is registered once in the country, so it belongs to one club of an installation.
//! Two with one key would take each other's payments in.
//!
//! The key stands in the club's own database; here stands its digest. Both change under a lock on the club's settings: a
//! key is claimed before it is saved there, and what is claimed besides is released after. A claim that a crash left
//! without a key, or a key without a claim, is put right by whoever compares them next.

#[cfg(test)]
mod tests;

use crate::{Platform, secrets::sha256};
use kernel::{Error, Result, TenantId};

/// Makes a key this tenant's, in the form in which the directory has it; again, it changes nothing.
///
/// # Errors
/// The field `key`: `used_by_another_club`.
pub async fn claim(platform: &Platform, tenant: TenantId, key: &str) -> Result<()> {
    // The update that changes nothing waits for whoever claims it at this moment, and tells who has it.
    let owner = sqlx::query_scalar!(
        r#"insert into tenant_pix_keys (digest, tenant_id, claimed_at) values ($1, $2, $3)
           on conflict (digest) do update set tenant_id = tenant_pix_keys.tenant_id
           returning tenant_id as "owner: TenantId""#,
        &digest(key)[..],
        tenant as TenantId,
        platform.clock.now(),
    )
    .fetch_one(&platform.master)
    .await?;
    if owner == tenant {
        return Ok(());
    }
    let refusal = Error::invalid("key", "used_by_another_club");
    Err(refusal.because("another club uses the Pix key"))
}

/// Releases what this tenant has claimed but for this key.
pub async fn release_others(
    platform: &Platform,
    tenant: TenantId,
    key: Option<&str>,
) -> Result<()> {
    let kept = key.map(digest);
    sqlx::query!(
        "delete from tenant_pix_keys where tenant_id = $1 and digest is distinct from $2",
        tenant as TenantId,
        kept.as_ref().map(|digest| &digest[..]),
    )
    .execute(&platform.master)
    .await?;
    Ok(())
}

fn digest(key: &str) -> [u8; 32] {
    sha256(key.as_bytes())
}
