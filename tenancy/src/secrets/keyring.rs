//! The data keys in use: which is the newest of a tenant, and those already unwrapped.

use super::{
    MasterKeys, Place,
    cipher::{self, Key},
    random,
};
use crate::Clock;
use kernel::{Error, Kind, Result, TenantId};
use moka::sync::Cache;
use secrecy::{ExposeSecret, SecretBox, SecretSlice, SecretString};
use serde::Deserialize;
use sqlx::{PgConnection, PgPool};
use std::{fmt, sync::Arc};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// How long a node seals with the newest data key that it knows before it looks for a newer one.
const FRESH: Duration = Duration::minutes(5);
/// How long it goes on with it while the master database is down. `rotation` keeps old keys for longer than this.
pub(super) const STALE: Duration = Duration::minutes(30);

/// Seals and opens secrets. Cheap to clone.
#[derive(Clone)]
pub struct Keyring(Arc<Parts>);

struct Parts {
    master: PgPool,
    keys: MasterKeys,
    clock: Clock,
    opened: Cache<Uuid, Arc<DataKey>>,
    newest: Cache<Option<TenantId>, (Arc<DataKey>, OffsetDateTime)>,
}

pub(super) struct DataKey {
    pub(super) id: Uuid,
    tenant: Option<TenantId>,
    key: Key,
}

/// A tenant's data key as it is stored.
#[derive(Deserialize)]
pub(crate) struct WrappedKey {
    id: Uuid,
    wrapped: String,
    master_key_id: String,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("master_key", &self.0.keys.current_id())
            .finish_non_exhaustive()
    }
}

impl Keyring {
    /// Takes the master key into use; refuses one that does not open what is stored.
    pub async fn open(master: PgPool, master_key: SecretSlice<u8>, clock: Clock) -> Result<Self> {
        Self::open_with(master, MasterKeys::new(&master_key, None)?, clock).await
    }

    /// [`open`](Self::open) while the master key is being changed. The platform's own data key is made here if there is
    /// none, so that from the first start on another master key is noticed.
    pub async fn open_with(master: PgPool, keys: MasterKeys, clock: Clock) -> Result<Self> {
        let keyring = Self(Arc::new(Parts {
            master,
            keys,
            clock,
            opened: Cache::new(10_000),
            newest: Cache::new(10_000),
        }));
        let one_of_each_master_key = sqlx::query!(
            "select distinct on (master_key_id) id, tenant_id, wrapped, master_key_id
             from data_keys order by master_key_id, id"
        )
        .fetch_all(&keyring.0.master)
        .await?;
        for row in one_of_each_master_key {
            keyring
                .0
                .keys
                .unwrap(row.id, row.tenant_id, &row.master_key_id, &row.wrapped)
                .ok_or_else(wrong_master_key)?;
        }
        keyring.newest(None).await?;
        Ok(keyring)
    }

    /// Seals a secret for its place with the tenant's newest data key (made at the first use).
    ///
    /// Takes connections of its own: inside a transaction use [`seal_in`](Self::seal_in).
    pub async fn seal(&self, place: Place, secret: &[u8]) -> Result<String> {
        let key = self.newest(place.tenant).await?;
        seal(&key, place, secret)
    }

    /// [`seal`](Self::seal) inside a transaction on the master database. A data key that it makes is part of the
    /// transaction, and the tenant's row may come later in it: the reference is checked at commit.
    pub async fn seal_in(
        &self,
        conn: &mut PgConnection,
        place: Place,
        secret: &[u8],
    ) -> Result<String> {
        let key = self.newest_or_new(conn, place.tenant).await?;
        seal(&key, place, secret)
    }

    /// Opens what was sealed for this place.
    pub async fn unseal(&self, place: Place, sealed: &str) -> Result<SecretSlice<u8>> {
        let does_not_open = || {
            Error::internal(format!(
                "a sealed value of {} does not open in row {}",
                place.column, place.row
            ))
        };
        let (id, ciphertext) = parse(sealed).ok_or_else(does_not_open)?;
        let key = self.by_id(id).await?.ok_or_else(does_not_open)?;
        if key.tenant != place.tenant {
            return Err(does_not_open());
        }
        cipher::unseal(&key.key, &bound_to(&place, &key.id), ciphertext).ok_or_else(does_not_open)
    }

    /// [`unseal`](Self::unseal) for text.
    pub async fn unseal_text(&self, place: Place, sealed: &str) -> Result<SecretString> {
        let bytes = self.unseal(place, sealed).await?;
        let text = std::str::from_utf8(bytes.expose_secret())
            .map_err(|_| Error::internal(format!("{} is not text", place.column)))?;
        Ok(text.into())
    }

    /// Takes a tenant's data keys that were read together with what they seal, oldest first, so that opening it and sealing
    /// for it ask nothing more. One that does not unwrap is left out; what it sealed says so when it is opened.
    pub(crate) fn learn(&self, tenant: TenantId, keys: &[WrappedKey]) {
        for (key, number) in keys.iter().zip(1..) {
            match self.unwrap(key.id, Some(tenant), &key.master_key_id, &key.wrapped) {
                Ok(newest) if number == keys.len() => self.learn_newest(tenant, newest),
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%tenant, key = %key.id, cause = error.cause(), "a data key does not unwrap");
                }
            }
        }
    }

    /// Unless a newer one is known: what was read may have waited while a rotation went on.
    fn learn_newest(&self, tenant: TenantId, key: Arc<DataKey>) {
        let known = self.0.newest.get(&Some(tenant));
        if known.is_none_or(|(known, _)| known.id <= key.id) {
            let seen = (key, self.0.clock.now());
            self.0.newest.insert(Some(tenant), seen);
        }
    }

    /// The same secret sealed with the tenant's newest data key; `None` when it is already. For rotation: write it only
    /// where the old value still stands.
    pub async fn reseal(&self, place: Place, sealed: &str) -> Result<Option<String>> {
        let newest = self.newest(place.tenant).await?;
        if parse(sealed).is_some_and(|(id, _)| id == newest.id) {
            return Ok(None);
        }
        let secret = self.unseal(place, sealed).await?;
        seal(&newest, place, secret.expose_secret()).map(Some)
    }

    /// Makes one more data key inside the caller's transaction; from the commit on it is the newest.
    pub async fn new_data_key(
        &self,
        conn: &mut PgConnection,
        tenant: Option<TenantId>,
    ) -> Result<Uuid> {
        Ok(self.make(conn, tenant).await?.id)
    }

    /// Looks for the newest key again before sealing for this tenant.
    pub(super) fn forget_newest(&self, tenant: Option<TenantId>) {
        self.0.newest.invalidate(&tenant);
    }

    pub(super) fn master_keys(&self) -> &MasterKeys {
        &self.0.keys
    }

    async fn newest(&self, tenant: Option<TenantId>) -> Result<Arc<DataKey>> {
        let now = self.0.clock.now();
        let known = self.0.newest.get(&tenant);
        if let Some((key, seen)) = &known
            && now - *seen < FRESH
        {
            return Ok(Arc::clone(key));
        }
        match self.look_for_newest(tenant).await {
            Ok(key) => {
                self.0.newest.insert(tenant, (Arc::clone(&key), now));
                Ok(key)
            }
            Err(error) => match known {
                Some((key, seen)) if now - seen < STALE => Ok(key),
                _ => Err(error),
            },
        }
    }

    async fn look_for_newest(&self, tenant: Option<TenantId>) -> Result<Arc<DataKey>> {
        let mut transaction = self.0.master.begin().await?;
        let key = self.newest_or_new(&mut transaction, tenant).await?;
        transaction.commit().await?;
        Ok(key)
    }

    async fn newest_or_new(
        &self,
        conn: &mut PgConnection,
        tenant: Option<TenantId>,
    ) -> Result<Arc<DataKey>> {
        if let Some(key) = self.stored(conn, tenant).await? {
            return Ok(key);
        }
        // Two nodes may both find none: the second waits here and then finds the first one's.
        lock(conn, tenant).await?;
        match self.stored(conn, tenant).await? {
            Some(key) => Ok(key),
            None => self.make(conn, tenant).await,
        }
    }

    async fn stored(
        &self,
        conn: &mut PgConnection,
        tenant: Option<TenantId>,
    ) -> Result<Option<Arc<DataKey>>> {
        let row = sqlx::query!(
            "select id, wrapped, master_key_id from data_keys
             where tenant_id is not distinct from $1 order by created_at desc, id desc limit 1",
            tenant.map(|id| id.0)
        )
        .fetch_optional(conn)
        .await?;
        let Some(row) = row else { return Ok(None) };
        self.unwrap(row.id, tenant, &row.master_key_id, &row.wrapped)
            .map(Some)
    }

    async fn by_id(&self, id: Uuid) -> Result<Option<Arc<DataKey>>> {
        if let Some(key) = self.0.opened.get(&id) {
            return Ok(Some(key));
        }
        let row = sqlx::query!(
            "select tenant_id, wrapped, master_key_id from data_keys where id = $1",
            id
        )
        .fetch_optional(&self.0.master)
        .await?;
        let Some(row) = row else { return Ok(None) };
        self.unwrap(id, row.tenant_id, &row.master_key_id, &row.wrapped)
            .map(Some)
    }

    fn unwrap(
        &self,
        id: Uuid,
        tenant: Option<TenantId>,
        master_key_id: &str,
        wrapped: &str,
    ) -> Result<Arc<DataKey>> {
        if let Some(key) = self.0.opened.get(&id) {
            return Ok(key);
        }
        let key = self
            .0
            .keys
            .unwrap(id, tenant, master_key_id, wrapped)
            .ok_or_else(wrong_master_key)?;
        let key = Arc::new(DataKey { id, tenant, key });
        self.0.opened.insert(id, Arc::clone(&key));
        Ok(key)
    }

    async fn make(
        &self,
        conn: &mut PgConnection,
        tenant: Option<TenantId>,
    ) -> Result<Arc<DataKey>> {
        let id = self.0.clock.new_id();
        let key = SecretBox::new(Box::new(random::<32>()));
        sqlx::query!(
            "insert into data_keys (id, tenant_id, wrapped, master_key_id, created_at)
             values ($1, $2, $3, $4, $5)",
            id,
            tenant.map(|id| id.0),
            self.0.keys.wrap(id, tenant, &key)?,
            self.0.keys.current_id(),
            self.0.clock.now()
        )
        .execute(conn)
        .await?;
        Ok(Arc::new(DataKey { id, tenant, key }))
    }
}

/// Holds off others that make a data key for this tenant, until the transaction ends.
pub(super) async fn lock(conn: &mut PgConnection, tenant: Option<TenantId>) -> Result<()> {
    let name = tenant.map_or_else(|| "platform".to_owned(), |id| id.to_string());
    sqlx::query!(
        "select pg_advisory_xact_lock(hashtextextended($1, 11))",
        format!("data_keys {name}")
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn seal(key: &DataKey, place: Place, secret: &[u8]) -> Result<String> {
    let sealed = cipher::seal(&key.key, &bound_to(&place, &key.id), secret)?;
    Ok(format!("v1.{}.{sealed}", key.id))
}

/// What a sealed value is bound to.
fn bound_to<'a>(place: &'a Place, key: &'a Uuid) -> [&'a [u8]; 4] {
    [
        cipher::tenant_bytes(place.tenant.as_ref()),
        place.column.as_bytes(),
        place.row.as_bytes(),
        key.as_bytes(),
    ]
}

/// The data key's id and the ciphertext.
fn parse(sealed: &str) -> Option<(Uuid, &str)> {
    let (id, ciphertext) = sealed.strip_prefix("v1.")?.split_once('.')?;
    Some((Uuid::parse_str(id).ok()?, ciphertext))
}

fn wrong_master_key() -> Error {
    Error::new(
        Kind::Internal,
        "wrong_master_key",
        "The master key does not open what is stored. Set CLUBE_MASTER_KEY, or the file master.key in the data folder, \
         to the key that sealed it.",
    )
    .because("the master key does not open what is stored")
}
