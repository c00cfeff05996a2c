//! Taking a server into use.

use super::{connect, password_place, rights, scram, sql::ident};
use crate::{
    Clock, PlatformCtx,
    administrators::Permission,
    audit::{self, Record},
    secrets,
    secrets::Keyring,
};
use kernel::{Error, OnConstraint, Result};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool, postgres::PgConnectOptions};
use std::{fmt::Write, str::FromStr};
use uuid::Uuid;

/// The name of the server that also holds the master database.
pub(super) const DEFAULT: &str = "default";
/// The oldest PostgreSQL that tenants' databases may live on, as the server says it.
const OLDEST: i32 = 150_000;

/// A server to take into use.
#[derive(Clone, Debug)]
pub struct NewServer {
    /// What it is called; the same name again changes the address, the password and the capacity.
    pub name: String,
    /// `postgres://superuser:password@host:port/postgres`. Used once and not kept; nodes reach the server by the same
    /// host and port.
    pub url: SecretString,
    /// How many tenants it may hold; 0 takes no more.
    pub capacity: u32,
}

/// A server that was taken into use.
#[derive(Clone, Debug)]
pub struct AddedServer {
    /// What it is called.
    pub name: String,
    /// Where it is.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The role that makes databases there from now on.
    pub user: String,
    /// How many tenants it may hold.
    pub capacity: u32,
}

/// Takes a PostgreSQL server into use: sets its rights, makes a provisioner there, and from then on new tenants are placed
/// on it as well. Run again with the same name it does the same again.
///
/// # Errors
/// Fields `name`, `url` or `capacity`; `server_too_old`; `server_known` when it is the master's or has another name already;
/// `server_unavailable`; `server_rights` when the role may not set the rights.
pub async fn add(ctx: &PlatformCtx, new: NewServer) -> Result<AddedServer> {
    ctx.require(Permission::ManageTenants)?;
    let (options, capacity) = checked(&new)?;
    let master = &ctx.platform.master;
    let mut admin = connect(&options).await?;
    let mut registry = master.acquire().await?;
    require_usable(&mut admin, &mut registry).await?;

    let provisioner = provisioner_name(master.connect_options().get_database().unwrap_or_default());
    prepare(&mut admin, &provisioner).await?;
    let known = sqlx::query_scalar!("select id from database_servers where name = $1", new.name)
        .fetch_optional(&mut *registry)
        .await?;
    let id = known.unwrap_or_else(|| ctx.new_id());
    let keyring = &ctx.platform.keyring;
    let sealed = new_password(&mut admin, keyring, (id, &provisioner)).await?;
    admin.close().await?;
    let server = Registration {
        id,
        name: &new.name,
        provisioner: &provisioner,
        sealed: &sealed,
        capacity: Some(capacity),
    };
    drop(registry);
    let mut tx = master.begin().await?;
    let host = record(&mut tx, &ctx.platform.clock, &server, &options).await?;
    let change = Record {
        tenant_id: None,
        action: "server.add",
        subject: &new.name,
        before: None,
        after: Some(json!({ "host": host, "port": options.get_port(), "capacity": new.capacity })),
    };
    audit::record(&mut tx, ctx, change).await?;
    tx.commit().await?;
    Ok(AddedServer {
        host,
        port: options.get_port(),
        user: provisioner,
        name: new.name,
        capacity: new.capacity,
    })
}

fn checked(new: &NewServer) -> Result<(PgConnectOptions, i32)> {
    let is_name = |name: &str| {
        (1..=40).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    // What cannot be read holds a password: the refusal does not repeat it.
    let options = PgConnectOptions::from_str(new.url.expose_secret()).ok();
    let capacity = i32::try_from(new.capacity).ok();
    Error::check([
        ("name", is_name(&new.name), "invalid"),
        ("name", new.name != DEFAULT, "reserved"),
        ("url", options.is_some(), "invalid"),
        ("capacity", capacity.is_some(), "too_large"),
    ])?;
    let options = options.unwrap_or_default().disable_statement_logging();
    Ok((options, capacity.unwrap_or_default()))
}

/// Whether tenants can live there, and it is not the master's server under another name.
async fn require_usable(admin: &mut PgConnection, registry: &mut PgConnection) -> Result<()> {
    let version = sqlx::query_scalar!(
        r#"select current_setting('server_version_num')::integer as "version!""#
    )
    .fetch_one(&mut *admin)
    .await?;
    if version < OLDEST {
        return Err(Error::conflict(
            "server_too_old",
            format!("PostgreSQL {} or newer is needed there.", OLDEST / 10_000),
        ));
    }
    if system_identifier(admin).await? == system_identifier(registry).await? {
        return Err(known());
    }
    Ok(())
}

fn known() -> Error {
    Error::conflict(
        "server_known",
        "This server is in use already, under another name.",
    )
}

/// Sets the rights on a server: roles exist, and no database is open to every role. `admin` is a superuser's connection,
/// or one with `CREATEROLE` when an administrator has closed the databases.
pub async fn prepare(admin: &mut PgConnection, provisioner: &str) -> Result<()> {
    rights::ensure_roles(admin, provisioner, None).await?;
    rights::close_databases(admin, provisioner).await?;
    rights::admit_provisioner(admin, provisioner).await
}

/// Registers the server of the master database, at each start: sets its rights, and gives the provisioner a new password
/// unless the one on record works.
pub async fn register_default(master: &PgPool, keyring: &Keyring, clock: &Clock) -> Result<()> {
    let options = (*master.connect_options())
        .clone()
        .disable_statement_logging();
    let mut admin = connect(&options).await?;
    // Nodes that start together come one after another. The lock goes with this connection, which is ours alone.
    sqlx::query!("select pg_advisory_lock(hashtextextended('clube: register the server', 0))")
        .execute(&mut admin)
        .await?;

    let provisioner = provisioner_name(options.get_database().unwrap_or_default());
    prepare(&mut admin, &provisioner).await?;

    let known = sqlx::query!(
        "select id, host, port, provisioning_user, provisioning_password from database_servers where name = $1",
        DEFAULT
    )
    .fetch_optional(&mut admin)
    .await?;
    let id = known
        .as_ref()
        .map_or_else(|| clock.new_id(), |server| server.id);
    if let Some(server) = known {
        let password = keyring
            .unseal_text(password_place(id), &server.provisioning_password)
            .await?;
        let on_record = PgConnectOptions::new_without_pgpass()
            .host(&server.host)
            .port(u16::try_from(server.port).map_err(Error::internal)?)
            .username(&server.provisioning_user)
            .password(password.expose_secret())
            .database(super::MAINTENANCE_DATABASE);
        if server.provisioning_user == provisioner && is_same_server(&mut admin, &on_record).await?
        {
            return Ok(());
        }
    }
    let sealed = new_password(&mut admin, keyring, (id, &provisioner)).await?;
    let server = Registration {
        id,
        name: DEFAULT,
        provisioner: &provisioner,
        sealed: &sealed,
        capacity: None,
    };
    record(&mut admin, clock, &server, &options).await.map(drop)
}

/// A server's row.
struct Registration<'a> {
    id: Uuid,
    name: &'a str,
    provisioner: &'a str,
    sealed: &'a str,
    /// As it is, or the column's default, when absent.
    capacity: Option<i32>,
}

/// Draws a password for the provisioner there; sealed as its row keeps it.
async fn new_password(
    admin: &mut PgConnection,
    keyring: &Keyring,
    (id, provisioner): (Uuid, &str),
) -> Result<String> {
    let password: SecretString = secrets::random_token();
    rights::ensure_roles(admin, provisioner, Some(&scram::verifier(&password))).await?;
    keyring
        .seal(password_place(id), password.expose_secret().as_bytes())
        .await
}

/// Writes the row; where the server is.
async fn record(
    registry: &mut PgConnection,
    clock: &Clock,
    server: &Registration<'_>,
    options: &PgConnectOptions,
) -> Result<String> {
    let socket = options
        .get_socket()
        .map(|folder| folder.display().to_string());
    let host = socket.unwrap_or_else(|| options.get_host().to_owned());
    sqlx::query!(
        "insert into database_servers
             (id, name, host, port, provisioning_user, provisioning_password, created_at, capacity)
         values ($1, $2, $3, $4, $5, $6, $7, coalesce($8, 1000))
         on conflict (name) do update
         set host = excluded.host, port = excluded.port, provisioning_user = excluded.provisioning_user,
             provisioning_password = excluded.provisioning_password,
             capacity = coalesce($8, database_servers.capacity)",
        server.id,
        server.name,
        host,
        i32::from(options.get_port()),
        server.provisioner,
        server.sealed,
        clock.now(),
        server.capacity,
    )
    .execute(registry)
    .await
    .on_constraint("database_servers_place_key", known)?;
    tracing::info!(
        server = server.name,
        host,
        port = options.get_port(),
        role = server.provisioner,
        "database server registered"
    );
    Ok(host)
}

/// Whether the provisioner gets in by what is on record, and finds this very server there.
async fn is_same_server(admin: &mut PgConnection, on_record: &PgConnectOptions) -> Result<bool> {
    let Ok(mut there) = connect(on_record).await else {
        return Ok(false);
    };
    Ok(system_identifier(&mut there).await? == system_identifier(admin).await?)
}

async fn system_identifier(conn: &mut PgConnection) -> Result<i64> {
    Ok(
        sqlx::query_scalar!(r#"select system_identifier as "id!" from pg_control_system()"#)
            .fetch_one(conn)
            .await?,
    )
}

/// Several installations may share one server; each has a provisioner of its own.
pub(crate) fn provisioner_name(master_database: &str) -> String {
    let mut name = "clube_provisioner".to_owned();
    if master_database != "clube_digital_master" {
        name.push('_');
        for byte in &secrets::sha256(master_database.as_bytes())[..4] {
            write!(name, "{byte:02x}").expect("a string takes everything");
        }
    }
    debug_assert_eq!(ident(&name), format!("\"{name}\""));
    name
}
