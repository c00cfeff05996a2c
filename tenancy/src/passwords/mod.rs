//! Passwords: Argon2id on a bounded blocking pool, the same time for unknown users.

use kernel::Result;
use secrecy::SecretString;

/// Hashes and checks passwords, a few at a time.
#[derive(Clone, Debug)]
pub struct Passwords {}

impl Passwords {
    /// At most `at_once` hashes run at a time; the others wait.
    pub fn new(_at_once: usize) -> Self {
        unimplemented!()
    }

    /// The PHC string to store.
    pub async fn hash(&self, _password: SecretString) -> Result<String> {
        unimplemented!()
    }

    /// Whether the password is the stored one. Without a stored one (unknown user) it takes the same time and is `false`.
    pub async fn verify(&self, _password: SecretString, _stored: Option<String>) -> Result<bool> {
        unimplemented!()
    }
}

/// Whether a new password is good enough: `Err` is the stable reason (`too_short`, `too_long`, `too_common`).
pub fn check_strength(_password: &str) -> Result<(), &'static str> {
    unimplemented!()
}
