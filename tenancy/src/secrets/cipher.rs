//! AES-256-GCM over bytes: a random nonce in front, the associated data length-prefixed so that no two lists of parts
//! are ever the same bytes.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Error, Result, TenantId};
use secrecy::{ExposeSecret, SecretBox, SecretSlice};

/// 256 bits that seal and open; wiped from memory when dropped.
pub(super) type Key = SecretBox<[u8; 32]>;

fn cipher(key: &Key) -> Result<RandomizedNonceKey> {
    RandomizedNonceKey::new(&AES_256_GCM, key.expose_secret()).map_err(Error::internal)
}

fn associated(parts: &[&[u8]]) -> Aad<Vec<u8>> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    Aad::from(bytes)
}

/// Base64url of nonce and ciphertext, bound to the parts.
pub(super) fn seal(key: &Key, parts: &[&[u8]], plain: &[u8]) -> Result<String> {
    let mut buffer = plain.to_vec();
    let nonce = cipher(key)?
        .seal_in_place_append_tag(associated(parts), &mut buffer)
        .map_err(Error::internal)?;
    let mut sealed = nonce.as_ref().to_vec();
    sealed.append(&mut buffer);
    Ok(URL_SAFE_NO_PAD.encode(sealed))
}

/// The opposite of [`seal`]; `None` when the key, the parts or the text are others.
pub(super) fn unseal(key: &Key, parts: &[&[u8]], sealed: &str) -> Option<SecretSlice<u8>> {
    let mut sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (nonce, buffer) = sealed.split_at_mut_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let plain = cipher(key)
        .ok()?
        .open_in_place(nonce, associated(parts), buffer)
        .ok()?;
    let opened = SecretSlice::from(plain.to_vec());
    plain.fill(0);
    Some(opened)
}

/// A tenant in the associated data; the platform is the empty part, which no tenant is.
pub(super) fn tenant_bytes(tenant: Option<&TenantId>) -> &[u8] {
    tenant.map_or(&[], |id| id.0.as_bytes())
}
