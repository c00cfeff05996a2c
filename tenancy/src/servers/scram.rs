//! A role's password as PostgreSQL stores it (SCRAM-SHA-256). The password itself never stands in a statement, so it
//! cannot end in the server's log.

use crate::secrets;
use aws_lc_rs::pbkdf2;
use base64::{Engine, prelude::BASE64_STANDARD};
use secrecy::{ExposeSecret, SecretString};
use std::num::NonZeroU32;

/// What RFC 7677 asks for; our passwords have 256 random bits, so that more would add nothing.
const ITERATIONS: NonZeroU32 = NonZeroU32::new(4096).expect("not zero");

/// The verifier of an ASCII password, for `create role … password '…'`.
pub(crate) fn verifier(password: &SecretString) -> String {
    verifier_with(password, &secrets::random::<16>())
}

fn verifier_with(password: &SecretString, salt: &[u8]) -> String {
    let mut salted = [0; 32];
    pbkdf2::derive(
        pbkdf2::PBKDF2_HMAC_SHA256,
        ITERATIONS,
        salt,
        password.expose_secret().as_bytes(),
        &mut salted,
    );
    let stored = secrets::sha256(&secrets::hmac_sha256(&salted, b"Client Key"));
    let server = secrets::hmac_sha256(&salted, b"Server Key");
    let text = |bytes: &[u8]| BASE64_STANDARD.encode(bytes);
    format!(
        "SCRAM-SHA-256${ITERATIONS}:{}${}:{}",
        text(salt),
        text(&stored),
        text(&server)
    )
}
