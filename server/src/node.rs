//! The node: what this one process shares between its requests, and nothing that another node would need.

use ipnet::IpNet;
use metrics_exporter_prometheus::PrometheusHandle;
use std::{net::IpAddr, ops::Deref, sync::Arc, time::Duration};
use tenancy::Platform;
use tokio_util::sync::CancellationToken;

/// This process. Cheap to clone.
#[derive(Clone)]
pub struct Node(Arc<Parts>);

/// The parts of a [`Node`].
pub struct Parts {
    /// The installation.
    pub platform: Platform,
    /// Proxies whose forwarded headers are believed.
    pub proxies: Vec<IpNet>,
    /// How long a request may take.
    pub request_time: Duration,
    /// Cancelled when the process was told to stop: requests are still answered, but send no more.
    pub leaving: CancellationToken,
    /// What was measured.
    pub metrics: PrometheusHandle,
}

impl Node {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Whether the peer is one of our own proxies.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        self.proxies.iter().any(|network| network.contains(&peer))
    }

    /// Whether people reach this installation over TLS.
    pub fn is_https(&self) -> bool {
        self.platform.public.is_https()
    }
}

impl Deref for Node {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
