//! Who adds whom, who changes whom, and whom nobody can lock out.

use super::{PASSWORD, acting, add, enter, installation, live, tenant};
use crate::{
    PlatformCtx,
    administrators::{
        self, AdministratorPatch, NewAdministrator, Role, by_id, change, list, reset_password,
        sign_in,
    },
    testing::Installation,
};
use kernel::{AdminId, Email, Kind, Result, TenantId};

const COLLEAGUE: &str = "bia@example.com";

fn colleague(realm: Option<TenantId>, role: Role) -> NewAdministrator {
    NewAdministrator {
        realm,
        email: Email::parse(COLLEAGUE).expect("an address"),
        name: "Bia".to_owned(),
        role,
        password: PASSWORD.into(),
    }
}

fn to_role(role: Role) -> AdministratorPatch {
    AdministratorPatch {
        role: Some(role),
        ..AdministratorPatch::default()
    }
}

fn to_blocked(is_blocked: bool) -> AdministratorPatch {
    AdministratorPatch {
        is_blocked: Some(is_blocked),
        ..AdministratorPatch::default()
    }
}

/// An owner of the realm, acting.
async fn owner(installation: &Installation, realm: Option<TenantId>) -> Result<PlatformCtx> {
    add(installation, realm, Role::Owner).await?;
    let token = enter(installation, realm, PASSWORD).await?;
    acting(installation, realm, &token).await
}

fn own_id(ctx: &PlatformCtx) -> AdminId {
    match &ctx.actor {
        crate::Actor::Admin(session) => session.administrator_id,
        other => panic!("{other:?} is no administrator"),
    }
}

#[tokio::test]
async fn an_owner_adds_colleagues_to_their_own_realm_only() -> Result<()> {
    let installation = installation().await;
    let navi = Some(tenant(&installation, "clube-navi").await?);
    let other = Some(tenant(&installation, "empresa-b").await?);
    let owner = owner(&installation, navi).await?;
    let id = administrators::add(&owner, colleague(navi, Role::Viewer)).await?;
    let made = by_id(&owner, navi, id).await?;
    assert_eq!((made.role, made.is_blocked), (Role::Viewer, false));
    assert_eq!(list(&owner, navi).await?.len(), 2);

    for realm in [other, None] {
        let refused = administrators::add(&owner, colleague(realm, Role::Viewer)).await;
        assert_eq!(refused.expect_err("not theirs").kind, Kind::Forbidden);
        // An id is good in its realm only, whoever asks.
        let elsewhere = change(&installation.ctx(), realm, id, to_blocked(true)).await;
        assert_eq!(elsewhere.expect_err("not there").kind, Kind::NotFound);
    }
    let viewer = sign_in(
        &super::visitor(&installation, 2),
        navi,
        COLLEAGUE,
        PASSWORD.into(),
    )
    .await?;
    let viewer = acting(&installation, navi, &viewer.token).await?;
    for refused in [
        administrators::add(&viewer, colleague(navi, Role::Owner))
            .await
            .map(drop),
        change(&viewer, navi, id, to_role(Role::Owner))
            .await
            .map(drop),
        by_id(&viewer, navi, id).await.map(drop),
    ] {
        assert_eq!(refused.expect_err("a viewer").kind, Kind::Forbidden);
    }
    Ok(())
}

#[tokio::test]
async fn the_same_again_is_the_administrator_that_was_made() -> Result<()> {
    let installation = installation().await;
    let navi = Some(tenant(&installation, "clube-navi").await?);
    let owner = owner(&installation, navi).await?;
    let new = || colleague(navi, Role::Viewer);
    let id = administrators::add(&owner, new()).await?;
    assert_eq!(administrators::add(&owner, new()).await?, id);
    assert_eq!(list(&owner, navi).await?.len(), 2);
    let taken = async |other| {
        let refused = administrators::add(&owner, other).await;
        refused.expect_err("another").fields["email"] == "taken"
    };
    let (name, password) = ("Ana".to_owned(), "outra senha longa".into());
    assert!(taken(NewAdministrator { name, ..new() }).await);
    assert!(taken(NewAdministrator { password, ..new() }).await);
    assert!(taken(colleague(navi, Role::Operator)).await);

    let visitor = super::visitor(&installation, 2);
    sign_in(&visitor, navi, COLLEAGUE, PASSWORD.into()).await?;
    assert!(taken(new()).await, "they are there");
    Ok(())
}

#[tokio::test]
async fn a_blocked_administrator_is_out_at_once_and_comes_back_by_password() -> Result<()> {
    let installation = installation().await;
    let navi = Some(tenant(&installation, "clube-navi").await?);
    let owner = owner(&installation, navi).await?;
    let id = administrators::add(&owner, colleague(navi, Role::Operator)).await?;
    let visitor = super::visitor(&installation, 2);
    let token = sign_in(&visitor, navi, COLLEAGUE, PASSWORD.into())
        .await?
        .token;
    assert!(live(&installation, navi, &token).await?.is_some());

    assert!(change(&owner, navi, id, to_blocked(true)).await?.is_blocked);
    assert!(live(&installation, navi, &token).await?.is_none());
    assert!(
        sign_in(&visitor, navi, COLLEAGUE, PASSWORD.into())
            .await
            .is_err()
    );
    change(&owner, navi, id, to_blocked(false)).await?;
    // The old session stays ended.
    assert!(live(&installation, navi, &token).await?.is_none());
    let token = sign_in(&visitor, navi, COLLEAGUE, PASSWORD.into())
        .await?
        .token;

    // A role holds from the next request on.
    change(&owner, navi, id, to_role(Role::Viewer)).await?;
    let session = live(&installation, navi, &token).await?.expect("still in");
    assert_eq!(session.role, Role::Viewer);
    assert_eq!(
        super::audited(&installation, "administrator.change").await?,
        [
            r#"admin:ana@example.com > bia@example.com {"isBlocked": true}"#,
            r#"admin:ana@example.com > bia@example.com {"isBlocked": false}"#,
            r#"admin:ana@example.com > bia@example.com {"role": "viewer"}"#,
        ]
    );
    // What changes nothing leaves no row.
    change(&owner, navi, id, to_role(Role::Viewer)).await?;
    assert_eq!(
        super::audited(&installation, "administrator.change")
            .await?
            .len(),
        3
    );
    Ok(())
}

#[tokio::test]
async fn nobody_locks_themselves_or_everybody_out() -> Result<()> {
    let installation = installation().await;
    let navi = Some(tenant(&installation, "clube-navi").await?);
    let owner = owner(&installation, navi).await?;
    let id = own_id(&owner);
    let command = installation.ctx();
    for patch in [to_role(Role::Viewer), to_blocked(true)] {
        let own = change(&owner, navi, id, patch.clone()).await;
        assert_eq!(own.expect_err("their own").code, "own_account");
        let last = change(&command, navi, id, patch).await;
        assert_eq!(last.expect_err("the last").code, "last_owner");
    }
    // One's own name is no right.
    let renamed = AdministratorPatch {
        name: Some("  Ana Souza ".to_owned()),
        ..AdministratorPatch::default()
    };
    assert_eq!(change(&owner, navi, id, renamed).await?.name, "Ana Souza");

    // A blocked owner cannot stand in for the last one.
    let second = administrators::add(&owner, colleague(navi, Role::Owner)).await?;
    change(&owner, navi, second, to_blocked(true)).await?;
    let last = change(&command, navi, id, to_blocked(true)).await;
    assert_eq!(last.expect_err("the last").code, "last_owner");
    change(&command, navi, second, to_blocked(false)).await?;
    change(&command, navi, id, to_role(Role::Manager)).await?;
    Ok(())
}

#[tokio::test]
async fn nobody_gets_past_their_own_present_password() -> Result<()> {
    let installation = installation().await;
    let navi = Some(tenant(&installation, "clube-navi").await?);
    for realm in [navi, None] {
        let owner = owner(&installation, realm).await?;
        let own = reset_password(&owner, realm, &super::email(), "outra senha longa".into()).await;
        assert_eq!(own.expect_err("their own").code, "own_account");
        enter(&installation, realm, PASSWORD).await?;
        administrators::add(&owner, colleague(realm, Role::Viewer)).await?;
        let email = Email::parse(COLLEAGUE).expect("an address");
        reset_password(&owner, realm, &email, "outra senha longa".into()).await?;
    }
    Ok(())
}

#[tokio::test]
async fn of_two_owners_who_demote_each_other_one_is_left() -> Result<()> {
    let installation = installation().await;
    let first = owner(&installation, None).await?;
    let (one, two) = (
        own_id(&first),
        administrators::add(&first, colleague(None, Role::Owner)).await?,
    );
    let ctx = installation.ctx();
    let (left, right) = tokio::join!(
        change(&ctx, None, one, to_role(Role::Viewer)),
        change(&ctx, None, two, to_role(Role::Viewer)),
    );
    assert!(left.is_ok() != right.is_ok(), "{left:?} {right:?}");
    let owners = list(&ctx, None).await?;
    assert_eq!(
        owners.iter().filter(|one| one.role == Role::Owner).count(),
        1
    );
    Ok(())
}

#[tokio::test]
async fn fields_have_their_reasons() -> Result<()> {
    let installation = installation().await;
    let first = owner(&installation, None).await?;
    let id = administrators::add(&first, colleague(None, Role::Viewer)).await?;
    let manager = change(&first, None, id, to_role(Role::Manager)).await;
    assert_eq!(manager.expect_err("not there").fields["role"], "invalid");
    for (name, reason) in [
        (" ", "required"),
        ("a\nb", "invalid"),
        (&*"a".repeat(201), "too_long"),
    ] {
        let patch = AdministratorPatch {
            name: Some(name.to_owned()),
            ..AdministratorPatch::default()
        };
        let refused = change(&first, None, id, patch).await;
        assert_eq!(refused.expect_err("no name").fields["name"], reason);
    }
    let weak = NewAdministrator {
        password: "1234567".into(),
        email: Email::parse("caio@example.com").expect("an address"),
        ..colleague(None, Role::Viewer)
    };
    let weak = administrators::add(&first, weak).await;
    assert_eq!(weak.expect_err("weak").fields["password"], "too_short");
    Ok(())
}
