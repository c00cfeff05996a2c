//! Rate limits (section 5): sign-in per account and per address, API per user.

use kernel::Result;
use std::net::IpAddr;

/// The limits; settings.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Sign-ins a minute for one account.
    pub sign_in_per_account: u32,
    /// Sign-ins a minute from one address.
    pub sign_in_per_address: u32,
    /// API requests a minute of one user.
    pub api_per_user: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_in_per_account: 10,
            sign_in_per_address: 20,
            api_per_user: 300,
        }
    }
}

/// What is left of a limit, for the `RateLimit-*` headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests a minute.
    pub limit: u32,
    /// Left now.
    pub remaining: u32,
    /// Seconds until all are there again.
    pub reset: u32,
}

/// Counts requests. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Throttle {}

impl Throttle {
    /// Starts with nothing counted.
    pub fn new(_limits: Limits) -> Self {
        unimplemented!()
    }

    /// Counts a sign-in to an account (realm and e-mail) from an address; 429 when either is used up.
    pub fn sign_in(&self, _account: &str, _address: Option<IpAddr>) -> Result<Quota> {
        unimplemented!()
    }

    /// Counts a request of a user (tenant and user id); 429 when used up.
    pub fn api(&self, _user: &str) -> Result<Quota> {
        unimplemented!()
    }
}
