//! The template that tenants' databases are copied from: the whole schema, migrated once for each version of it and
//! server. Copying is several times faster than migrating.

use crate::{
    migrations::{TENANT, bring_up, tenant_version},
    secrets::sha256,
    servers::{
        Server,
        sql::{ident, run, run_among_others},
    },
};
use kernel::{Error, Result};
use sqlx::{Connection, PgConnection};
use std::fmt::Write;

const PREFIX: &str = "clube_template_";

/// The lock of whoever makes it.
const LOCK: &str = "hashtextextended('clube: make the template', 0)";

/// The template's name: made here if this server has none for this schema yet.
pub(super) async fn ensure(server: &Server, maintenance: &mut PgConnection) -> Result<String> {
    let name = name(server);
    if state(maintenance, &name).await? == State::Ready {
        return Ok(name);
    }
    // Only one makes it; the lock ends with this connection, which is ours alone.
    run(
        maintenance,
        format!("set lock_timeout = '60s'; select pg_advisory_lock({LOCK})"),
    )
    .await?;
    let made = make(server, maintenance, &name).await;
    run(
        maintenance,
        format!("select pg_advisory_unlock({LOCK}); reset lock_timeout"),
    )
    .await?;
    made.map(|()| name)
}

/// Makes the template, or goes on where a try that was killed has stopped.
async fn make(server: &Server, maintenance: &mut PgConnection, name: &str) -> Result<()> {
    let database = ident(name);
    match state(maintenance, name).await? {
        State::Ready => return Ok(()),
        State::Begun => {}
        State::Absent => {
            run(
                maintenance,
                format!("create database {database} template template0 encoding 'UTF8'"),
            )
            .await?;
        }
    }
    run_among_others(
        maintenance,
        &format!("revoke all on database {database} from public"),
        &[],
    )
    .await?;
    let mut conn = server.connect(name).await?;
    bring_up(&mut conn, &TENANT).await?;
    conn.close().await?;
    // A database that takes connections cannot be copied while one is open.
    run(
        maintenance,
        format!("alter database {database} with is_template true allow_connections false"),
    )
    .await?;
    tracing::info!(template = name, "template database made");
    Ok(())
}

/// Removes the templates of older schemas. Newer ones belong to newer code that runs beside us.
pub(super) async fn remove_old(server: &Server, maintenance: &mut PgConnection) -> Result<()> {
    let current = name(server);
    let templates = sqlx::query_scalar!(
        r#"select datname::text as "name!" from pg_database
           where starts_with(datname::text, $1) and pg_get_userbyid(datdba) = current_user and datname <> $2"#,
        PREFIX,
        current
    )
    .fetch_all(&mut *maintenance)
    .await?;
    for old in templates
        .iter()
        .filter(|name| version(name) <= Some(tenant_version()))
    {
        let database = ident(old);
        run(
            maintenance,
            format!("alter database {database} is_template false"),
        )
        .await?;
        run(maintenance, format!("drop database if exists {database}")).await?;
    }
    Ok(())
}

#[derive(PartialEq, Eq)]
enum State {
    Absent,
    Begun,
    Ready,
}

async fn state(maintenance: &mut PgConnection, name: &str) -> Result<State, Error> {
    let ready = sqlx::query_scalar!(
        r#"select (datistemplate and not datallowconn) as "ready!" from pg_database where datname = $1"#,
        name
    )
    .fetch_optional(maintenance)
    .await?;
    Ok(match ready {
        None => State::Absent,
        Some(false) => State::Begun,
        Some(true) => State::Ready,
    })
}

/// `clube_template_<version>_<checksum>`: another text of a migration, or another owner, is another template.
fn name(server: &Server) -> String {
    let mut bytes = server.user.clone().into_bytes();
    for migration in TENANT.iter() {
        bytes.extend_from_slice(&migration.checksum);
    }
    let mut name = format!("{PREFIX}{}_", tenant_version());
    for byte in &sha256(&bytes)[..4] {
        write!(name, "{byte:02x}").expect("a string takes everything");
    }
    name
}

fn version(template: &str) -> Option<i64> {
    let (version, _) = template.strip_prefix(PREFIX)?.split_once('_')?;
    version.parse().ok()
}
