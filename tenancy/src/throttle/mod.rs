//! Rate limits (section 5): sign-in per account and per address, API per user, providers' webhooks per address.
//!
//! Each is a bucket that refills evenly over a minute (GCRA), so nobody is ever locked out for good. A stranger who keeps
//! an account's bucket empty does not keep its owner out either: an address from which the account was signed in before
//! has a bucket of its own. Counts live in this process; one more limit is one more field of [`Throttle`].

#[cfg(test)]
mod tests;

use crate::secrets::sha256;
use governor::{
    RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DashMapStateStore,
};
use kernel::{Error, Result};
use moka::sync::Cache;
use std::{
    fmt,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

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
    accounts: Buckets,
    addresses: Buckets,
    users: Buckets,
    webhooks: Buckets,
    /// Pairs of account and address that signed in.
    known: Cache<Key, ()>,
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle").finish_non_exhaustive()
    }
}

impl Throttle {
    /// Starts with nothing counted.
    pub fn new(limits: Limits) -> Self {
        let days_30 = Duration::from_hours(30 * 24);
        Self(Arc::new(Parts {
            accounts: Buckets::new(limits.sign_in_per_account),
            addresses: Buckets::new(limits.sign_in_per_address),
            users: Buckets::new(limits.api_per_user),
            webhooks: Buckets::new(limits.webhooks_per_address),
            known: Cache::builder()
                .max_capacity(100_000)
                .time_to_idle(days_30)
                .build(),
        }))
    }

    /// Counts a sign-in to an account (realm and e-mail) from an address; 429 when either is used up.
    ///
    /// The address is counted first: a flood from one address spends nothing of the accounts that it names.
    pub fn sign_in(&self, account: &str, address: Option<IpAddr>) -> Result<Quota> {
        self.stranger(address)?;
        let pair = pair(account, address);
        let bucket = if self.0.known.contains_key(&pair) {
            pair
        } else {
            key(&[account.as_bytes()])
        };
        self.0.accounts.count(bucket)
    }

    /// Counts an attempt that names no account, like one with a token that is nobody's, among an address's sign-ins; 429
    /// when they are used up.
    pub fn stranger(&self, address: Option<IpAddr>) -> Result<()> {
        address.map_or(Ok(()), |address| {
            self.0.addresses.count(key(&[&network(address)])).map(drop)
        })
    }

    /// Remembers that the account was signed in from this address: strangers' attempts no longer count against it there.
    pub fn signed_in(&self, account: &str, address: Option<IpAddr>) {
        if address.is_some() {
            self.0.known.insert(pair(account, address), ());
        }
    }

    /// Counts a request of a user (tenant and user id); 429 when used up.
    pub fn api(&self, user: &str) -> Result<Quota> {
        self.0.users.count(key(&[user.as_bytes()]))
    }

    /// Counts a call of a provider's webhook from an address; 429 when used up.
    pub fn webhook(&self, address: IpAddr) -> Result<Quota> {
        self.0.webhooks.count(key(&[&network(address)]))
    }
}

/// A bucket's name: of fixed size, whatever length of e-mail somebody sends.
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

/// Buckets of one size.
struct Buckets {
    per_minute: NonZeroU32,
    limiter: RateLimiter<Key, DashMapStateStore<Key>, DefaultClock, StateInformationMiddleware>,
    counted: AtomicU32,
}

/// After so many counts the full buckets are forgotten, which keeps the memory bounded by a minute's traffic.
const BETWEEN_CLEANUPS: u32 = 4096;

impl Buckets {
    fn new(per_minute: u32) -> Self {
        let per_minute = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
        Self {
            per_minute,
            limiter: RateLimiter::dashmap(governor::Quota::per_minute(per_minute))
                .with_middleware::<StateInformationMiddleware>(),
            counted: AtomicU32::new(0),
        }
    }

    fn count(&self, key: Key) -> Result<Quota> {
        if self.counted.fetch_add(1, Ordering::Relaxed) % BETWEEN_CLEANUPS == BETWEEN_CLEANUPS - 1 {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key(&key) {
            Ok(state) => {
                let limit = self.per_minute.get();
                let remaining = state.remaining_burst_capacity();
                let used = u64::from(limit.saturating_sub(remaining));
                let reset = (used * 60).div_ceil(u64::from(limit));
                Ok(Quota {
                    limit,
                    remaining,
                    reset: u32::try_from(reset).unwrap_or(60),
                })
            }
            Err(not_until) => {
                let wait = not_until.wait_time_from(self.limiter.clock().now());
                let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
                let retry_after = u32::try_from(seconds).unwrap_or(60).max(1);
                Err(Error::too_many_requests(retry_after).limited_to(self.per_minute.get()))
            }
        }
    }
}
