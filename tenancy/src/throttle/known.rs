//! From which addresses an account was signed in. It stands in the master database, so that it holds on every node and
//! after a restart; for a while also here, so that hardly anybody asks.
//!
//! Nobody waits long for it: while the master database is down an address counts as a stranger's, and people still sign in.

use super::Key;
use moka::sync::Cache;
use sqlx::PgPool;
use std::time::Duration;
use tokio::time::timeout;

/// How long a sign-in waits for the master database.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long an address is remembered here; signed in from after that, it is written down again.
const HERE: Duration = Duration::from_hours(24);
/// How long it is remembered here that an address is a stranger's: attempts that are refused ask for nothing.
const STRANGE: Duration = Duration::from_mins(1);
/// Pairs remembered here at most, of each kind.
const MOST: u64 = 100_000;

pub(super) struct Known {
    master: PgPool,
    friends: Cache<Key, ()>,
    strangers: Cache<Key, ()>,
}

impl Known {
    pub(super) fn new(master: PgPool) -> Self {
        let cache = |lasts| {
            Cache::builder()
                .max_capacity(MOST)
                .time_to_live(lasts)
                .build()
        };
        Self {
            master,
            friends: cache(HERE),
            strangers: cache(STRANGE),
        }
    }

    /// Whether this node knows the pair without asking.
    pub(super) fn remembers(&self, pair: Key) -> bool {
        self.friends.contains_key(&pair)
    }

    /// Whether any node knows it.
    pub(super) async fn find(&self, pair: Key) -> bool {
        if self.strangers.contains_key(&pair) {
            return false;
        }
        let asked = sqlx::query_scalar!(
            r#"select exists (select from known_addresses
                              where pair = $1 and signed_in_at > now() - interval '30 days') as "known!""#,
            &pair[..]
        )
        .fetch_one(&self.master);
        let is_known = matches!(timeout(PATIENCE, asked).await, Ok(Ok(true)));
        let memory = if is_known {
            &self.friends
        } else {
            &self.strangers
        };
        memory.insert(pair, ());
        is_known
    }

    /// Keeps it for thirty days, and forgets some that are older.
    pub(super) async fn remember(&self, pair: Key) {
        if self.remembers(pair) {
            return;
        }
        self.friends.insert(pair, ());
        self.strangers.invalidate(&pair);
        let written = sqlx::query!(
            "with forgotten as (
                 delete from known_addresses where pair in (
                     select pair from known_addresses
                     where signed_in_at < now() - interval '30 days' and pair <> $1
                     limit 100 for update skip locked))
             insert into known_addresses (pair, signed_in_at) values ($1, now())
             on conflict (pair) do update set signed_in_at = excluded.signed_in_at",
            &pair[..]
        )
        .execute(&self.master);
        if !matches!(timeout(PATIENCE, written).await, Ok(Ok(_))) {
            tracing::warn!(
                "the address of a sign-in is known on this node only: the master database was not asked in time"
            );
        }
    }
}
