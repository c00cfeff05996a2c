//! Passwords, who manages whom, and what `Debug` shows.

use super::{EMAIL, PASSWORD, acting, add, email, enter, installation, live, tenant, visitor};
use crate::administrators::{
    CreatedAdministrator, Role, begin_totp, change_password, create_super_admin, list,
    reset_password, sign_in,
};
use kernel::{Kind, Result};
use secrecy::ExposeSecret;

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() -> Result<()> {
    let installation = installation().await;
    add(&installation, None, Role::Owner).await?;
    let here = enter(&installation, None, PASSWORD).await?;
    let there = enter(&installation, None, PASSWORD).await?;
    let ctx = acting(&installation, None, &here).await?;
    let new = "girassol no quintal";
    let weak = change_password(&ctx, PASSWORD.into(), "12345678".into()).await;
    assert_eq!(weak.expect_err("weak").fields["newPassword"], "too_common");
    let wrong = change_password(&ctx, "errada errada".into(), new.into()).await;
    assert_eq!(wrong.expect_err("wrong").fields["currentPassword"], "wrong");
    change_password(&ctx, PASSWORD.into(), new.into()).await?;
    assert!(live(&installation, None, &here).await?.is_some());
    assert!(live(&installation, None, &there).await?.is_none());
    assert!(enter(&installation, None, PASSWORD).await.is_err());
    enter(&installation, None, new).await?;

    reset_password(&installation.ctx(), None, &email(), PASSWORD.into()).await?;
    assert!(live(&installation, None, &here).await?.is_none());
    let log: Vec<String> = sqlx::query_scalar("select audit_log::text from audit_log")
        .fetch_all(&installation.platform.master)
        .await?;
    assert!(
        log.iter()
            .all(|row| !row.contains(PASSWORD) && !row.contains(new) && !row.contains("argon2"))
    );
    Ok(())
}

#[tokio::test]
async fn administrators_are_managed_from_above_or_by_their_owner() -> Result<()> {
    let installation = installation().await;
    let navi = Some(tenant(&installation, "clube-navi").await?);
    let other = Some(tenant(&installation, "empresa-b").await?);
    add(&installation, navi, Role::Owner).await?;
    add(&installation, other, Role::Manager).await?;
    let owner = enter(&installation, navi, PASSWORD).await?;
    let owner = acting(&installation, navi, &owner).await?;
    let manager = enter(&installation, other, PASSWORD).await?;
    let manager = acting(&installation, other, &manager).await?;
    assert_eq!(list(&owner, navi).await?.len(), 1);
    for (ctx, realm) in [(&owner, other), (&owner, None), (&manager, other)] {
        assert_eq!(
            list(ctx, realm).await.expect_err("not theirs").kind,
            Kind::Forbidden
        );
        let reset = reset_password(ctx, realm, &email(), "outra senha longa".into()).await;
        assert_eq!(reset.expect_err("not theirs").kind, Kind::Forbidden);
    }
    let stranger = visitor(&installation, 3);
    assert_eq!(
        list(&stranger, navi).await.expect_err("nobody").kind,
        Kind::Unauthenticated
    );
    assert!(create_super_admin(&owner, email(), None).await.is_err());

    let refusal = add(&installation, None, Role::Manager)
        .await
        .expect_err("no such role there");
    assert_eq!(refusal.fields["role"], "invalid");
    assert_eq!(
        add(&installation, navi, Role::Viewer)
            .await
            .expect_err("twice")
            .fields["email"],
        "taken"
    );
    Ok(())
}

#[tokio::test]
async fn a_super_admin_gets_a_password_once() -> Result<()> {
    let installation = installation().await;
    let CreatedAdministrator { id, password, .. } =
        create_super_admin(&installation.ctx(), email(), None).await?;
    assert_eq!(password.expose_secret().len(), 20);
    enter(&installation, None, password.expose_secret()).await?;
    let all = list(&installation.ctx(), None).await?;
    assert_eq!(
        (all[0].id, all[0].role, all[0].name.as_str()),
        (id, Role::Owner, "ana")
    );
    assert!(all[0].last_sign_in_at.is_some());
    let again = create_super_admin(&installation.ctx(), email(), None).await;
    assert_eq!(again.expect_err("twice").fields["email"], "taken");
    Ok(())
}

#[tokio::test]
async fn debug_shows_no_secret() -> Result<()> {
    let installation = installation().await;
    let created = create_super_admin(&installation.ctx(), email(), None).await?;
    let password = created.password.expose_secret().to_owned();
    let signed_in = sign_in(
        &visitor(&installation, 1),
        None,
        EMAIL,
        created.password.clone(),
    )
    .await?;
    let ctx = acting(&installation, None, &signed_in.token).await?;
    let enrolment = begin_totp(&ctx).await?;
    let shown = format!("{created:?} {signed_in:?} {enrolment:?} {:?}", ctx.actor);
    for secret in [
        password.as_str(),
        signed_in.token.expose_secret(),
        &enrolment.secret_base32,
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
    Ok(())
}
