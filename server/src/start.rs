//! From settings to a running installation: PostgreSQL (the program's own, or the one that is named), master key, master
//! schema, and the platform on top. The same for the server and for every command.

use crate::{
    postgres::{self, OwnPostgres},
    settings::Settings,
};
use kernel::{Error, Kind, Result};
use secrecy::ExposeSecret;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{str::FromStr, thread, time::Duration};
use tenancy::{
    Clock, Platform,
    files::Files,
    mail::Mailer,
    migrations,
    passwords::Passwords,
    platform::Parts,
    pools::Pools,
    resolution::Resolver,
    secrets::{self, Keyring, MasterKeys},
    servers,
    throttle::Throttle,
};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

/// The master database of the program's own PostgreSQL.
const MASTER_DATABASE: &str = "clube_digital_master";
/// How long what requests have left behind may take when the process leaves: an e-mail server is slow.
const LEFT_BEHIND: Duration = Duration::from_secs(20);
/// An unused connection to the master database is given back after this.
const IDLE: Duration = Duration::from_mins(10);

/// A running installation.
pub struct Started {
    /// What everything works on.
    pub platform: Platform,
    postgres: Option<OwnPostgres>,
}

impl Started {
    /// Waits for what requests have left behind, closes every pool, waiting for what is under way, and stops the program's
    /// own PostgreSQL unless another process of this data folder uses it.
    pub async fn stop(self) {
        self.platform.background.close();
        let left = self.platform.background.wait();
        if timeout(LEFT_BEHIND, left).await.is_err() {
            tracing::error!("an e-mail may be lost: what requests left behind did not end in time");
        }
        self.platform.pools.close().await;
        self.platform.master.close().await;
        if let Some(postgres) = self.postgres {
            postgres.stop().await;
        }
    }
}

/// Starts what the settings name: afterwards the master database is there, its schema is the code's, and tenants can be
/// made on its server.
pub async fn platform(settings: &Settings) -> Result<Started> {
    let (options, postgres) = if let Some(url) = settings.master_database_url() {
        let options = PgConnectOptions::from_str(url.expose_secret())
            .map_err(|error| stops(format!("MASTER_DATABASE_URL cannot be read: {error}")))?;
        (options, None)
    } else {
        let own = postgres::start(&settings.data_dir, settings.postgres_bin.clone()).await?;
        (own.options(MASTER_DATABASE), Some(own))
    };
    let options = options
        .application_name("clube")
        .log_statements(tracing::log::LevelFilter::Trace);
    make_master_database(&options).await?;
    let platform = build(settings, options).await?;
    Ok(Started { platform, postgres })
}

async fn build(settings: &Settings, options: PgConnectOptions) -> Result<Platform> {
    let clock = Clock::system();
    let master = PgPoolOptions::new()
        .max_connections(settings.master_pool)
        .acquire_timeout(settings.acquire())
        .idle_timeout(IDLE)
        .connect_lazy_with(options);
    migrations::master(&master).await?;
    let keyring = keyring(settings, &master, &clock).await?;
    servers::register_default(&master, &keyring, &clock).await?;
    Ok(Platform::new(Parts {
        resolver: Resolver::new(
            master.clone(),
            keyring.clone(),
            settings.base_domains(),
            clock.clone(),
        ),
        pools: Pools::new(settings.pools(), clock.clone()),
        // A hash takes 19 MiB and a core for as long as it runs.
        passwords: Passwords::new(thread::available_parallelism().map_or(2, usize::from)),
        dns: settings.dns(),
        files: match settings.bucket() {
            Some(bucket) => Files::bucket(&bucket)?,
            None => Files::folder(&settings.data_dir.join("files"))?,
        },
        mailer: Mailer::new(settings.mail(), settings.mail_from())?,
        throttle: Throttle::new(settings.limits(), master.clone()),
        public: settings.public(),
        environment: settings.environment,
        background: TaskTracker::new(),
        master,
        keyring,
        clock,
    }))
}

async fn keyring(settings: &Settings, master: &PgPool, clock: &Clock) -> Result<Keyring> {
    let current = secrets::master_key(settings.master_key(), &settings.data_dir)?;
    let previous = settings
        .master_key_previous()
        .map(|text| secrets::parse_master_key("CLUBE_MASTER_KEY_PREVIOUS", text))
        .transpose()?;
    let keys = MasterKeys::new(&current, previous.as_ref())?;
    Keyring::open_with(master.clone(), keys, clock.clone()).await
}

/// Makes the master database unless it is there. Of two nodes that start together, one makes it.
async fn make_master_database(options: &PgConnectOptions) -> Result<()> {
    let code = |error: &sqlx::Error| {
        let code = error
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code);
        code.map(std::borrow::Cow::into_owned)
    };
    let unreachable = |error: sqlx::Error| {
        let (host, port) = (options.get_host(), options.get_port());
        stops(format!(
            "The master database on {host}:{port} (MASTER_DATABASE_URL) cannot be used: {error}"
        ))
    };
    match options.connect().await {
        Ok(conn) => return Ok(conn.close().await?),
        // invalid_catalog_name: the server answers, the database is missing.
        Err(error) if code(&error).as_deref() == Some("3D000") => {}
        Err(error) => return Err(unreachable(error)),
    }
    let name = options.get_database().unwrap_or(MASTER_DATABASE);
    let mut conn = options
        .clone()
        .database("postgres")
        .connect()
        .await
        .map_err(unreachable)?;
    let statement = format!(
        "create database \"{}\" encoding 'UTF8' template template0",
        name.replace('"', "\"\"")
    );
    match conn.execute(AssertSqlSafe(statement)).await {
        // duplicate_database, or the same a moment earlier.
        Err(error) if !matches!(code(&error).as_deref(), Some("42P04" | "23505")) => {
            return Err(stops(format!(
                "The master database {name} is missing and cannot be made: {error}"
            )));
        }
        _ => {}
    }
    conn.close().await?;
    Ok(())
}

fn stops(sentence: String) -> Error {
    Error::new(Kind::Unavailable, "cannot_start", sentence)
}
