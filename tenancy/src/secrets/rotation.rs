//! Rotation of keys: a new data key for the platform and for each tenant, everything sealed again with it, old keys
//! removed when nothing needs them, and data keys wrapped by the present master key.
//!
//! It may be stopped anywhere and run again, also under traffic: until its last step old keys are all there, and a
//! value is replaced only where the value that was read still stands.

use super::{
    Place,
    keyring::{self, STALE},
};
use crate::{PlatformCtx, administrators::Permission, audit};
use kernel::{Result, TenantId};
use serde::Serialize;
use time::Duration;
use uuid::Uuid;

/// An old data key is removed when its successor is older than this: other nodes may seal with the old one for a while
/// ([`STALE`]), and what they sealed may still be on its way into a row.
const GRACE: Duration = Duration::hours(1);
const _: () = assert!(GRACE.whole_seconds() >= 2 * STALE.whole_seconds());

const DATABASE_PASSWORD: &str = "tenants.database_password";
const TOKEN_KEY: &str = "tenants.token_key";
const PROVISIONING_PASSWORD: &str = "database_servers.provisioning_password";
const TOTP_SEED: &str = "administrators.totp_seed";

/// What a rotation did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Rotation {
    /// Data keys that another master key had wrapped and the present one wraps now.
    pub rewrapped: u64,
    /// The platform first, then the tenants by slug.
    pub realms: Vec<RealmRotation>,
}

/// What a rotation did for the platform or for one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RealmRotation {
    /// The tenant's slug; `None` for the platform.
    pub slug: Option<String>,
    /// Values sealed again.
    pub resealed: u64,
    /// Old data keys removed.
    pub keys_removed: u64,
    /// Old data keys still there: too young to be removed, or needed. A later rotation removes them.
    pub keys_kept: u64,
    /// Why it is not whole; all old keys are still there then.
    pub error: Option<String>,
}

impl Rotation {
    /// Whether every realm was rotated.
    pub fn is_whole(&self) -> bool {
        self.realms.iter().all(|realm| realm.error.is_none())
    }
}

/// Rotates the platform's and every tenant's data keys. `reseal_own` seals again what a tenant's own database holds
/// (with [`Keyring::reseal`](super::Keyring::reseal)) and says how many values it replaced. Goes on after a tenant's
/// failure.
pub async fn rotate<F>(
    ctx: &PlatformCtx,
    reseal_own: impl Fn(TenantId) -> F + Send + Sync,
) -> Result<Rotation>
where
    F: Future<Output = Result<u64>> + Send,
{
    ctx.require(Permission::ManageAdministrators)?;
    let mut rotation = Rotation {
        rewrapped: rewrap(ctx).await?,
        ..Rotation::default()
    };
    rotation
        .realms
        .push(rotate_realm(ctx, None, async { Ok(0) }).await);
    let tenants = sqlx::query!("select id, slug from tenants order by slug")
        .fetch_all(&ctx.platform.master)
        .await?;
    for tenant in tenants {
        let own = reseal_own(tenant.id);
        let realm = rotate_realm(ctx, Some((tenant.id, tenant.slug.to_string())), own).await;
        rotation.realms.push(realm);
    }
    Ok(rotation)
}

/// Wraps with the present master key what the previous one wrapped.
async fn rewrap(ctx: &PlatformCtx) -> Result<u64> {
    let keys = ctx.platform.keyring.master_keys();
    let others = sqlx::query!(
        "select id, tenant_id, wrapped, master_key_id from data_keys where master_key_id <> $1",
        keys.current_id()
    )
    .fetch_all(&ctx.platform.master)
    .await?;
    let mut rewrapped = 0;
    for row in others {
        let Some(key) = keys.unwrap(row.id, row.tenant_id, &row.master_key_id, &row.wrapped) else {
            return Err(kernel::Error::internal(format!(
                "no master key opens data key {}",
                row.id
            )));
        };
        rewrapped += sqlx::query!(
            "update data_keys set wrapped = $2, master_key_id = $3 where id = $1 and wrapped = $4",
            row.id,
            keys.wrap(row.id, row.tenant_id, &key)?,
            keys.current_id(),
            row.wrapped
        )
        .execute(&ctx.platform.master)
        .await?
        .rows_affected();
    }
    Ok(rewrapped)
}

async fn rotate_realm(
    ctx: &PlatformCtx,
    tenant: Option<(TenantId, String)>,
    reseal_own: impl Future<Output = Result<u64>> + Send,
) -> RealmRotation {
    let (id, slug) = tenant.unzip();
    let mut done = RealmRotation {
        slug,
        resealed: 0,
        keys_removed: 0,
        keys_kept: 0,
        error: None,
    };
    let outcome = async {
        begin(ctx, id, done.slug.as_deref().unwrap_or("platform")).await?;
        done.resealed += reseal_master(ctx, id).await?;
        done.resealed += reseal_own.await?;
        done.keys_removed = remove_old(ctx, id).await?;
        Ok::<_, kernel::Error>(())
    };
    if let Err(error) = outcome.await {
        done.error = Some(
            error
                .cause()
                .map_or_else(|| error.to_string(), str::to_owned),
        );
    }
    done.keys_kept = count_old(ctx, id).await.unwrap_or_default();
    done
}

/// Makes the new data key.
async fn begin(ctx: &PlatformCtx, tenant: Option<TenantId>, subject: &str) -> Result<()> {
    let keyring = &ctx.platform.keyring;
    let mut transaction = ctx.platform.master.begin().await?;
    keyring::lock(&mut transaction, tenant).await?;
    keyring.new_data_key(&mut transaction, tenant).await?;
    let row = audit::Record {
        tenant_id: tenant,
        action: "keys.rotate",
        subject,
        before: None,
        after: None,
    };
    audit::record(&mut transaction, ctx, row).await?;
    transaction.commit().await?;
    keyring.forget_newest(tenant);
    Ok(())
}

/// Everything that the master database holds sealed for one realm.
async fn reseal_master(ctx: &PlatformCtx, tenant: Option<TenantId>) -> Result<u64> {
    let sealed_values = sqlx::query!(
        r#"select column_name as "column_name!", id as "id!: Uuid", sealed as "sealed!" from (
               select $2 as column_name, id, database_password as sealed from tenants where id = $1
               union all
               select $3, id, token_key from tenants where id = $1
               union all
               select $4, id, provisioning_password from database_servers where $1::uuid is null
               union all
               select $5, id, totp_seed from administrators
               where tenant_id is not distinct from $1 and totp_seed is not null
           ) as sealed_values"#,
        tenant.map(|id| id.0),
        DATABASE_PASSWORD,
        TOKEN_KEY,
        PROVISIONING_PASSWORD,
        TOTP_SEED
    )
    .fetch_all(&ctx.platform.master)
    .await?;
    let mut resealed = 0;
    for value in sealed_values {
        for column in [
            DATABASE_PASSWORD,
            TOKEN_KEY,
            PROVISIONING_PASSWORD,
            TOTP_SEED,
        ] {
            if value.column_name == column {
                let place = Place {
                    tenant,
                    column,
                    row: value.id,
                };
                resealed += replace(ctx, place, &value.sealed).await?;
            }
        }
    }
    Ok(resealed)
}

/// Seals one value again, unless it changed meanwhile: then it was sealed anew by whoever changed it.
async fn replace(ctx: &PlatformCtx, place: Place, old: &str) -> Result<u64> {
    let Some(new) = ctx.platform.keyring.reseal(place, old).await? else {
        return Ok(0);
    };
    let update = match place.column {
        DATABASE_PASSWORD => sqlx::query!(
            "update tenants set database_password = $3 where id = $1 and database_password = $2",
            place.row,
            old,
            new
        ),
        TOKEN_KEY => sqlx::query!(
            "update tenants set token_key = $3 where id = $1 and token_key = $2",
            place.row,
            old,
            new
        ),
        PROVISIONING_PASSWORD => sqlx::query!(
            "update database_servers set provisioning_password = $3
             where id = $1 and provisioning_password = $2",
            place.row,
            old,
            new
        ),
        _ => sqlx::query!(
            "update administrators set totp_seed = $3 where id = $1 and totp_seed = $2",
            place.row,
            old,
            new
        ),
    };
    Ok(update.execute(&ctx.platform.master).await?.rows_affected())
}

/// Removes the data keys that were superseded long enough ago and that no value names. What the tenant's own database
/// held was sealed again before this.
async fn remove_old(ctx: &PlatformCtx, tenant: Option<TenantId>) -> Result<u64> {
    let removed = sqlx::query!(
        "delete from data_keys old
         where old.tenant_id is not distinct from $1
           and exists (
               select 1 from data_keys successor
               where successor.tenant_id is not distinct from $1
                 and (successor.created_at, successor.id) > (old.created_at, old.id)
                 and successor.created_at <= $2)
           and not exists (
               select 1 from (
                   select database_password as sealed from tenants where id = $1
                   union all select token_key from tenants where id = $1
                   union all select provisioning_password from database_servers where $1::uuid is null
                   union all select totp_seed from administrators where tenant_id is not distinct from $1
               ) as sealed_values
               where starts_with(sealed, 'v1.' || old.id || '.'))",
        tenant.map(|id| id.0),
        ctx.now() - GRACE
    )
    .execute(&ctx.platform.master)
    .await?;
    Ok(removed.rows_affected())
}

async fn count_old(ctx: &PlatformCtx, tenant: Option<TenantId>) -> Result<u64> {
    let keys = sqlx::query_scalar!(
        r#"select count(*) as "keys!" from data_keys where tenant_id is not distinct from $1"#,
        tenant.map(|id| id.0)
    )
    .fetch_one(&ctx.platform.master)
    .await?;
    Ok(u64::try_from(keys).unwrap_or_default().saturating_sub(1))
}
