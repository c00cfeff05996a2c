//! Secrets at rest: AES-256-GCM with data keys that the master key wraps (section 11).

use crate::Clock;
use kernel::{Result, TenantId};
use secrecy::{SecretSlice, SecretString};
use sqlx::PgPool;
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

/// Seals and opens secrets. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Keyring {}

impl Keyring {
    /// Takes the master key into use; refuses one that does not open what is stored.
    pub async fn open(
        _master: PgPool,
        _master_key: SecretSlice<u8>,
        _clock: Clock,
    ) -> Result<Self> {
        unimplemented!()
    }

    /// Seals a secret for its place with the tenant's newest data key (made at the first use).
    pub async fn seal(&self, _place: Place, _secret: &[u8]) -> Result<String> {
        unimplemented!()
    }

    /// Opens what was sealed for this place.
    pub async fn unseal(&self, _place: Place, _sealed: &str) -> Result<SecretSlice<u8>> {
        unimplemented!()
    }

    /// [`unseal`](Self::unseal) for text.
    pub async fn unseal_text(&self, _place: Place, _sealed: &str) -> Result<SecretString> {
        unimplemented!()
    }
}

/// Fills a new array with random bytes fit for keys and tokens.
pub fn random<const N: usize>() -> [u8; N] {
    unimplemented!()
}

/// A new opaque token: 256 random bits, URL-safe base64.
pub fn random_token() -> SecretString {
    unimplemented!()
}

/// SHA-256; how opaque tokens are stored.
pub fn sha256(_bytes: &[u8]) -> [u8; 32] {
    unimplemented!()
}

/// HMAC-SHA-256.
pub fn hmac_sha256(_key: &[u8], _message: &[u8]) -> [u8; 32] {
    unimplemented!()
}
