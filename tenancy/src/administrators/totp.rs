//! The second factor: codes of an authenticator app (RFC 6238), and ten recovery codes for the day the phone is lost.
//!
//! Recovery codes are stored as HMACs keyed by the seed, which itself is stored sealed: the database alone does not tell
//! them, and a new seed makes old codes worthless.

use super::{
    AdminSession, TotpEnrolment,
    operations::confirm_password,
    sessions::{acting, end_all, row},
};
use crate::{
    PlatformCtx, audit,
    passwords::readable,
    secrets::{Place, hmac_sha256, random},
};
use kernel::{AdminId, Error, Result};
use qrcode::{QrCode, render::svg};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use sqlx::PgConnection;
use time::OffsetDateTime;
use totp_rs::{Algorithm, Builder, Totp};

const RECOVERY_CODES: usize = 10;

/// A seed for the acting administrator. It counts for nothing until [`enable_totp`] has seen a code of it; until then it
/// stays the same, so that a page that is loaded again shows what the app has scanned.
pub async fn begin_totp(ctx: &PlatformCtx) -> Result<TotpEnrolment> {
    let acting = acting(ctx)?;
    let seed = begun_seed(ctx, acting).await?;
    let seed = seed.expose_secret();
    let club = sqlx::query_scalar!(
        "select app_name from tenant_branding where tenant_id = $1",
        acting.tenant_id.map(|id| id.0)
    )
    .fetch_optional(&ctx.platform.master)
    .await?;
    // A colon separates issuer and account in the address.
    let issuer = club.map_or_else(|| "Clube Digital".to_owned(), |name| name.replace(':', " "));
    let totp = authenticator(seed, &issuer, &acting.email)?;
    let otpauth_url = totp.to_url().map_err(Error::internal)?;
    Ok(TotpEnrolment {
        secret_base32: totp.secret().to_base32(),
        qr_svg: qr(&otpauth_url)?,
        otpauth_url,
    })
}

/// The seed that was begun and not yet taken into use, or a new one.
async fn begun_seed(ctx: &PlatformCtx, acting: &AdminSession) -> Result<SecretSlice<u8>> {
    let fresh: SecretSlice<u8> = random::<20>().to_vec().into();
    let sealed = ctx
        .platform
        .keyring
        .seal(place(acting), fresh.expose_secret())
        .await?;
    let sealed = sqlx::query_scalar!(
        r#"update administrators set totp_seed = coalesce(totp_seed, $2)
           where id = $1 and totp_enabled_at is null returning totp_seed as "seed!""#,
        acting.administrator_id.0,
        sealed
    )
    .fetch_optional(&ctx.platform.master)
    .await?
    .ok_or_else(|| Error::conflict("totp_enabled", "The second factor is set up already."))?;
    open_seed(ctx, acting, &sealed).await
}

/// Takes the begun second factor into use when the code is right; gives ten recovery codes, which nobody can read again.
/// Ends the administrator's other sessions.
pub async fn enable_totp(ctx: &PlatformCtx, code: &str) -> Result<Vec<String>> {
    let acting = acting(ctx)?;
    ctx.platform
        .throttle
        .sign_in(&account(acting.administrator_id), ctx.origin.ip)
        .await?;
    let sealed = sqlx::query_scalar!(
        r#"select totp_seed as "seed!" from administrators
           where id = $1 and totp_enabled_at is null and totp_seed is not null"#,
        acting.administrator_id.0
    )
    .fetch_optional(&ctx.platform.master)
    .await?
    .ok_or_else(not_begun)?;
    let seed = open_seed(ctx, acting, &sealed).await?;
    let step = step(&seed, code, ctx.now())?.ok_or_else(|| Error::invalid("code", "wrong"))?;
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();

    let mut transaction = ctx.platform.master.begin().await?;
    let enabled = sqlx::query!(
        "update administrators set totp_enabled_at = $2, totp_last_step = $3
         where id = $1 and totp_enabled_at is null and totp_seed = $4",
        acting.administrator_id.0,
        ctx.now(),
        step,
        sealed
    )
    .execute(&mut *transaction)
    .await?;
    if enabled.rows_affected() == 0 {
        return Err(not_begun());
    }
    replace_recovery_codes(&mut transaction, acting.administrator_id, &seed, &codes).await?;
    end_all(
        &mut transaction,
        ctx,
        acting.administrator_id,
        Some(acting.id),
    )
    .await?;
    let row = row(acting.tenant_id, "administrator.enable_totp", &acting.email);
    audit::record(&mut transaction, ctx, row).await?;
    transaction.commit().await?;
    Ok(codes)
}

/// Gives the second factor up, for the password; a wrong one is refused with the field `password`.
pub async fn disable_totp(ctx: &PlatformCtx, password: SecretString) -> Result<()> {
    let acting = acting(ctx)?;
    confirm_password(ctx, acting, "password", password).await?;
    let mut transaction = ctx.platform.master.begin().await?;
    sqlx::query!(
        "update administrators set totp_seed = null, totp_enabled_at = null where id = $1",
        acting.administrator_id.0
    )
    .execute(&mut *transaction)
    .await?;
    replace_recovery_codes(
        &mut transaction,
        acting.administrator_id,
        &SecretSlice::default(),
        &[],
    )
    .await?;
    let row = row(
        acting.tenant_id,
        "administrator.disable_totp",
        &acting.email,
    );
    audit::record(&mut transaction, ctx, row).await?;
    transaction.commit().await?;
    Ok(())
}

/// Whether the code is good, and then never again: the app's code by its 30-second step, a recovery code by its row.
pub(super) async fn spend(
    conn: &mut PgConnection,
    ctx: &PlatformCtx,
    session: &AdminSession,
    seed: &SecretSlice<u8>,
    code: &str,
) -> Result<bool> {
    let spent = match step(seed, code, ctx.now())? {
        Some(step) => sqlx::query!(
            "update administrators set totp_last_step = $2 where id = $1 and totp_last_step < $2",
            session.administrator_id.0,
            step
        ),
        None => sqlx::query!(
            "update recovery_codes set used_at = $3
             where administrator_id = $1 and code_hash = $2 and used_at is null",
            session.administrator_id.0,
            &recovery_hash(seed, code)[..],
            ctx.now()
        ),
    };
    Ok(spent.execute(conn).await?.rows_affected() == 1)
}

pub(super) async fn open_seed(
    ctx: &PlatformCtx,
    session: &AdminSession,
    sealed: &str,
) -> Result<SecretSlice<u8>> {
    ctx.platform.keyring.unseal(place(session), sealed).await
}

/// The name under which an administrator's codes are throttled.
pub(super) fn account(id: AdminId) -> String {
    format!("totp {id}")
}

fn place(session: &AdminSession) -> Place {
    Place {
        tenant: session.tenant_id,
        column: "administrators.totp_seed",
        row: session.administrator_id.0,
    }
}

/// What every authenticator app understands: SHA-1, six digits, 30 seconds; one step early or late is accepted.
fn authenticator(seed: &[u8], issuer: &str, email: &str) -> Result<Totp> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_skew(1)
        .with_secret(seed.to_vec())
        .with_issuer(Some(issuer))
        .with_account_name(email)
        .build()
        .map_err(Error::internal)
}

/// The step that the code belongs to, near now.
fn step(seed: &SecretSlice<u8>, code: &str, now: OffsetDateTime) -> Result<Option<i64>> {
    let totp = authenticator(seed.expose_secret(), "Clube Digital", "administrator")?;
    let code: String = code.split_whitespace().collect();
    let now = u64::try_from(now.unix_timestamp()).map_err(Error::internal)?;
    totp.check(&code, now)
        .map(|step| i64::try_from(step).map_err(Error::internal))
        .transpose()
}

fn qr(text: &str) -> Result<String> {
    let svg = QrCode::new(text)
        .map_err(Error::internal)?
        .render::<svg::Color<'_>>()
        .min_dimensions(200, 200)
        .build();
    // Without the XML declaration it can stand in a page.
    Ok(svg
        .find("<svg")
        .map_or_else(String::new, |start| svg[start..].to_owned()))
}

/// `xxxx-xxxx`, 40 random bits.
fn recovery_code() -> String {
    format!("{}-{}", readable::<4>(), readable::<4>())
}

/// However it was typed: case, hyphen and spaces do not count.
fn recovery_hash(seed: &SecretSlice<u8>, code: &str) -> [u8; 32] {
    let typed: String = code
        .chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let key = hmac_sha256(seed.expose_secret(), b"recovery codes");
    hmac_sha256(&key, typed.as_bytes())
}

async fn replace_recovery_codes(
    conn: &mut PgConnection,
    id: AdminId,
    seed: &SecretSlice<u8>,
    codes: &[String],
) -> Result<()> {
    sqlx::query!(
        "delete from recovery_codes where administrator_id = $1",
        id.0
    )
    .execute(&mut *conn)
    .await?;
    let hashes: Vec<Vec<u8>> = codes
        .iter()
        .map(|code| recovery_hash(seed, code).to_vec())
        .collect();
    sqlx::query!(
        "insert into recovery_codes (administrator_id, code_hash) select $1, unnest($2::bytea[])",
        id.0,
        &hashes
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn not_begun() -> Error {
    Error::conflict(
        "totp_not_begun",
        "Begin with the second factor first, and enter a code of the secret shown last.",
    )
}
