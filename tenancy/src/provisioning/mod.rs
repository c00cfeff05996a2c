//! Making a tenant: registry, role, database, schema, settings, in steps that can be taken again.
//!
//! `tenants.provisioning` says how far a tenant has come ([`Provisioning`]); every step finds its work done or does it.
//! Whoever makes a tenant holds a lock on its slug that vanishes with the process, so a creation that was killed is
//! finished by the next one of that slug or at the next start, and two at once make one tenant. All that was asked for
//! stands in the registry after the first step; the tenant resolves after the last.
//!
//! One more thing that a new tenant gets belongs to `settle`; one more step is a state in `tenants` and an arm in
//! `operations::advance`.

#[cfg(feature = "ssr")]
mod database;
#[cfg(feature = "ssr")]
mod fail_point;
#[cfg(feature = "ssr")]
mod input;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(feature = "ssr")]
mod register;
#[cfg(feature = "ssr")]
mod role;
#[cfg(feature = "ssr")]
mod settle;
#[cfg(feature = "ssr")]
mod template;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub use input::{NewTenant, NewTenantFields};
#[cfg(feature = "ssr")]
pub use operations::{CreatedTenant, create, progress, resume_all};

use crate::tenants::Provisioning;
use kernel::Slug;
use serde::{Deserialize, Serialize};

/// How one step of a creation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Taken.
    Done,
    /// Under way.
    Current,
    /// Did not work; the creation can be run again.
    Failed,
    /// Not begun.
    Waiting,
}

/// One step of a creation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// What is reached when it is done.
    pub reaches: Provisioning,
    /// How it stands.
    pub state: StepState,
}

/// How far a tenant's creation has come, for its screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// The tenant.
    pub slug: Slug,
    /// All steps, in their order.
    pub steps: Vec<Step>,
    /// Why the last try failed, in a sentence.
    pub error: Option<String>,
}

/// The steps in their order.
const ORDER: [Provisioning; 5] = [
    Provisioning::Requested,
    Provisioning::RoleReady,
    Provisioning::DatabaseReady,
    Provisioning::SchemaReady,
    Provisioning::Active,
];

impl Progress {
    /// The steps of a tenant that has reached this state.
    pub fn new(slug: Slug, reached: Provisioning, error: Option<String>) -> Self {
        let next = ORDER.into_iter().find(|&step| step > reached);
        let state = |step| match step {
            step if step <= reached => StepState::Done,
            step if Some(step) != next => StepState::Waiting,
            _ if error.is_some() => StepState::Failed,
            _ => StepState::Current,
        };
        let steps = ORDER.map(|reaches| Step {
            reaches,
            state: state(reaches),
        });
        Self {
            slug,
            steps: steps.into(),
            error,
        }
    }

    /// Whether the tenant is served.
    pub fn is_done(&self) -> bool {
        self.steps.iter().all(|step| step.state == StepState::Done)
    }
}
