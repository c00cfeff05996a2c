//! Signing in, and everything that ends a session.

use super::{
    EMAIL, PASSWORD, acting, add, audited, email, enter, installation, live, tenant, visitor,
};
use crate::administrators::{
    Permission, Role, reset_password, revoke_session, sessions, sign_in, sign_out,
};
use kernel::{Kind, Result};
use secrecy::ExposeSecret;
use time::Duration;

#[tokio::test]
async fn the_right_password_opens_a_session() -> Result<()> {
    let installation = installation().await;
    let id = add(&installation, None, Role::Operator).await?;
    let signed_in = sign_in(
        &visitor(&installation, 1),
        None,
        " Ana@Example.com",
        PASSWORD.into(),
    )
    .await?;
    assert!(!signed_in.awaits_totp);
    assert_eq!(
        signed_in.expires_at,
        installation.platform.clock.now() + Duration::hours(12)
    );
    let session = live(&installation, None, &signed_in.token)
        .await?
        .expect("it is live");
    assert_eq!(
        (session.administrator_id, session.role),
        (id, Role::Operator)
    );
    assert!(session.require(Permission::ManageTenants).is_ok());
    assert!(session.require(Permission::ManageAdministrators).is_err());
    assert_eq!(
        audited(&installation, "administrator.sign_in").await?,
        ["admin:ana@example.com > ana@example.com "]
    );
    Ok(())
}

#[tokio::test]
async fn unknown_wrong_and_blocked_are_one_refusal() -> Result<()> {
    let installation = installation().await;
    let id = add(&installation, None, Role::Owner).await?;
    let ctx = visitor(&installation, 1);
    let wrong = sign_in(&ctx, None, EMAIL, "cavalo bateria grampa".into()).await;
    let unknown = sign_in(&ctx, None, "segredo digitado aqui", PASSWORD.into()).await;
    let broken = sign_in(&ctx, None, "ana\0@example.com", PASSWORD.into()).await;
    let token = enter(&installation, None, PASSWORD).await?;
    sqlx::query!(
        "update administrators set status = 'blocked' where id = $1",
        id.0
    )
    .execute(&installation.platform.master)
    .await?;
    let blocked = sign_in(&ctx, None, EMAIL, PASSWORD.into()).await;
    for refusal in [wrong, unknown, broken, blocked] {
        let refusal = refusal.expect_err("refused");
        assert_eq!(
            (refusal.kind, refusal.code.as_ref()),
            (Kind::Unauthenticated, "wrong_credentials")
        );
        assert_eq!(refusal.message, "The e-mail or the password is wrong.");
    }
    assert!(
        live(&installation, None, &token).await?.is_none(),
        "blocked ends sessions too"
    );
    assert_eq!(
        audited(&installation, "administrator.sign_in_refused").await?,
        [
            "anonymous > ana@example.com ",
            "anonymous > unknown ",
            "anonymous > unknown ",
            "anonymous > ana@example.com "
        ],
        "neither passwords nor what was typed for an e-mail"
    );
    Ok(())
}

#[tokio::test]
async fn a_session_is_good_in_its_realm_only() -> Result<()> {
    let installation = installation().await;
    let navi = Some(tenant(&installation, "clube-navi").await?);
    let other = Some(tenant(&installation, "empresa-b").await?);
    for realm in [None, navi, other] {
        add(&installation, realm, Role::Owner).await?;
    }
    for own in [None, navi, other] {
        let token = enter(&installation, own, PASSWORD).await?;
        for realm in [None, navi, other] {
            let found = live(&installation, realm, &token).await?;
            assert_eq!(found.is_some(), realm == own, "{own:?} in {realm:?}");
        }
    }
    reset_password(
        &installation.ctx(),
        other,
        &email(),
        "outra senha longa".into(),
    )
    .await?;
    assert!(enter(&installation, other, PASSWORD).await.is_err());
    assert!(
        enter(&installation, navi, PASSWORD).await.is_ok(),
        "the same e-mail elsewhere"
    );
    assert!(
        live(&installation, navi, &"inventado".into())
            .await?
            .is_none()
    );
    Ok(())
}

#[tokio::test]
async fn sessions_end_unused_or_after_twelve_hours() -> Result<()> {
    let installation = installation().await;
    add(&installation, None, Role::Owner).await?;
    let clock = &installation.platform.clock;
    let idle = enter(&installation, None, PASSWORD).await?;
    clock.advance(Duration::minutes(61));
    assert!(live(&installation, None, &idle).await?.is_none());

    let used = enter(&installation, None, PASSWORD).await?;
    for _ in 0..15 {
        clock.advance(Duration::minutes(45));
        assert!(live(&installation, None, &used).await?.is_some());
    }
    clock.advance(Duration::minutes(45));
    assert!(
        live(&installation, None, &used).await?.is_none(),
        "twelve hours are over"
    );
    Ok(())
}

#[tokio::test]
async fn sessions_are_listed_and_revoked_by_their_owner() -> Result<()> {
    let installation = installation().await;
    add(&installation, None, Role::Owner).await?;
    let here = enter(&installation, None, PASSWORD).await?;
    let there = enter(&installation, None, PASSWORD).await?;
    let ctx = acting(&installation, None, &here).await?;
    let rows = sessions(&ctx).await?;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].user_agent, "Navegador");
    let other = rows.iter().find(|row| !row.is_current).expect("the other");
    revoke_session(&ctx, other.id).await?;
    assert_eq!(
        revoke_session(&ctx, other.id).await.expect_err("gone").kind,
        Kind::NotFound
    );
    assert!(live(&installation, None, &there).await?.is_none());

    let navi = Some(tenant(&installation, "clube-navi").await?);
    add(&installation, navi, Role::Owner).await?;
    let stranger = enter(&installation, navi, PASSWORD).await?;
    let stranger = acting(&installation, navi, &stranger).await?;
    let mine = sessions(&ctx).await?[0].id;
    assert!(
        revoke_session(&stranger, mine).await.is_err(),
        "another's session"
    );
    sign_out(&ctx, here.expose_secret()).await?;
    sign_out(&ctx, here.expose_secret()).await?;
    assert!(live(&installation, None, &here).await?.is_none());
    assert_eq!(
        audited(&installation, "administrator.sign_out")
            .await?
            .len(),
        1
    );
    Ok(())
}

#[tokio::test]
async fn guessing_is_stopped_and_the_owner_is_not() -> Result<()> {
    let installation = installation().await;
    add(&installation, None, Role::Owner).await?;
    sign_in(&visitor(&installation, 200), None, EMAIL, PASSWORD.into()).await?;
    let mut refusal = None;
    for n in 0..40 {
        let outcome = sign_in(
            &visitor(&installation, n),
            None,
            EMAIL,
            "chute qualquer".into(),
        )
        .await;
        let error = outcome.expect_err("wrong");
        if error.kind == Kind::TooManyRequests {
            assert!(n >= 9, "too early: {n}");
            refusal = Some(error);
            break;
        }
    }
    assert!(refusal.is_some_and(|error| error.retry_after.is_some()));
    sign_in(&visitor(&installation, 200), None, EMAIL, PASSWORD.into()).await?;
    Ok(())
}
