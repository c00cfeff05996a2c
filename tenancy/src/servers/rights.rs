//! Who may connect to which database of a server: nobody by being a role, everybody by being granted it.

use super::{
    MAINTENANCE_DATABASE, TENANT_GROUP,
    sql::{ident, literal, run_among_others},
};
use kernel::{Error, Kind, Result};
use sqlx::PgConnection;

/// How often the databases are looked at again while others appear.
const TRIES: usize = 10;

/// Makes sure that the group of tenants and the provisioner exist, the latter with this password verifier if one is
/// given.
pub(super) async fn ensure_roles(
    admin: &mut PgConnection,
    provisioner: &str,
    verifier: Option<&str>,
) -> Result<()> {
    let (group, name) = (ident(TENANT_GROUP), ident(provisioner));
    let set_password = verifier.map_or_else(String::new, |verifier| {
        format!(
            "alter role {name} with login createdb createrole nosuperuser password {};",
            literal(verifier)
        )
    });
    retrying(
        admin,
        &format!(
            "do $do$ begin
                 if to_regrole({group_text}) is null then create role {group} nologin; end if;
                 if to_regrole({name_text}) is null then
                     create role {name} login createdb createrole nosuperuser;
                 end if;
                 {set_password}
                 if not pg_has_role({provisioner_text}, {tenant_text}, 'member with admin option') then
                     grant {group} to {name} with admin option;
                 end if;
             end $do$",
            group_text = literal(&group),
            name_text = literal(&name),
            provisioner_text = literal(provisioner),
            tenant_text = literal(TENANT_GROUP),
        ),
    )
    .await
    .map_err(|error| not_allowed(&error, &format!("create role {name} login createdb createrole; create role {group}; grant {group} to {name} with admin option")))
}

/// Takes the right to connect from `PUBLIC` on every database of the server. Whoever could log in before keeps the right
/// by name, so that other programs on the server go on; tenants' roles do not. Refuses when a database stays open.
pub(super) async fn close_databases(admin: &mut PgConnection, provisioner: &str) -> Result<()> {
    let mut still_open = open_databases(admin).await?;
    // A database that somebody makes meanwhile is open again: it is closed in the next round.
    for _ in 0..TRIES {
        if still_open.is_empty() {
            return Ok(());
        }
        retrying(admin, &closing_statement(provisioner))
            .await
            .map_err(Error::from)?;
        let before = std::mem::replace(&mut still_open, open_databases(admin).await?);
        if still_open == before {
            break;
        }
    }
    still_closed(&still_open)
}

/// Refuses when a database of the server is open to every role.
pub(super) async fn require_closed(conn: &mut PgConnection) -> Result<()> {
    still_closed(&open_databases(conn).await?)
}

fn still_closed(still_open: &[String]) -> Result<()> {
    if still_open.is_empty() {
        return Ok(());
    }
    let statements: Vec<_> = still_open
        .iter()
        .map(|name| {
            format!(
                "revoke connect, temporary on database {} from public;",
                ident(name)
            )
        })
        .collect();
    Err(not_allowed(
        "databases are open to every role",
        &statements.join(" "),
    ))
}

/// Lets the provisioner into the one database that it works from.
pub(super) async fn admit_provisioner(admin: &mut PgConnection, provisioner: &str) -> Result<()> {
    let admitted = sqlx::query_scalar!(
        r#"select has_database_privilege($1, $2, 'CONNECT') as "admitted!""#,
        provisioner,
        MAINTENANCE_DATABASE
    )
    .fetch_one(&mut *admin)
    .await?;
    if admitted {
        return Ok(());
    }
    let statement = format!(
        "grant connect on database {} to {}",
        ident(MAINTENANCE_DATABASE),
        ident(provisioner)
    );
    retrying(admin, &statement)
        .await
        .map_err(|error| not_allowed(&error, &statement))
}

/// The databases that every role may connect to.
async fn open_databases(admin: &mut PgConnection) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select datname::text as "name!"
           from pg_database
           where datallowconn
             and exists (select from aclexplode(coalesce(datacl, acldefault('d', datdba))) entry
                         where entry.grantee = 0 and entry.privilege_type = 'CONNECT')
           order by datname"#
    )
    .fetch_all(admin)
    .await?)
}

/// One block for all databases; those that we may not change stay, and the caller sees them.
fn closing_statement(provisioner: &str) -> String {
    format!(
        "do $do$
         declare
             open record;
             login record;
         begin
             for open in
                 select datname, string_agg(entry.privilege_type, ', ') as privileges
                 from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) entry
                 where datallowconn and entry.grantee = 0 and entry.privilege_type in ('CONNECT', 'TEMPORARY')
                 group by datname
             loop
                 begin
                     for login in
                         select rolname from pg_roles
                         where rolcanlogin and not rolsuper and rolname <> {provisioner}
                           and rolname not like 'clube\\_provisioner%'
                           and not pg_has_role(oid, {group}, 'member')
                     loop
                         begin
                             execute format('grant %s on database %I to %I', open.privileges, open.datname, login.rolname);
                         exception
                             when undefined_object then null; -- a role that was dropped meanwhile needs no right
                         end;
                     end loop;
                     execute format('revoke %s on database %I from public', open.privileges, open.datname);
                 exception
                     when insufficient_privilege or invalid_catalog_name then null;
                 end;
             end loop;
         end $do$",
        provisioner = literal(provisioner),
        group = literal(TENANT_GROUP),
    )
}

/// Another one made it in between, or both waited for each other.
async fn retrying(conn: &mut PgConnection, statement: &str) -> Result<(), sqlx::Error> {
    run_among_others(conn, statement, &["23505", "42710", "40P01"]).await
}

fn not_allowed(cause: impl std::fmt::Display, statements: &str) -> Error {
    Error::new(
        Kind::Forbidden,
        "server_rights",
        format!("The server's rights are not as they must be, and this role may not set them. Let an administrator run there: {statements}"),
    )
    .because(cause)
}
