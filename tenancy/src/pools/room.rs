//! Which pools are open, and how room is made for one more.

use super::{Gate, Inner, open::Open};
use kernel::{Error, Result, TenantId};
use std::{collections::HashMap, sync::Arc};
use tokio::{runtime::Handle, sync::OwnedSemaphorePermit, time::timeout};

/// What is known of all tenants' pools. Locked for moments only.
#[derive(Default)]
pub(super) struct State {
    berths: HashMap<TenantId, Berth>,
    /// How many wait for room.
    waiting: usize,
    /// How many pools are being closed, whose room is about to be free.
    closing: usize,
    is_closed: bool,
}

/// A tenant's place, with a pool or without.
#[derive(Default)]
struct Berth {
    open: Option<Arc<Open>>,
    gate: Gate,
}

impl State {
    pub(super) const fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// The pools that are offered.
    pub(super) fn open(&self) -> impl Iterator<Item = &Arc<Open>> {
        self.berths.values().filter_map(|berth| berth.open.as_ref())
    }

    pub(super) fn offered(&self, tenant: TenantId) -> Option<&Arc<Open>> {
        self.berths.get(&tenant)?.open.as_ref()
    }

    pub(super) fn gate(&mut self, tenant: TenantId) -> Gate {
        self.berths.entry(tenant).or_default().gate.clone()
    }

    /// Offers a pool from now on; the one that was offered before is for the caller to release.
    pub(super) fn offer(&mut self, open: Arc<Open>) -> Option<Arc<Open>> {
        let berth = self.berths.entry(open.target.tenant).or_default();
        berth.open.replace(open)
    }

    /// Offers the tenant's pool no longer; it is for the caller to release.
    pub(super) fn withdraw(&mut self, tenant: TenantId) -> Option<Arc<Open>> {
        self.berths.get_mut(&tenant)?.open.take()
    }

    /// Withdraws the idle pools last used at that second or before, and forgets tenants of whom there is nothing to know.
    pub(super) fn withdraw_unused_since(&mut self, second: i64) -> Vec<Arc<Open>> {
        let unused = |open: &Arc<Open>| is_idle(open) && open.last_used() <= second;
        let withdrawn = self
            .berths
            .values_mut()
            .filter_map(|berth| berth.open.take_if(|open| unused(open)))
            .collect();
        self.berths
            .retain(|_, berth| berth.open.is_some() || berth.gate.is_in_use());
        withdrawn
    }

    /// Withdraws everything; nothing is offered afterwards.
    pub(super) fn withdraw_all(&mut self) -> Vec<Arc<Open>> {
        self.is_closed = true;
        self.berths
            .drain()
            .filter_map(|(_, berth)| berth.open)
            .collect()
    }

    /// Withdraws the least recently used of the idle pools.
    fn withdraw_oldest_idle(&mut self) -> Option<Arc<Open>> {
        let oldest = self
            .open()
            .filter(|open| is_idle(open))
            .min_by_key(|open| open.last_used())?
            .target
            .tenant;
        self.withdraw(oldest)
    }
}

/// Leases are only made under the state's lock, by it or from another lease; so one owner means that there is none.
fn is_idle(open: &Arc<Open>) -> bool {
    Arc::strong_count(open) == 1
}

impl Inner {
    /// A share of the cap, waited for when there is none: the least recently used idle pool is closed for it. 503 when no
    /// room could be made in time.
    pub(super) async fn room(self: &Arc<Self>) -> Result<OwnedSemaphorePermit> {
        if let Ok(share) = Arc::clone(&self.room).try_acquire_owned() {
            return Ok(share);
        }
        let _waiting = Waiting::new(self);
        match timeout(self.limits.acquire, Arc::clone(&self.room).acquire_owned()).await {
            Ok(Ok(share)) => Ok(share),
            _ => Err(Error::tenant_unavailable().because("every pool that may be open is in use")),
        }
    }

    /// Lets go of a pool. Who is the last to do so closes it.
    pub(super) fn release(self: &Arc<Self>, state: &mut State, open: Arc<Open>) {
        if let Some(open) = Arc::into_inner(open) {
            self.close(state, open);
        }
        self.make_room(state);
    }

    /// Withdraws a pool whose database was found dead, if it is still the one that is offered.
    pub(super) fn withdraw_dead(self: &Arc<Self>, dead: &Arc<Open>) {
        let mut state = self.state();
        let tenant = dead.target.tenant;
        if state
            .offered(tenant)
            .is_some_and(|open| Arc::ptr_eq(open, dead))
            && let Some(open) = state.withdraw(tenant)
        {
            self.release(&mut state, open);
        }
    }

    /// Closes idle pools until as many are being closed as are waited for.
    fn make_room(self: &Arc<Self>, state: &mut State) {
        while state.closing < state.waiting
            && let Some(open) = state.withdraw_oldest_idle().and_then(Arc::into_inner)
        {
            self.close(state, open);
        }
    }

    /// Closes a pool that nobody uses, in the background; its share is free when all its connections are closed.
    fn close(self: &Arc<Self>, state: &mut State, open: Open) {
        // Without a runtime the process is ending, and its connections with it.
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        state.closing += 1;
        let inner = Arc::clone(self);
        runtime.spawn(async move {
            open.close().await;
            inner.state().closing -= 1;
        });
    }
}

/// Somebody waits for room, until it is dropped.
struct Waiting<'a>(&'a Arc<Inner>);

impl<'a> Waiting<'a> {
    fn new(inner: &'a Arc<Inner>) -> Self {
        let mut state = inner.state();
        state.waiting += 1;
        inner.make_room(&mut state);
        Self(inner)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}

#[cfg(test)]
impl State {
    /// Whether somebody waits for room.
    pub(super) const fn has_waiting(&self) -> bool {
        self.waiting > 0
    }
}
