//! The running installation, and the context of what is done to it.
//!
//! [`Platform`] is made once at start and cloned everywhere (it is one `Arc`). [`PlatformCtx`] is made for each request,
//! job or command that works on the master database; its sibling for a tenant's database is `club::Ctx`.

mod clock;
mod ready;

pub use clock::Clock;
pub(crate) use ready::master_down;

use crate::{
    administrators::{AdminSession, Permission},
    domains::Dns,
    files::Files,
    mail::Mailer,
    passwords::Passwords,
    pools::Pools,
    resolution::Resolver,
    secrets::Keyring,
    throttle::Throttle,
};
use kernel::{Error, Result, UserId};
use sqlx::PgPool;
use std::{net::IpAddr, ops::Deref, sync::Arc};
use time::OffsetDateTime;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// Everything that the process shares. Cheap to clone.
#[derive(Clone)]
pub struct Platform(Arc<Parts>);

/// The parts of a [`Platform`].
#[derive(Clone)]
pub struct Parts {
    /// The master database.
    pub master: PgPool,
    /// Finds a request's tenant.
    pub resolver: Resolver,
    /// Pools to the tenants' databases.
    pub pools: Pools,
    /// Seals and opens secrets.
    pub keyring: Keyring,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Finds the proofs of custom domains.
    pub dns: Dns,
    /// Keeps uploaded files.
    pub files: Files,
    /// Sends e-mails.
    pub mailer: Mailer,
    /// Rate limits.
    pub throttle: Throttle,
    /// Time and ids.
    pub clock: Clock,
    /// How this installation is reached from outside, for links in e-mails.
    pub public: PublicAddress,
    /// What it is run for.
    pub environment: Environment,
    /// What goes on after a request was answered, like sending an e-mail; the process waits for it before it leaves.
    pub background: TaskTracker,
}

/// What an installation is run for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Somebody works on it: answers also tell where a tenant's database is.
    Development,
    /// Clubs live on it.
    Production,
}

/// The scheme and port that people use; links in e-mails are built from it and from the registry's host names, never
/// from a request's headers.
#[derive(Clone, Debug)]
pub struct PublicAddress {
    /// `https` in production.
    pub scheme: String,
    /// The first base domain.
    pub base_domain: String,
    /// Port when it is not the scheme's own.
    pub port: Option<u16>,
}

impl PublicAddress {
    /// `https://clube-navi.example.com:8033` for a host label, or the platform's own address without one.
    pub fn url(&self, label: Option<&str>) -> String {
        let label = label.map(|label| format!("{label}.")).unwrap_or_default();
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{label}{}{port}", self.scheme, self.base_domain)
    }

    /// `https://clube.padaria.com.br` for a club's own domain.
    pub fn url_of(&self, domain: &str) -> String {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}://{domain}{port}", self.scheme)
    }

    /// `clube-navi.example.com` for a host label, or the base domain without one.
    pub fn host(&self, label: Option<&str>) -> String {
        match label {
            Some(label) => format!("{label}.{}", self.base_domain),
            None => self.base_domain.clone(),
        }
    }

    /// Whether people come over TLS, which decides `Secure` cookies and HSTS.
    pub fn is_https(&self) -> bool {
        self.scheme == "https"
    }
}

impl Platform {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The same installation by another clock.
    #[must_use]
    pub fn by_clock(&self, clock: Clock) -> Self {
        let parts = Parts::clone(&self.0);
        Self::new(Parts { clock, ..parts })
    }

    /// The same installation, to be acted on by somebody.
    pub fn ctx(&self, actor: Actor, origin: Origin) -> PlatformCtx {
        PlatformCtx {
            platform: self.clone(),
            actor,
            origin,
        }
    }
}

impl Deref for Platform {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody is signed in.
    Anonymous,
    /// A user of the tenant, by access token.
    User(UserId),
    /// A tenant admin or a super admin, by session.
    Admin(Arc<AdminSession>),
    /// Scheduled work.
    Job(&'static str),
    /// Somebody at the machine's command line.
    Command,
}

impl Actor {
    /// The actor as it stands in an audit row.
    pub fn label(&self) -> String {
        match self {
            Self::Anonymous => "anonymous".to_owned(),
            Self::User(id) => format!("user:{id}"),
            Self::Admin(session) => format!("admin:{}", session.email),
            Self::Job(name) => format!("job:{name}"),
            Self::Command => "command".to_owned(),
        }
    }
}

/// Where a request came from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The client's address.
    pub ip: Option<IpAddr>,
    /// Its user agent, cut to 200 characters.
    pub user_agent: String,
    /// The request's id.
    pub request_id: String,
}

/// Who does something to the platform, and from where.
#[derive(Clone)]
pub struct PlatformCtx {
    /// The installation.
    pub platform: Platform,
    /// Who acts.
    pub actor: Actor,
    /// From where.
    pub origin: Origin,
}

impl PlatformCtx {
    /// Refuses everybody who is not a super admin with this permission, a command or a job.
    pub fn require(&self, permission: Permission) -> Result<()> {
        match &self.actor {
            Actor::Job(_) | Actor::Command => Ok(()),
            Actor::Admin(session) if session.tenant_id.is_none() => session.require(permission),
            Actor::Admin(_) | Actor::User(_) => Err(Error::forbidden()),
            Actor::Anonymous => Err(Error::unauthenticated()),
        }
    }

    /// The present moment, by the platform's clock.
    pub fn now(&self) -> OffsetDateTime {
        self.platform.clock.now()
    }

    /// A new id that sorts by time.
    pub fn new_id(&self) -> Uuid {
        self.platform.clock.new_id()
    }
}
