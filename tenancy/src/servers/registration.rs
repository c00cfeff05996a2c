//! Taking a server into use.

use super::{connect, password_place, rights, scram, sql::ident};
use crate::{Clock, secrets, secrets::Keyring};
use kernel::{Error, Result};
use secrecy::{ExposeSecret, SecretString};
use sqlx::{ConnectOptions, PgConnection, PgPool, postgres::PgConnectOptions};
use std::fmt::Write;
use uuid::Uuid;

/// The name of the server that also holds the master database.
const DEFAULT: &str = "default";

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
    record(&mut admin, keyring, clock, (id, &provisioner), &options).await
}

async fn record(
    admin: &mut PgConnection,
    keyring: &Keyring,
    clock: &Clock,
    (id, provisioner): (Uuid, &str),
    options: &PgConnectOptions,
) -> Result<()> {
    let password: SecretString = secrets::random_token();
    rights::ensure_roles(admin, provisioner, Some(&scram::verifier(&password))).await?;
    let sealed = keyring
        .seal(password_place(id), password.expose_secret().as_bytes())
        .await?;
    let socket = options
        .get_socket()
        .map(|folder| folder.display().to_string());
    sqlx::query!(
        "insert into database_servers
             (id, name, host, port, provisioning_user, provisioning_password, created_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (name) do update
         set host = excluded.host, port = excluded.port, provisioning_user = excluded.provisioning_user,
             provisioning_password = excluded.provisioning_password",
        id,
        DEFAULT,
        socket.unwrap_or_else(|| options.get_host().to_owned()),
        i32::from(options.get_port()),
        provisioner,
        sealed,
        clock.now(),
    )
    .execute(admin)
    .await?;
    tracing::info!(
        host = options.get_host(),
        port = options.get_port(),
        role = provisioner,
        "database server registered"
    );
    Ok(())
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
