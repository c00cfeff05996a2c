//! Rate limits (section 5): sign-in per account and per address, API per user, providers' webhooks per address.
//!
//! Each counts the last minute, so nobody is ever locked out for good. A stranger who uses up an account's attempts does
//! not keep its owner out either: an address from which the account was signed in during the last thirty days has
//! attempts of its own. Which addresses those are all nodes know (`known`); the counts live in this process. One more
//! limit is one more field of [`Throttle`].

mod known;
#[cfg(test)]
mod tests;
mod window;

use crate::secrets::sha256;
use kernel::Result;
use known::Known;
use sqlx::PgPool;
use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    sync::Arc,
    time::Instant,
};
use window::Windows;

/// The limits; settings.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Sign-ins a minute for one account.
    pub sign_in_per_account: u32,
    /// Sign-ins a minute from one address.
    pub sign_in_per_address: u32,
    /// API requests a minute of one user.
    pub api_per_user: u32,
    /// Calls a minute of providers' webhooks from one address.
    pub webhooks_per_address: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sign_in_per_account: 10,
            sign_in_per_address: 20,
            api_per_user: 300,
            webhooks_per_address: 600,
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
#[derive(Clone)]
pub struct Throttle(Arc<Parts>);

struct Parts {
    accounts: Windows,
    addresses: Windows,
    users: Windows,
    webhooks: Windows,
    known: Known,
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle").finish_non_exhaustive()
    }
}

impl Throttle {
    /// Starts with nothing counted; `master` knows the addresses of earlier sign-ins.
    pub fn new(limits: Limits, master: PgPool) -> Self {
        Self(Arc::new(Parts {
            accounts: Windows::new(limits.sign_in_per_account),
            addresses: Windows::new(limits.sign_in_per_address),
            users: Windows::new(limits.api_per_user),
            webhooks: Windows::new(limits.webhooks_per_address),
            known: Known::new(master),
        }))
    }

    /// Counts a sign-in to an account (realm and e-mail) from an address; 429 when either is used up.
    ///
    /// The address is counted first: a flood from one address spends nothing of the accounts that it names.
    pub async fn sign_in(&self, account: &str, address: Option<IpAddr>) -> Result<Quota> {
        self.stranger(address)?;
        let Parts {
            accounts, known, ..
        } = &*self.0;
        let (pair, now) = (pair(account, address), Instant::now());
        if known.remembers(pair) {
            return accounts.count(pair, now);
        }
        match accounts.count(key(&[account.as_bytes()]), now) {
            Err(_) if address.is_some() && known.find(pair).await => accounts.count(pair, now),
            counted => counted,
        }
    }

    /// Counts an attempt that names no account, like one with a token that is nobody's, among an address's sign-ins; 429
    /// when they are used up.
    pub fn stranger(&self, address: Option<IpAddr>) -> Result<()> {
        address.map_or(Ok(()), |address| {
            let address = key(&[&network(address)]);
            self.0.addresses.count(address, Instant::now()).map(drop)
        })
    }

    /// Remembers, for all nodes, that the account was signed in from this address: strangers' attempts no longer count
    /// against it there. Not in a transaction: it takes a connection of its own.
    pub async fn signed_in(&self, account: &str, address: Option<IpAddr>) {
        if address.is_some() {
            self.0.known.remember(pair(account, address)).await;
        }
    }

    /// Counts a request of a user (tenant and user id); 429 when used up.
    pub fn api(&self, user: &str) -> Result<Quota> {
        self.0.users.count(key(&[user.as_bytes()]), Instant::now())
    }

    /// Counts a call of a provider's webhook from an address; 429 when used up.
    pub fn webhook(&self, address: IpAddr) -> Result<Quota> {
        let address = key(&[&network(address)]);
        self.0.webhooks.count(address, Instant::now())
    }
}

/// Whose requests are counted: of fixed size, whatever length of e-mail somebody sends.
type Key = [u8; 16];

fn key(parts: &[&[u8]]) -> Key {
    let mut name = Vec::new();
    for part in parts {
        name.extend_from_slice(&(part.len() as u64).to_be_bytes());
        name.extend_from_slice(part);
    }
    let mut key = Key::default();
    key.copy_from_slice(&sha256(&name)[..16]);
    key
}

fn pair(account: &str, address: Option<IpAddr>) -> Key {
    let network = address.map(network).unwrap_or_default();
    key(&[account.as_bytes(), &network])
}

/// One client: an IPv4 address, or the /64 network that one IPv6 customer has at least.
fn network(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => {
            let network = address.to_bits() & (u128::MAX << 64);
            Ipv6Addr::from_bits(network).octets().to_vec()
        }
    }
}
