//! Administrators in two realms of one installation.

mod accounts;
mod managing;
mod second_factor;
mod signing_in;

use super::{AdminSession, NewAdministrator, Role, create, session, sign_in};
use crate::{Actor, Clock, Origin, PlatformCtx, secrets, testing::Installation};
use kernel::{AdminId, Email, Error, Result, TenantId};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use time::macros::datetime;

const EMAIL: &str = "ana@example.com";
const PASSWORD: &str = "cavalo bateria grampo";

/// By a clock that stands still.
async fn installation() -> Installation {
    Installation::at(Clock::fixed(datetime!(2026-06-01 12:00 UTC))).await
}

async fn tenant(installation: &Installation, slug: &str) -> Result<TenantId> {
    let platform = &installation.platform;
    secrets::tests::tenant(&platform.master, &platform.keyring, slug).await
}

fn email() -> Email {
    Email::parse(EMAIL).expect("an address")
}

/// Somebody who is not signed in, from an address of their own.
fn visitor(installation: &Installation, last: u8) -> PlatformCtx {
    let origin = Origin {
        ip: Some([10, 0, 0, last].into()),
        user_agent: "Navegador".to_owned(),
        request_id: "r".to_owned(),
    };
    installation.platform.ctx(Actor::Anonymous, origin)
}

async fn add(installation: &Installation, realm: Option<TenantId>, role: Role) -> Result<AdminId> {
    let new = NewAdministrator {
        realm,
        email: email(),
        name: "Ana".to_owned(),
        role,
        password: PASSWORD.into(),
    };
    let mut transaction = installation.platform.master.begin().await?;
    let id = create(&mut transaction, &installation.ctx(), new).await?;
    transaction.commit().await?;
    Ok(id)
}

/// The token of a new session, whole or not.
async fn enter(
    installation: &Installation,
    realm: Option<TenantId>,
    password: &str,
) -> Result<SecretString> {
    let signed_in = sign_in(&visitor(installation, 1), realm, EMAIL, password.into()).await?;
    Ok(signed_in.token)
}

async fn live(
    installation: &Installation,
    realm: Option<TenantId>,
    token: &SecretString,
) -> Result<Option<AdminSession>> {
    session(&installation.platform, realm, token.expose_secret()).await
}

/// The administrator whose session it is, acting.
async fn acting(
    installation: &Installation,
    realm: Option<TenantId>,
    token: &SecretString,
) -> Result<PlatformCtx> {
    let session = live(installation, realm, token)
        .await?
        .ok_or_else(Error::unauthenticated)?;
    let origin = visitor(installation, 1).origin;
    Ok(installation
        .platform
        .ctx(Actor::Admin(Arc::new(session)), origin))
}

async fn audited(installation: &Installation, action: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        r#"select actor || ' > ' || subject || ' ' || coalesce(after::text, '') as "row!"
           from audit_log where action = $1 order by id"#,
        action
    )
    .fetch_all(&installation.platform.master)
    .await?)
}
