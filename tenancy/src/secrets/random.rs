//! Random bytes, digests and message authentication codes, all from one audited library.

use aws_lc_rs::{digest, hmac, rand};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;

/// Fills a new array with random bytes fit for keys and tokens.
///
/// # Panics
/// When the machine has no randomness: nothing safe can be done then.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the machine gives random bytes");
    bytes
}

/// A new opaque token: 256 random bits, URL-safe base64.
pub fn random_token() -> SecretString {
    URL_SAFE_NO_PAD.encode(random::<32>()).into()
}

/// SHA-256; how opaque tokens are stored.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut output = [0; 32];
    output.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    output
}

/// HMAC-SHA-256.
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut output = [0; 32];
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message);
    output.copy_from_slice(tag.as_ref());
    output
}
