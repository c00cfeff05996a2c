//! Database servers: the PostgreSQL servers that can hold tenants' databases, and the rights that keep tenants apart
//! on each.
//!
//! On every server two roles stand between the platform and the tenants. The *provisioner* makes databases and roles and
//! owns every tenant's tables; nothing is served with it. The group `clube_tenant`, of which each tenant's own role is a
//! member, may read and write rows and nothing more. No role may connect to a database it was not given: `CONNECT` is
//! taken from `PUBLIC` on each database of the server. A database that somebody else makes is open to all again:
//! on the master's server a look each minute closes it; on another one no tenant is made until its administrator has.
//!
//! The server of the master database is registered at each start as `default`; [`add`] takes one more into use.

mod closing;
mod registration;
mod rights;
mod scram;
pub(crate) mod sql;
#[cfg(test)]
mod tests;

pub(crate) use closing::refuse_open;
pub use closing::{close_new_databases, keep_closed};
#[cfg(any(test, feature = "testing"))]
pub(crate) use registration::provisioner_name;
pub use registration::{AddedServer, NewServer, add, prepare, register_default};
pub(crate) use scram::verifier;

use crate::{Platform, secrets::Place};
use kernel::{Error, Kind, Result};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};
use std::time::Duration;
use uuid::Uuid;

/// The group of all tenants' roles on a server.
pub const TENANT_GROUP: &str = "clube_tenant";

/// The database in which the provisioner makes other databases; every PostgreSQL server has it.
pub(crate) const MAINTENANCE_DATABASE: &str = "postgres";

/// How long a server may take to answer before it counts as down.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A PostgreSQL server and the role that makes databases there.
#[derive(Clone, Debug)]
pub struct Server {
    /// Its row in `database_servers`.
    pub id: Uuid,
    /// What it is called; `default` is the one of the master database.
    pub name: String,
    /// Host name, address, or folder of its socket.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// The provisioner's name there.
    pub user: String,
    password: SecretString,
}

/// The place of a server's provisioning password.
pub(crate) fn password_place(server: Uuid) -> Place {
    Place {
        tenant: None,
        column: "database_servers.provisioning_password",
        row: server,
    }
}

/// A registered server, ready to be connected to.
pub async fn open(platform: &Platform, id: Uuid) -> Result<Server> {
    let row = sqlx::query!(
        "select name, host, port, provisioning_user, provisioning_password from database_servers where id = $1",
        id
    )
    .fetch_one(&platform.master)
    .await?;
    let password = platform
        .keyring
        .unseal_text(password_place(id), &row.provisioning_password)
        .await?;
    Ok(Server {
        id,
        name: row.name,
        host: row.host,
        port: u16::try_from(row.port).map_err(Error::internal)?,
        user: row.provisioning_user,
        password,
    })
}

/// The server that gets the next tenant: open, with room, and with the fewest tenants. Run it in the transaction that
/// registers the tenant: until that ends nobody else is placed, so no server gets more than its capacity.
pub(crate) async fn choose(conn: &mut PgConnection) -> Result<Uuid> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('clube: place a tenant', 0))")
        .execute(&mut *conn)
        .await?;
    sqlx::query_scalar!(
        "select server.id
         from database_servers server
         left join tenants tenant on tenant.server_id = server.id
         where server.is_open
         group by server.id
         having count(tenant.id) < server.capacity
         order by count(tenant.id), server.created_at
         limit 1"
    )
    .fetch_optional(conn)
    .await?
    .ok_or_else(|| {
        Error::new(
            Kind::Unavailable,
            "no_server",
            "No database server is open and has room for one more tenant.",
        )
    })
}

impl Server {
    /// Connects the provisioner to a database of this server. Waiting for another's lock ends after five seconds.
    pub async fn connect(&self, database: &str) -> Result<PgConnection> {
        let options = PgConnectOptions::new_without_pgpass()
            .host(&self.host)
            .port(self.port)
            .username(&self.user)
            .password(self.password.expose_secret())
            .database(database)
            .application_name("clube provisioning")
            .options([("lock_timeout", "5s")])
            // Statements here carry password verifiers; a slow one must not end in the log.
            .disable_statement_logging();
        connect(&options).await
    }

    /// Connects the provisioner to where it makes databases and roles.
    pub(crate) async fn connect_to_maintenance(&self) -> Result<PgConnection> {
        self.connect(MAINTENANCE_DATABASE).await
    }
}

/// Connects, or says which server does not answer.
pub(crate) async fn connect(options: &PgConnectOptions) -> Result<PgConnection> {
    let refused = |cause: String| {
        let (host, port) = (options.get_host(), options.get_port());
        Error::new(
            Kind::Unavailable,
            "server_unavailable",
            format!("The database server {host}:{port} cannot be used."),
        )
        .because(cause)
    };
    match tokio::time::timeout(CONNECT_TIMEOUT, options.connect()).await {
        Ok(Ok(conn)) => Ok(conn),
        Ok(Err(error)) => Err(refused(error.to_string())),
        Err(_) => Err(refused("no answer in time".to_owned())),
    }
}
