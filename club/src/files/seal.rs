//! Encrypting a file's bytes: AES-256-GCM with a key that this file alone has, bound to tenant and file.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use kernel::{Error, FileId, Result, TenantId};

fn bound_to(tenant: TenantId, id: FileId) -> Aad<[u8; 32]> {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(tenant.0.as_bytes());
    bytes[16..].copy_from_slice(id.0.as_bytes());
    Aad::from(bytes)
}

/// Nonce and ciphertext.
pub(super) fn seal(
    key: &[u8],
    tenant: TenantId,
    id: FileId,
    mut bytes: Vec<u8>,
) -> Result<Vec<u8>> {
    let nonce = RandomizedNonceKey::new(&AES_256_GCM, key)
        .and_then(|key| key.seal_in_place_append_tag(bound_to(tenant, id), &mut bytes))
        .map_err(Error::internal)?;
    let mut sealed = nonce.as_ref().to_vec();
    sealed.append(&mut bytes);
    Ok(sealed)
}

/// The opposite of [`seal`].
pub(super) fn open(
    key: &[u8],
    tenant: TenantId,
    id: FileId,
    mut sealed: Vec<u8>,
) -> Result<Vec<u8>> {
    let does_not_open = || Error::internal(format!("file {id} does not open"));
    let (nonce, ciphertext) = sealed
        .split_at_mut_checked(NONCE_LEN)
        .ok_or_else(does_not_open)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| does_not_open())?;
    RandomizedNonceKey::new(&AES_256_GCM, key)
        .and_then(|key| {
            key.open_in_place(nonce, bound_to(tenant, id), ciphertext)
                .map(|plain| plain.to_vec())
        })
        .map_err(|_| does_not_open())
}
