//! Changing one's own account.

use super::{Profile, ProfilePatch, owned_key};
use crate::{
    Ctx, audit, auth, kyc,
    user_documents::{self, Identity},
    users::{self, Form, User},
};
use kernel::{Cnpj, Cpf, Error, Locale, Phone, Result, UserId};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use sqlx::PgConnection;
use tenancy::passwords;

/// The acting user's account.
pub async fn read(ctx: &Ctx) -> Result<Profile> {
    let id = ctx.user_id()?;
    let mut conn = ctx.conn().await?;
    let user = users::read(&mut conn, id).await?;
    with_key(&mut conn, user.ok_or_else(Error::unauthenticated)?).await
}

async fn with_key(conn: &mut PgConnection, user: User) -> Result<Profile> {
    let pix_key = owned_key(conn, user.id).await?;
    Ok(Profile {
        user,
        pix_key: pix_key.map(|key| key.face()),
    })
}

/// Changes the acting user's own data. Errors: each refused field; `taken` when a phone or tax number is somebody
/// else's, `already_set` for a tax number that is there. Documents that were approved for another name or tax
/// number vouch no more.
pub async fn change(ctx: &Ctx, patch: ProfilePatch) -> Result<Profile> {
    let id = ctx.user_id()?;
    let mut tx = ctx.begin().await?;
    let before = lock(&mut tx, id).await?;
    let mut after = apply(before.clone(), patch)?;
    let changed = changed_fields(&before, &after);
    if changed.is_empty() {
        return with_key(&mut tx, after).await;
    }
    sqlx::query!(
        "update users set first_name = $2, last_name = $3, phone = $4, cpf = $5, cnpj = $6, locale = $7,
                          updated_at = $8
         where id = $1",
        id as UserId,
        after.first_name,
        after.last_name,
        after.phone.as_ref() as Option<&Phone>,
        after.cpf.as_ref() as Option<&Cpf>,
        after.cnpj.as_ref() as Option<&Cnpj>,
        after.locale as Locale,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(users::taken)?;
    let record = audit::Record {
        action: "user.change",
        subject: format!("user:{id}"),
        after: Some(json!({ "changed": changed })),
        ..audit::Record::default()
    };
    audit::record(&mut tx, ctx, record).await?;
    let identities = [&before, &after].map(Identity::of);
    if identities[0] != identities[1] {
        // Nobody has compared the new one with a document.
        user_documents::outdate(&mut tx, ctx, id, identities.each_ref()).await?;
        after.kyc_level = kyc::follow_documents(&mut tx, ctx, id).await?;
    }
    let profile = with_key(&mut tx, after).await?;
    tx.commit().await?;
    Ok(profile)
}

/// Sets a new password, after the present one was given; ends every session and begins a new one for the caller.
/// Errors: field `currentPassword` `wrong`, field `newPassword` for a weak one.
pub async fn change_password(
    ctx: &Ctx,
    current: SecretString,
    new: SecretString,
) -> Result<auth::SignedIn> {
    let id = ctx.user_id()?;
    passwords::check_strength(new.expose_secret())
        .map_err(|reason| Error::invalid("newPassword", reason))?;
    let checked_hash = auth::confirm_password(ctx, current, "currentPassword").await?;
    let new_hash = ctx.platform.passwords.hash(new).await?;
    let mut tx = ctx.begin().await?;
    let changed = sqlx::query!(
        "update users set password_hash = $2, updated_at = $4 where id = $1 and password_hash = $3",
        id as UserId,
        new_hash,
        checked_hash,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    if changed.rows_affected() == 0 {
        return Err(Error::invalid("currentPassword", "wrong"));
    }
    auth::end_sessions(&mut tx, ctx, id).await?;
    let record = audit::Record {
        action: "user.change_password",
        subject: format!("user:{id}"),
        ..audit::Record::default()
    };
    audit::record(&mut tx, ctx, record).await?;
    let tokens = auth::open_session(&mut tx, ctx, id, None).await?;
    let user = users::read(&mut tx, id)
        .await?
        .ok_or_else(Error::unauthenticated)?;
    tx.commit().await?;
    Ok(auth::SignedIn { user, tokens })
}

async fn lock(conn: &mut PgConnection, id: UserId) -> Result<User> {
    sqlx::query!(
        "select id from users where id = $1 for no key update",
        id as UserId
    )
    .fetch_optional(&mut *conn)
    .await?;
    users::read(conn, id)
        .await?
        .ok_or_else(Error::unauthenticated)
}

fn apply(mut user: User, patch: ProfilePatch) -> Result<User> {
    let mut form = Form::default();
    if let Some(name) = form.optional("firstName", patch.first_name.as_deref(), users::check_name) {
        user.first_name = name;
    }
    if let Some(name) = form.optional("lastName", patch.last_name.as_deref(), users::check_name) {
        user.last_name = name;
    }
    if let Some(phone) = patch.phone {
        user.phone = form.optional("phone", phone.as_deref(), Phone::parse);
    }
    let cpf = form.optional("cpf", patch.cpf.as_deref(), |text| {
        once(user.cpf.as_ref(), Cpf::parse(text)?)
    });
    let user_type = user.user_type;
    let cnpj = form.optional("cnpj", patch.cnpj.as_deref(), |text| {
        users::allow_cnpj(user_type)?;
        once(user.cnpj.as_ref(), Cnpj::parse(text)?)
    });
    form.end()?;
    user.cpf = cpf.or(user.cpf);
    user.cnpj = cnpj.or(user.cnpj);
    user.locale = patch.locale.unwrap_or(user.locale);
    Ok(user)
}

/// A value that can be given only while there is none; the same one again is no change.
fn once<T: PartialEq>(present: Option<&T>, given: T) -> Result<T, &'static str> {
    match present {
        Some(present) if *present != given => Err("already_set"),
        _ => Ok(given),
    }
}

/// The names of the fields that differ; their values do not belong into the audit log.
fn changed_fields(before: &User, after: &User) -> Vec<&'static str> {
    [
        ("firstName", before.first_name != after.first_name),
        ("lastName", before.last_name != after.last_name),
        ("phone", before.phone != after.phone),
        ("cpf", before.cpf != after.cpf),
        ("cnpj", before.cnpj != after.cnpj),
        ("locale", before.locale != after.locale),
    ]
    .into_iter()
    .filter_map(|(field, differs)| differs.then_some(field))
    .collect()
}
