//! The second factor and recovery codes.

use super::{EMAIL, PASSWORD, acting, add, audited, enter, installation, live, tenant, visitor};
use crate::{
    PlatformCtx,
    administrators::{
        Role, awaiting_totp, begin_totp, confirm_totp, disable_totp, enable_totp, sign_in,
    },
    testing::Installation,
};
use kernel::{Result, TenantId};
use secrecy::ExposeSecret;
use time::Duration;
use totp_rs::{Builder, Secret, Totp};

/// An authenticator app that scanned the secret.
fn app(secret_base32: &str) -> Totp {
    let secret = Secret::try_from_base32(secret_base32).expect("base32");
    Builder::new()
        .with_secret(secret.as_bytes().to_vec())
        .with_account_name("ana")
        .build()
        .expect("a long enough secret")
}

fn code(installation: &Installation, app: &Totp, steps: i64) -> String {
    let now = installation.platform.clock.now().unix_timestamp() + 30 * steps;
    app.generate(u64::try_from(now).expect("after 1970"))
        .to_string()
}

async fn enrolled(
    installation: &Installation,
    realm: Option<TenantId>,
) -> Result<(PlatformCtx, Totp, Vec<String>)> {
    let token = enter(installation, realm, PASSWORD).await?;
    let ctx = acting(installation, realm, &token).await?;
    let app = app(&begin_totp(&ctx).await?.secret_base32);
    let codes = enable_totp(&ctx, &code(installation, &app, 0)).await?;
    Ok((ctx, app, codes))
}

#[tokio::test]
async fn a_second_factor_is_owed_and_each_step_works_once() -> Result<()> {
    let installation = installation().await;
    let realm = Some(tenant(&installation, "clube-navi").await?);
    add(&installation, realm, Role::Owner).await?;
    let before = enter(&installation, realm, PASSWORD).await?;
    let (_, app, _) = enrolled(&installation, realm).await?;
    assert!(
        live(&installation, realm, &before).await?.is_none(),
        "older sessions end"
    );

    let ctx = visitor(&installation, 2);
    let signed_in = sign_in(&ctx, realm, EMAIL, PASSWORD.into()).await?;
    let token = signed_in.token.expose_secret();
    assert!(signed_in.awaits_totp);
    assert!(awaiting_totp(&installation.platform, realm, token).await?);
    assert!(!awaiting_totp(&installation.platform, None, token).await?);
    assert!(
        live(&installation, realm, &signed_in.token)
            .await?
            .is_none(),
        "not yet"
    );

    let used = code(&installation, &app, 0);
    for wrong in [used.as_str(), "000000", "", "not a code"] {
        let refusal = confirm_totp(&ctx, realm, token, wrong)
            .await
            .expect_err("wrong");
        assert_eq!(refusal.code, "wrong_code", "{wrong}");
    }
    assert!(
        confirm_totp(&ctx, None, token, &code(&installation, &app, 1))
            .await
            .is_err(),
        "realm"
    );
    confirm_totp(&ctx, realm, token, &code(&installation, &app, 1)).await?;
    assert!(
        live(&installation, realm, &signed_in.token)
            .await?
            .is_some_and(|it| it.has_totp)
    );
    assert!(!awaiting_totp(&installation.platform, realm, token).await?);

    let again = sign_in(&ctx, realm, EMAIL, PASSWORD.into()).await?;
    let token = again.token.expose_secret();
    let refusal = confirm_totp(&ctx, realm, token, &code(&installation, &app, 1)).await;
    assert!(refusal.is_err(), "a step that was used in another session");
    installation.platform.clock.advance(Duration::minutes(2));
    confirm_totp(&ctx, realm, token, &code(&installation, &app, -1)).await?;
    assert_eq!(
        audited(&installation, "administrator.totp_refused")
            .await?
            .len(),
        5
    );
    Ok(())
}

#[tokio::test]
async fn a_recovery_code_works_once() -> Result<()> {
    let installation = installation().await;
    add(&installation, None, Role::Owner).await?;
    let (ctx, _, codes) = enrolled(&installation, None).await?;
    assert_eq!(codes.len(), 10);
    assert!(
        codes
            .iter()
            .all(|code| code.len() == 9 && code.as_bytes()[4] == b'-')
    );
    for (typed, is_good) in [
        (codes[0].clone(), true),
        (codes[0].clone(), false),
        (codes[1].replace('-', " ").to_uppercase(), true),
    ] {
        let token = enter(&installation, None, PASSWORD).await?;
        let ctx = visitor(&installation, 1);
        let confirmed = confirm_totp(&ctx, None, token.expose_secret(), &typed).await;
        assert_eq!(confirmed.is_ok(), is_good, "{typed}");
    }

    let refusal = disable_totp(&ctx, "senha errada".into())
        .await
        .expect_err("wrong");
    assert_eq!(refusal.fields["password"], "wrong");
    assert!(begin_totp(&ctx).await.is_err(), "set up already");
    disable_totp(&ctx, PASSWORD.into()).await?;
    let signed_in = sign_in(&visitor(&installation, 1), None, EMAIL, PASSWORD.into()).await?;
    assert!(!signed_in.awaits_totp);
    Ok(())
}

#[tokio::test]
async fn enrolment_counts_after_its_first_code_only() -> Result<()> {
    let installation = installation().await;
    let realm = Some(tenant(&installation, "clube-navi").await?);
    sqlx::query(
        "insert into tenant_branding
             (tenant_id, app_name, primary_color, secondary_color, accent_color, updated_at)
         values ($1, 'Clube: Navi', '#000000', '#000000', '#000000', now())",
    )
    .bind(realm)
    .execute(&installation.platform.master)
    .await?;
    add(&installation, realm, Role::Owner).await?;
    let token = enter(&installation, realm, PASSWORD).await?;
    let ctx = acting(&installation, realm, &token).await?;
    assert_eq!(
        enable_totp(&ctx, "000000")
            .await
            .expect_err("not begun")
            .code,
        "totp_not_begun"
    );
    let first = begin_totp(&ctx).await?;
    let second = begin_totp(&ctx).await?;
    assert_eq!(
        first.secret_base32, second.secret_base32,
        "what was scanned stays good until it is enabled"
    );
    assert!(
        second
            .otpauth_url
            .starts_with("otpauth://totp/Clube%20%20Navi:ana%40example.com?"),
        "{}",
        second.otpauth_url
    );
    assert!(second.qr_svg.starts_with("<svg"));
    let stale = code(&installation, &app(&first.secret_base32), -20);
    assert_eq!(
        enable_totp(&ctx, &stale)
            .await
            .expect_err("ten minutes old")
            .fields["code"],
        "wrong"
    );
    let signed_in = sign_in(&visitor(&installation, 1), realm, EMAIL, PASSWORD.into()).await?;
    assert!(!signed_in.awaits_totp, "begun is not enabled");
    enable_totp(&ctx, &code(&installation, &app(&second.secret_base32), 0)).await?;
    Ok(())
}
