//! What the registry said, and since when that may be out of date.
//!
//! Every change draws a number from one counter, and every load notes the counter when it begins. What was loaded is
//! current while no change of its tenant (or of everything) has a later number: so a load that began before a change is
//! never served after it, however late it ends, and forgetting touches no entry.
//!
//! Names that are nobody's are kept apart, so that a flood of them pushes no tenant out; any change ends all of them,
//! since it may have been the making of the tenant.

use super::ResolverLimits;
use crate::{
    Clock,
    tenants::{LiveTenant, TenantName},
};
use kernel::TenantId;
use moka::{
    future,
    ops::compute::{CompResult, Op},
    sync,
};
use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use time::{Duration, OffsetDateTime};

pub(super) struct Cache {
    known: future::Cache<TenantName, Arc<Entry>>,
    unknown: sync::Cache<TenantName, u64>,
    fresh: Duration,
    clock: Clock,
    changes: Changes,
}

/// What a name stands for.
pub(super) enum Known {
    Tenant(Arc<LiveTenant>),
    Nobody,
}

struct Entry {
    tenant: Arc<LiveTenant>,
    loaded_at: OffsetDateTime,
    /// The number of the last change when the load began.
    seen: u64,
    /// The number of this tenant's last change.
    changed: Arc<AtomicU64>,
}

/// The numbers of the last changes.
#[derive(Default)]
struct Changes {
    last: AtomicU64,
    everything: AtomicU64,
    tenants: Mutex<HashMap<TenantId, Arc<AtomicU64>>>,
}

impl Changes {
    fn last(&self) -> u64 {
        self.last.load(Ordering::SeqCst)
    }

    fn next(&self) -> u64 {
        self.last.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn of(&self, tenant: TenantId) -> Arc<AtomicU64> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(tenants.entry(tenant).or_default())
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cache")
            .field("known", &self.known())
            .field("unknown", &self.unknown())
            .finish_non_exhaustive()
    }
}

impl Cache {
    pub(super) fn new(limits: ResolverLimits, clock: Clock) -> Self {
        Self {
            known: future::Cache::new(limits.known),
            unknown: sync::Cache::builder()
                .max_capacity(limits.unknown)
                .time_to_live(limits.unknown_for)
                .build(),
            fresh: Duration::try_from(limits.fresh).unwrap_or(Duration::MAX),
            clock,
            changes: Changes::default(),
        }
    }

    /// What is known and current. This is the way of nearly every request: no lock, no allocation.
    pub(super) async fn fresh(&self, name: &TenantName) -> Option<Known> {
        match self.known.get(name).await {
            Some(entry) if self.is_fresh(&entry) => Some(Known::Tenant(Arc::clone(&entry.tenant))),
            _ => self.is_nobody(name).then_some(Known::Nobody),
        }
    }

    /// The tenant as it was last known, unless it has changed since: what is served when nothing better can be had.
    pub(super) async fn last_known(&self, name: &TenantName) -> Option<Arc<LiveTenant>> {
        let entry = self.known.get(name).await?;
        entry.is_unchanged().then(|| Arc::clone(&entry.tenant))
    }

    /// Asks `ask` what a name stands for and remembers it. Of many who want the same name one asks; the others wait and
    /// find its answer. An answer that was overtaken by a change is not served: it is asked again.
    pub(super) async fn load<Answer, E>(
        &self,
        name: &TenantName,
        ask: impl Fn() -> Answer,
    ) -> Result<Known, E>
    where
        Answer: Future<Output = Result<Option<LiveTenant>, E>>,
        E: Send + Sync + 'static,
    {
        loop {
            let before = self.changes.last();
            let outcome = self
                .known
                .entry_by_ref(name)
                .and_try_compute_with(|held| self.refresh(name, held, &ask))
                .await?;
            let held = match outcome {
                CompResult::Inserted(held)
                | CompResult::ReplacedWith(held)
                | CompResult::Unchanged(held) => Some(held.into_value()),
                CompResult::StillNone(_) | CompResult::Removed(_) => None,
            };
            match held {
                Some(entry) if self.is_fresh(&entry) => {
                    return Ok(Known::Tenant(Arc::clone(&entry.tenant)));
                }
                None if self.changes.last() == before => return Ok(Known::Nobody),
                _ if self.is_nobody(name) => return Ok(Known::Nobody),
                _ => {} // Overtaken by a change.
            }
        }
    }

    /// What is to become of a name's entry; one at a time for each name.
    async fn refresh<Answer, E>(
        &self,
        name: &TenantName,
        held: Option<moka::Entry<TenantName, Arc<Entry>>>,
        ask: &impl Fn() -> Answer,
    ) -> Result<Op<Arc<Entry>>, E>
    where
        Answer: Future<Output = Result<Option<LiveTenant>, E>>,
    {
        let is_fresh = held.is_some_and(|held| self.is_fresh(held.value()));
        if is_fresh || self.is_nobody(name) {
            return Ok(Op::Nop);
        }
        let (seen, loaded_at) = (self.changes.last(), self.clock.now());
        if let Some(tenant) = ask().await? {
            let changed = self.changes.of(tenant.id);
            return Ok(Op::Put(Arc::new(Entry {
                tenant: Arc::new(tenant),
                loaded_at,
                seen,
                changed,
            })));
        }
        self.unknown.insert(name.clone(), seen);
        Ok(Op::Remove)
    }

    /// A tenant was changed.
    pub(super) fn forget(&self, tenant: TenantId) {
        let change = self.changes.next();
        self.changes.of(tenant).fetch_max(change, Ordering::SeqCst);
    }

    /// Anything may have been changed.
    pub(super) fn forget_all(&self) {
        let change = self.changes.next();
        self.changes.everything.fetch_max(change, Ordering::SeqCst);
    }

    /// How many names of tenants are remembered.
    pub(super) fn known(&self) -> u64 {
        self.known.entry_count()
    }

    /// How many names that are nobody's are remembered.
    pub(super) fn unknown(&self) -> u64 {
        self.unknown.entry_count()
    }

    fn is_fresh(&self, entry: &Entry) -> bool {
        let age = self.clock.now() - entry.loaded_at;
        entry.is_unchanged()
            && self.changes.everything.load(Ordering::SeqCst) <= entry.seen
            && (Duration::ZERO..self.fresh).contains(&age)
    }

    fn is_nobody(&self, name: &TenantName) -> bool {
        self.unknown.get(name) == Some(self.changes.last())
    }
}

impl Entry {
    fn is_unchanged(&self) -> bool {
        self.changed.load(Ordering::SeqCst) <= self.seen
    }
}

#[cfg(test)]
impl Cache {
    /// Ends the housekeeping that is owed, so that the counts are true.
    pub(super) async fn settle(&self) {
        self.known.run_pending_tasks().await;
        self.unknown.run_pending_tasks();
    }
}
