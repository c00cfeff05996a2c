//! Passwords: Argon2id on a bounded blocking pool, the same time for unknown users.
//!
//! A hash takes 19 MiB and tens of milliseconds of a core; a flood of sign-ins waits for its turn. To make hashing dearer,
//! raise the numbers in [`argon2`]: old hashes go on being accepted, and [`needs_rehash`] says at the next sign-in which
//! ones to replace.

mod strength;
#[cfg(test)]
mod tests;

pub(crate) use strength::readable;
pub use strength::{check_strength, drawn, generate};

use crate::{heavy::Heavy, secrets::random};
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use kernel::{Error, Result};
use secrecy::{ExposeSecret, SecretString};

/// Hashes and checks passwords, a few at a time. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Passwords {
    heavy: Heavy,
}

impl Passwords {
    /// At most `at_once` hashes run at a time; the others wait.
    pub fn new(at_once: usize) -> Self {
        Self {
            heavy: Heavy::new(at_once.max(1)),
        }
    }

    /// The PHC string to store.
    pub async fn hash(&self, password: SecretString) -> Result<String> {
        self.heavy
            .work(move || {
                let hash = hash(&password)?;
                Ok(hash.to_string())
            })
            .await
    }

    /// Whether the password is the stored one. Without a stored one (unknown user) it takes the same time and is `false`.
    pub async fn verify(&self, password: SecretString, stored: Option<String>) -> Result<bool> {
        self.heavy
            .work(move || {
                let Some(stored) = stored else {
                    hash(&password)?;
                    return Ok(false);
                };
                let stored = PasswordHash::new(&stored).map_err(Error::internal)?;
                Ok(argon2()?
                    .verify_password(password.expose_secret().as_bytes(), &stored)
                    .is_ok())
            })
            .await
    }
}

/// Whether a stored hash was made with weaker parameters than today's, so that it is worth replacing at a sign-in.
pub fn needs_rehash(stored: &str) -> bool {
    let Ok(stored) = PasswordHash::new(stored) else {
        return true;
    };
    let todays = argon2().is_ok_and(|argon2| {
        Params::try_from(&stored).is_ok_and(|params| {
            (params.m_cost(), params.t_cost(), params.p_cost())
                == (
                    argon2.params().m_cost(),
                    argon2.params().t_cost(),
                    argon2.params().p_cost(),
                )
        })
    });
    stored.algorithm.as_str() != Algorithm::Argon2id.as_str() || !todays
}

/// OWASP's first choice: 19 MiB, two passes, one lane.
fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(password: &SecretString) -> Result<PasswordHash> {
    argon2()?
        .hash_password_with_salt(password.expose_secret().as_bytes(), &random::<16>())
        .map_err(Error::internal)
}
