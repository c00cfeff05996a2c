//! A user's Ed25519 key pair: the public half for everybody, the private half sealed for its row.

use crate::Ctx;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Error, Result, TenantId, UserId};
use secrecy::ExposeSecret;
use tenancy::secrets::{Keyring, Place};
use uuid::Uuid;

/// A key pair as it is stored.
pub(super) struct StoredKeys {
    /// 32 bytes, base64url.
    pub(super) public: String,
    /// PKCS#8, sealed.
    pub(super) private: String,
}

/// Where a user's private key is stored.
pub(super) const fn place(tenant: TenantId, user: UserId) -> Place {
    Place {
        tenant: Some(tenant),
        column: "users.private_key",
        row: user.0,
    }
}

/// Makes a key pair for a user.
pub(super) async fn generate(
    keyring: &Keyring,
    tenant: TenantId,
    user: UserId,
) -> Result<StoredKeys> {
    let pair = Ed25519KeyPair::generate().map_err(Error::internal)?;
    let private = pair.to_pkcs8v1().map_err(Error::internal)?;
    Ok(StoredKeys {
        public: URL_SAFE_NO_PAD.encode(pair.public_key().as_ref()),
        private: keyring.seal(place(tenant, user), private.as_ref()).await?,
    })
}

/// What somebody signed, and the key to check it with: both base64url without padding.
pub(crate) struct Signed {
    pub(crate) signature: String,
    pub(crate) public_key: String,
}

/// Signs a message with a user's private key. The same message has the same signature.
pub(crate) async fn sign(ctx: &Ctx, user: UserId, message: &[u8]) -> Result<Signed> {
    let keys = sqlx::query!(
        "select public_key, private_key from users where id = $1 and private_key <> ''",
        user as UserId,
    )
    .fetch_optional(&mut *ctx.conn().await?)
    .await?
    .ok_or_else(Error::unauthenticated)?;
    let place = place(ctx.tenant.id, user);
    let private = ctx
        .platform
        .keyring
        .unseal(place, &keys.private_key)
        .await?;
    let pair = Ed25519KeyPair::from_pkcs8(private.expose_secret()).map_err(Error::internal)?;
    Ok(Signed {
        signature: URL_SAFE_NO_PAD.encode(pair.sign(message)),
        public_key: keys.public_key,
    })
}

/// Seals every private key of the tenant again with its newest data key, and says how many it replaced. Safe to run again.
pub async fn reseal(ctx: &Ctx) -> Result<u64> {
    let keyring = &ctx.platform.keyring;
    let mut tx = ctx.begin().await?;
    let mut count = 0;
    let mut after = UserId(Uuid::nil());
    loop {
        let rows = sqlx::query!(
            "select id, private_key from users where id > $1 and private_key <> '' order by id limit 500
             for no key update",
            after as UserId,
        )
        .fetch_all(&mut *tx)
        .await?;
        let Some(last) = rows.last() else {
            break;
        };
        after = last.id;
        for row in rows {
            let resealed = keyring
                .reseal(place(ctx.tenant.id, row.id), &row.private_key)
                .await?;
            let Some(resealed) = resealed else { continue };
            sqlx::query!(
                "update users set private_key = $2 where id = $1",
                row.id as UserId,
                resealed
            )
            .execute(&mut *tx)
            .await?;
            count += 1;
        }
    }
    tx.commit().await?;
    Ok(count)
}
