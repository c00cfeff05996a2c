//! What the settings come to, and the rules that concern several of them.

use super::{Settings, parse};
use kernel::Email;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use tenancy::{
    domains::Dns,
    files::Bucket,
    mail::{MailSettings, Mailer},
    platform::{Environment, PublicAddress},
    pools::PoolLimits,
    throttle::Limits,
};

impl Settings {
    /// The base domains: lower case, ASCII, at least one.
    pub fn base_domains(&self) -> Vec<String> {
        self.base_domains
            .iter()
            .map(|domain| domain.0.clone())
            .collect()
    }

    /// How this installation is reached from outside.
    pub fn public(&self) -> PublicAddress {
        self.public_url.clone().unwrap_or_else(|| PublicAddress {
            scheme: "http".to_owned(),
            base_domain: self.base_domains[0].0.clone(),
            port: (self.addr.port() != 80).then_some(self.addr.port()),
        })
    }

    /// The master database's address; `None` when the program has its own PostgreSQL.
    pub fn master_database_url(&self) -> Option<&SecretString> {
        filled(self.master_database_url.as_ref())
    }

    /// The master key in base64; `None` when it is in the data folder's key file.
    pub fn master_key(&self) -> Option<&SecretString> {
        filled(self.master_key.as_ref())
    }

    /// The master key before the present one.
    pub fn master_key_previous(&self) -> Option<&SecretString> {
        filled(self.master_key_previous.as_ref())
    }

    /// How the DNS is asked.
    pub fn dns(&self) -> Dns {
        Dns {
            server: self.dns_server,
        }
    }

    /// How e-mails leave.
    pub fn mail(&self) -> MailSettings {
        filled(self.smtp_url.as_ref()).map_or_else(
            || MailSettings::Outbox(self.data_dir.join("outbox")),
            |url| MailSettings::Smtp(url.clone()),
        )
    }

    /// The bucket of uploaded files; `None` when they are in the data folder.
    pub fn bucket(&self) -> Option<Bucket> {
        Some(Bucket {
            name: self.s3_bucket.clone()?,
            endpoint: self.s3_endpoint.clone(),
            region: self.s3_region.clone(),
            key_id: self.s3_access_key_id.clone()?,
            key: self.s3_secret_access_key.clone()?,
        })
    }

    /// Who e-mails are from.
    #[expect(clippy::missing_panics_doc, reason = "the last resort is an address")]
    pub fn mail_from(&self) -> Email {
        self.mail_from.clone().unwrap_or_else(|| {
            Email::parse(&format!("clube@{}", self.base_domains[0].0))
                .or_else(|_| Email::parse("clube@localhost.localdomain"))
                .expect("a base domain is a host name, and the second one is an address")
        })
    }

    /// The caps and times of the pools to the tenants' databases.
    pub fn pools(&self) -> PoolLimits {
        PoolLimits {
            per_tenant: self.tenant_pool,
            total: self.tenant_pools_total,
            idle: Duration::from_secs(self.tenant_pool_idle_seconds),
            sweep: Duration::from_secs(self.tenant_pool_sweep_seconds),
            acquire: self.acquire(),
        }
    }

    /// How long a request waits for a connection.
    pub fn acquire(&self) -> Duration {
        Duration::from_secs(self.acquire_seconds)
    }

    /// The rate limits.
    pub fn limits(&self) -> Limits {
        Limits {
            sign_in_per_account: self.sign_in_per_account,
            sign_in_per_address: self.sign_in_per_address,
            api_per_user: self.api_per_user,
            webhooks_per_address: self.webhooks_per_address,
        }
    }

    /// How long a request may take.
    pub fn request_time(&self) -> Duration {
        Duration::from_secs(self.request_seconds)
    }

    /// How long the server says that it is leaving before it takes no more requests.
    pub fn drain_pause(&self) -> Duration {
        let default = match self.environment {
            Environment::Development => 0,
            Environment::Production => 2,
        };
        Duration::from_secs(self.drain_pause_seconds.unwrap_or(default))
    }

    /// How long requests under way may take to finish once the server leaves.
    pub fn drain(&self) -> Duration {
        Duration::from_secs(self.drain_seconds)
    }

    /// The rules that no single value can keep; the error is the sentence that stops the start.
    pub fn check(&self) -> Result<(), String> {
        if let Some(url) = self.master_database_url() {
            parse::master_database_url(url.expose_secret())
                .map_err(|reason| format!("MASTER_DATABASE_URL: {reason}"))?;
        }
        for (name, key) in [
            ("CLUBE_MASTER_KEY", self.master_key()),
            ("CLUBE_MASTER_KEY_PREVIOUS", self.master_key_previous()),
        ] {
            if let Some(key) = key {
                parse::master_key(key.expose_secret())
                    .map_err(|reason| format!("{name}: {reason}"))?;
            }
        }
        if let Some(public) = &self.public_url
            && public.base_domain != self.base_domains[0].0
        {
            return Err(format!(
                "CLUBE_PUBLIC_URL: its host is {}, but the first of CLUBE_BASE_DOMAINS is {}",
                public.base_domain, self.base_domains[0].0
            ));
        }
        if self.s3_bucket.is_some() && self.bucket().is_none() {
            return Err(
                "CLUBE_S3_ACCESS_KEY_ID, CLUBE_S3_SECRET_ACCESS_KEY: CLUBE_S3_BUCKET needs both"
                    .to_owned(),
            );
        }
        Mailer::new(self.mail(), self.mail_from()).map_err(|error| error.message.into_owned())?;
        if self.tenant_pool > self.tenant_pools_total {
            return Err(format!(
                "CLUBE_TENANT_POOL: {} is more than CLUBE_TENANT_POOLS_TOTAL, which is {}",
                self.tenant_pool, self.tenant_pools_total
            ));
        }
        Ok(())
    }
}

/// An empty variable is one that is not set.
fn filled(secret: Option<&SecretString>) -> Option<&SecretString> {
    secret.filter(|secret| !secret.expose_secret().trim().is_empty())
}
