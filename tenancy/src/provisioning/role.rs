//! The tenant's own role: it opens the tenant's database and nothing else.

use super::{
    fail_point,
    register::{Draft, database_password_place},
};
use crate::{
    Platform,
    servers::{
        self, Server, TENANT_GROUP,
        sql::{ident, literal, refused_with, run_among_others},
    },
};
use kernel::{Error, Result};
use sqlx::PgConnection;

/// Room for six nodes with pools of the default size (5), and for those that come up while others drain. A node beyond it
/// waits for a connection and then refuses; without a limit one tenant could take every connection of the server.
const MOST_CONNECTIONS: u8 = 32;

/// Makes the role, or sets it right. A role of that name that is not this tenant's stays as it is, and the creation is
/// refused.
pub(super) async fn ensure(
    platform: &Platform,
    server: &Server,
    maintenance: &mut PgConnection,
    draft: &Draft,
) -> Result<()> {
    let sealed = sqlx::query_scalar!(
        "select database_password from tenants where id = $1",
        draft.id.0
    )
    .fetch_one(&platform.master)
    .await?;
    let password = platform
        .keyring
        .unseal_text(database_password_place(draft.id), &sealed)
        .await?;
    let statement = statement(server, draft, &servers::verifier(&password));
    match run_among_others(maintenance, &statement, &[]).await {
        Err(error) if refused_with(&error, &["42710"]) => {
            return Err(Error::conflict(
                "role_exists",
                format!(
                    "The server has a role {} that is not this tenant's.",
                    draft.database_user
                ),
            )
            .because(error));
        }
        outcome => outcome?,
    }
    fail_point::reached("role_made");
    Ok(())
}

/// The role carries its tenant's id as a comment: that is how a repeated step knows its own work.
fn statement(server: &Server, draft: &Draft, verifier: &str) -> String {
    let role = ident(&draft.database_user);
    format!(
        "do $do$ begin
             if to_regrole({role_text}) is null then
                 create role {role} nosuperuser nocreatedb nocreaterole noreplication;
                 comment on role {role} is {mark};
             elsif shobj_description(to_regrole({role_text}), 'pg_authid') is distinct from {mark} then
                 raise exception 'the role belongs to something else' using errcode = '42710';
             end if;
             alter role {role} with login inherit connection limit {connections} password {verifier};
             alter role {role} set statement_timeout = '15s';
             alter role {role} set lock_timeout = '2s';
             alter role {role} set idle_in_transaction_session_timeout = '10s';
             grant {group} to {role};
             grant {role} to {provisioner};
         end $do$",
        role_text = literal(&role),
        connections = MOST_CONNECTIONS,
        mark = literal(&format!("clube tenant {}", draft.id)),
        verifier = literal(verifier),
        group = ident(TENANT_GROUP),
        provisioner = ident(&server.user),
    )
}
