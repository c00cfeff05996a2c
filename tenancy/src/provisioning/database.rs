//! The tenant's database: a copy of the template that only the tenant's role and the provisioner may open.

use super::{fail_point, register::Draft};
use crate::servers::{
    Server,
    sql::{ident, refused_with, run, run_among_others},
};
use kernel::{Error, Result};
use sqlx::PgConnection;

/// Makes the database, or finds it made. Nobody can connect to it before the rights are set.
pub(super) async fn ensure(
    server: &Server,
    maintenance: &mut PgConnection,
    template: &str,
    draft: &Draft,
) -> Result<()> {
    let (database, role) = (ident(&draft.database_name), ident(&draft.database_user));
    if !exists(maintenance, draft).await? {
        let made = run(
            maintenance,
            format!(
                "create database {database} template {} owner {role} allow_connections false",
                ident(template)
            ),
        )
        .await;
        match made {
            // A try that was killed had its last statement finished by the server.
            Err(error) if refused_with(&error, &["42P04", "23505"]) => {
                exists(maintenance, draft).await?;
            }
            outcome => outcome?,
        }
        fail_point::reached("database_made");
    }
    run_among_others(
        maintenance,
        &format!(
            "revoke all on database {database} from public;
             grant connect on database {database} to {role}, {provisioner};
             alter database {database} allow_connections true",
            provisioner = ident(&server.user)
        ),
        &[],
    )
    .await?;
    fail_point::reached("database_opened");
    Ok(())
}

/// Whether the database is there; one that belongs to another role is not ours to take.
async fn exists(maintenance: &mut PgConnection, draft: &Draft) -> Result<bool> {
    let owner = sqlx::query_scalar!(
        r#"select pg_get_userbyid(datdba)::text as "owner!" from pg_database where datname = $1"#,
        draft.database_name
    )
    .fetch_optional(maintenance)
    .await?;
    match owner {
        None => Ok(false),
        Some(owner) if owner == draft.database_user => Ok(true),
        Some(_) => Err(Error::conflict(
            "database_exists",
            format!(
                "The server has a database {} that is not this tenant's.",
                draft.database_name
            ),
        )),
    }
}
