//! A tenant as the server holds it: public face plus the secrets that open its database and sign its tokens.

use super::Tenant;
use secrecy::{SecretSlice, SecretString};
use std::{fmt, ops::Deref};

/// How a request named its tenant (section 4). Equal names of different kinds are different keys.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum TenantName {
    /// By the header `X-Tenant-Slug`.
    Slug(String),
    /// By the label in front of a base domain.
    Subdomain(String),
    /// By the whole host.
    CustomDomain(String),
}

impl fmt::Display for TenantName {
    /// As in the message of section 4: `customDomain: localhost`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slug(name) => write!(f, "slug: {name}"),
            Self::Subdomain(name) => write!(f, "subdomain: {name}"),
            Self::CustomDomain(name) => write!(f, "customDomain: {name}"),
        }
    }
}

/// Where a tenant's database is and who opens it. A pool belongs to exactly one of these.
#[derive(Clone, Debug)]
pub struct DatabaseAddress {
    /// PostgreSQL server.
    pub host: String,
    /// Its TCP port.
    pub port: u16,
    /// The tenant's database.
    pub name: String,
    /// The tenant's own role.
    pub user: String,
    /// That role's password.
    pub password: SecretString,
}

impl PartialEq for DatabaseAddress {
    fn eq(&self, other: &Self) -> bool {
        use secrecy::ExposeSecret;
        (
            &self.host,
            self.port,
            &self.name,
            &self.user,
            self.password.expose_secret(),
        ) == (
            &other.host,
            other.port,
            &other.name,
            &other.user,
            other.password.expose_secret(),
        )
    }
}

/// A tenant with its secrets, as cached.
#[derive(Debug)]
pub struct LiveTenant {
    /// What everybody may know.
    pub tenant: Tenant,
    /// Where its data is.
    pub database: DatabaseAddress,
    /// Signs its access tokens (HMAC-SHA-256, 32 bytes).
    pub token_key: SecretSlice<u8>,
}

impl Deref for LiveTenant {
    type Target = Tenant;

    fn deref(&self) -> &Tenant {
        &self.tenant
    }
}
