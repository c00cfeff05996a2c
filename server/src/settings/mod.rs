//! Every setting, in this one place: each is an environment variable and an option of the command line, with its default
//! and what it means; `clube serve --help` prints this list. The command line wins over the environment.
//!
//! One more setting is one more field of [`Settings`]. Its parser is in `parse.rs` when the type has none of its own;
//! what it comes to, and the rules that concern several settings ([`Settings::check`]), are in `read.rs`. A wrong value
//! stops the start with a sentence that names the variable.

mod cli;
mod parse;
mod read;
#[cfg(test)]
mod tests;

pub use cli::{Cli, Stop};

use clap::{Args, ValueEnum};
use ipnet::IpNet;
use kernel::Email;
use parse::Domain;
use secrecy::SecretString;
use std::{net::SocketAddr, path::PathBuf};
use tenancy::platform::{Environment, PublicAddress};

/// What the installation can be told.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Settings")]
pub struct Settings {
    /// Folder of what this installation keeps: key file, its own PostgreSQL, e-mail outbox, documents
    #[arg(
        long,
        env = "CLUBE_DATA_DIR",
        global = true,
        value_name = "FOLDER",
        default_value = ".data"
    )]
    pub data_dir: PathBuf,

    /// Where the server listens
    #[arg(long, env = "CLUBE_ADDR", global = true, value_name = "HOST:PORT", default_value = "127.0.0.1:8033", value_parser = parse::address)]
    pub addr: SocketAddr,

    /// `development` also shows where a tenant's database is; `production` does not
    #[arg(long = "env", env = "CLUBE_ENV", global = true, value_name = "KIND", default_value = "production", value_parser = parse::environment)]
    pub environment: Environment,

    /// The master database, `postgres://user:password@host:port/clube_digital_master`; it is made if it is missing. Not
    /// set, the program starts and stops its own PostgreSQL in the data folder
    #[arg(
        long,
        env = "MASTER_DATABASE_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub master_database_url: Option<SecretString>,

    /// Folder of PostgreSQL's programs (initdb, postgres), for the program's own PostgreSQL; not set, they are looked for
    #[arg(long, env = "CLUBE_POSTGRES_BIN", global = true, value_name = "FOLDER")]
    pub postgres_bin: Option<PathBuf>,

    /// Opens all secrets: base64 of 32 bytes. Not set, a key file in the data folder is made once
    #[arg(
        long,
        env = "CLUBE_MASTER_KEY",
        global = true,
        value_name = "BASE64",
        hide_env_values = true
    )]
    pub master_key: Option<SecretString>,

    /// The master key until now, while `rotate-keys` wraps everything with the new one
    #[arg(
        long,
        env = "CLUBE_MASTER_KEY_PREVIOUS",
        global = true,
        value_name = "BASE64",
        hide_env_values = true
    )]
    pub master_key_previous: Option<SecretString>,

    /// Base domains, separated by commas: `<slug>.<base>` is a tenant, `<base>` itself the platform
    #[arg(
        long,
        env = "CLUBE_BASE_DOMAINS",
        global = true,
        value_name = "DOMAINS",
        default_value = "localhost",
        value_delimiter = ','
    )]
    base_domains: Vec<Domain>,

    /// How people reach the first base domain, `https://clubedigital.com.br`; decides `Secure` cookies, HSTS and the
    /// links in e-mails [default: http://<first base domain>:<port of CLUBE_ADDR>]
    #[arg(long, env = "CLUBE_PUBLIC_URL", global = true, value_name = "URL", value_parser = parse::public_url)]
    public_url: Option<PublicAddress>,

    /// Proxies whose `X-Forwarded-For`, `-Host` and `-Proto` are believed: addresses or networks, separated by commas
    #[arg(long, env = "CLUBE_TRUSTED_PROXIES", global = true, value_name = "NETWORKS", value_delimiter = ',', value_parser = parse::network)]
    pub trusted_proxies: Vec<IpNet>,

    /// Which DNS server is asked whether a club's own domain is proved; not set, those of the machine
    #[arg(long, env = "CLUBE_DNS_SERVER", global = true, value_name = "ADDRESS[:PORT]", value_parser = parse::dns_server)]
    dns_server: Option<SocketAddr>,

    /// Sends e-mails: `smtps://user:password@host:port`. Not set, they become files in the data folder's `outbox`
    #[arg(
        long,
        env = "CLUBE_SMTP_URL",
        global = true,
        value_name = "URL",
        hide_env_values = true
    )]
    pub smtp_url: Option<SecretString>,

    /// Keeps uploaded files in this bucket of S3, or of a store that speaks its protocol. Not set, they are in the data
    /// folder's `files`, which all nodes share
    #[arg(long, env = "CLUBE_S3_BUCKET", global = true, value_name = "NAME", value_parser = parse::bucket)]
    s3_bucket: Option<String>,

    /// Where that store is, `https://minio.example:9000` [default: Amazon's of the region]
    #[arg(long, env = "CLUBE_S3_ENDPOINT", global = true, value_name = "URL", value_parser = parse::endpoint)]
    s3_endpoint: Option<String>,

    /// The region of the bucket
    #[arg(
        long,
        env = "CLUBE_S3_REGION",
        global = true,
        value_name = "REGION",
        default_value = "us-east-1"
    )]
    s3_region: String,

    /// Which key requests to the store are signed with
    #[arg(long, env = "CLUBE_S3_ACCESS_KEY_ID", global = true, value_name = "ID")]
    s3_access_key_id: Option<String>,

    /// That key
    #[arg(
        long,
        env = "CLUBE_S3_SECRET_ACCESS_KEY",
        global = true,
        value_name = "KEY",
        hide_env_values = true
    )]
    s3_secret_access_key: Option<SecretString>,

    /// Sender of e-mails [default: clube@<first base domain>]
    #[arg(long, env = "CLUBE_MAIL_FROM", global = true, value_name = "EMAIL", value_parser = parse::email)]
    mail_from: Option<Email>,

    /// Connections to the master database at most
    #[arg(long, env = "CLUBE_MASTER_POOL", global = true, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..=1000))]
    pub master_pool: u32,

    /// Connections to one tenant's database at most
    #[arg(long, env = "CLUBE_TENANT_POOL", global = true, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1000))]
    tenant_pool: u32,

    /// Connections to all tenants' databases together at most
    #[arg(long, env = "CLUBE_TENANT_POOLS_TOTAL", global = true, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    tenant_pools_total: u32,

    /// A tenant's connections are closed after this long without use
    #[arg(long, env = "CLUBE_TENANT_POOL_IDLE_SECONDS", global = true, value_name = "S", default_value_t = 3600, value_parser = clap::value_parser!(u64).range(1..))]
    tenant_pool_idle_seconds: u64,

    /// How often unused connections are looked for
    #[arg(long, env = "CLUBE_TENANT_POOL_SWEEP_SECONDS", global = true, value_name = "S", default_value_t = 600, value_parser = clap::value_parser!(u64).range(1..))]
    tenant_pool_sweep_seconds: u64,

    /// How long a request waits for a connection before it is refused
    #[arg(long, env = "CLUBE_ACQUIRE_SECONDS", global = true, value_name = "S", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=60))]
    acquire_seconds: u64,

    /// Sign-ins a minute to one account, on each node
    #[arg(long, env = "CLUBE_SIGN_IN_PER_ACCOUNT", global = true, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    sign_in_per_account: u32,

    /// Sign-ins a minute from one address, on each node
    #[arg(long, env = "CLUBE_SIGN_IN_PER_ADDRESS", global = true, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    sign_in_per_address: u32,

    /// API requests a minute of one user, on each node
    #[arg(long, env = "CLUBE_API_PER_USER", global = true, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..))]
    api_per_user: u32,

    /// Calls a minute of payment providers' webhooks from one address, on each node
    #[arg(long, env = "CLUBE_WEBHOOKS_PER_ADDRESS", global = true, value_name = "N", default_value_t = 600, value_parser = clap::value_parser!(u32).range(1..))]
    webhooks_per_address: u32,

    /// A request that takes longer is answered 503
    #[arg(long, env = "CLUBE_REQUEST_SECONDS", global = true, value_name = "S", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    request_seconds: u64,

    /// After SIGTERM: how long `/readyz` says 503 while requests are still taken, so that a balancer looks elsewhere
    /// [default: 2 in production, 0 in development]
    #[arg(long, env = "CLUBE_DRAIN_PAUSE_SECONDS", global = true, value_name = "S", value_parser = clap::value_parser!(u64).range(0..=300))]
    drain_pause_seconds: Option<u64>,

    /// After SIGTERM: how long requests under way may take to finish
    #[arg(long, env = "CLUBE_DRAIN_SECONDS", global = true, value_name = "S", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=300))]
    drain_seconds: u64,

    /// What is logged: `debug`, or more finely `info,tenancy=debug`
    #[arg(long, env = "CLUBE_LOG", global = true, value_name = "FILTER", default_value = "info", value_parser = parse::log_filter)]
    pub log: String,

    /// How it is logged, on standard error
    #[arg(
        long,
        env = "CLUBE_LOG_FORMAT",
        global = true,
        value_name = "FORMAT",
        default_value = "text"
    )]
    pub log_format: LogFormat,

    /// Folder of the site's files; not set, `site` beside the program
    #[arg(long, env = "CLUBE_SITE_DIR", global = true, value_name = "FOLDER")]
    pub site_dir: Option<PathBuf>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}
