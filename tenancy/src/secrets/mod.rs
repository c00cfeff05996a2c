//! Secrets at rest: AES-256-GCM with data keys that the master key wraps (section 11).
//!
//! Each tenant has data keys of its own, and so has the platform; the table `data_keys` holds them wrapped by the master
//! key, which never enters the database. A sealed value is text, `v1.<data key>.<base64url of nonce and ciphertext>`,
//! and is bound to its [`Place`]: copied to another tenant, column or row it does not open.
//!
//! One more sealed column: choose its place (`table.column` and the row's id), [`Keyring::seal`] when writing,
//! [`Keyring::unseal`] when reading, and re-seal it in `rotation` (a master table) or in what `club` passes to
//! [`rotate`] (a tenant's own table).

mod cipher;
mod keyring;
mod master_key;
mod random;
mod rotation;
#[cfg(test)]
pub(crate) mod tests;

pub use keyring::Keyring;
pub(crate) use keyring::WrappedKey;
pub use master_key::{MasterKeys, master_key, parse_master_key};
pub use random::{hmac_sha256, random, random_token, sha256};
pub use rotation::{RealmRotation, Rotation, rotate};

use kernel::TenantId;
use uuid::Uuid;

/// Where a secret is stored. A sealed value opens only in its own place.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The tenant whose data key seals it; `None` for the platform's own secrets.
    pub tenant: Option<TenantId>,
    /// `table.column`.
    pub column: &'static str,
    /// The row.
    pub row: Uuid,
}
