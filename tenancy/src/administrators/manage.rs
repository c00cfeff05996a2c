//! Managing the administrators of a realm: adding one, changing name and role, blocking.
//!
//! A realm never loses its last owner who may sign in, and nobody takes rights away from themselves: either would lock
//! people out for good. A role and a block hold from the next request on, because a session asks for them each time.

use super::{
    Administrator, AdministratorPatch, NewAdministrator, Permission, Role, create,
    operations::{check_name, is_own, require},
    sessions::{end_all, row},
};
use crate::{PlatformCtx, audit};
use kernel::{AdminId, Error, Result, TenantId};
use serde_json::{Map, Value, json};
use sqlx::PgConnection;

/// Makes an administrator of a realm: for super admins who are owners, and for owners of the tenant. The same again, with
/// the same password, answers the one that was made, until they have signed in.
///
/// Errors: 403; fields `email` (`taken`), `name`, `role`, `password`.
pub async fn add(ctx: &PlatformCtx, new: NewAdministrator) -> Result<AdminId> {
    require(ctx, new.realm, Permission::ManageAdministrators)?;
    let mut transaction = ctx.platform.master.begin().await?;
    match create(&mut transaction, ctx, new.clone()).await {
        Ok(id) => {
            transaction.commit().await?;
            Ok(id)
        }
        Err(error) if error.fields.contains_key("email") => {
            transaction.rollback().await?;
            made_before(ctx, new).await?.ok_or(error)
        }
        Err(error) => Err(error),
    }
}

/// Whoever this same request has made.
async fn made_before(ctx: &PlatformCtx, new: NewAdministrator) -> Result<Option<AdminId>> {
    let found = sqlx::query!(
        r#"select id as "id: AdminId", password_hash from administrators
           where tenant_id is not distinct from $1 and email = $2 and name = $3 and role = $4 and status = 'active'
             and last_sign_in_at is null"#,
        new.realm.map(|id| id.0),
        new.email.key(),
        new.name.trim(),
        new.role as Role,
    )
    .fetch_optional(&ctx.platform.master)
    .await?;
    let Some(found) = found else { return Ok(None) };
    let passwords = &ctx.platform.passwords;
    let is_same = passwords
        .verify(new.password, Some(found.password_hash))
        .await?;
    Ok(is_same.then_some(found.id))
}

/// One administrator of a realm: for whoever may see the list.
pub async fn by_id(
    ctx: &PlatformCtx,
    realm: Option<TenantId>,
    id: AdminId,
) -> Result<Administrator> {
    require(ctx, realm, Permission::ViewPlatform)?;
    let mut conn = ctx.platform.master.acquire().await?;
    read(&mut conn, realm, id).await
}

/// Changes an administrator of a realm. Blocking ends all their sessions at once.
///
/// Errors: 403; 404; fields `name` and `role`; 409 `own_account` for one's own role or block, 409 `last_owner` when no
/// owner who may sign in would be left.
pub async fn change(
    ctx: &PlatformCtx,
    realm: Option<TenantId>,
    id: AdminId,
    patch: AdministratorPatch,
) -> Result<Administrator> {
    require(ctx, realm, Permission::ManageAdministrators)?;
    let patch = checked(realm, patch)?;
    let mut transaction = ctx.platform.master.begin().await?;
    let other_owners = lock(&mut transaction, realm, id).await?;
    let before = read(&mut transaction, realm, id).await?;
    let after = Administrator {
        name: patch.name.unwrap_or_else(|| before.name.clone()),
        role: patch.role.unwrap_or(before.role),
        is_blocked: patch.is_blocked.unwrap_or(before.is_blocked),
        ..before.clone()
    };
    if after == before {
        return Ok(before);
    }
    refuse_lock_out(ctx, &before, &after, other_owners)?;
    write(&mut transaction, &after).await?;
    if after.is_blocked && !before.is_blocked {
        end_all(&mut transaction, ctx, id, None).await?;
    }
    let (was, is) = difference(&before, &after);
    let record = audit::Record {
        before: Some(was),
        after: Some(is),
        ..row(realm, "administrator.change", &before.email)
    };
    audit::record(&mut transaction, ctx, record).await?;
    transaction.commit().await?;
    Ok(after)
}

fn checked(realm: Option<TenantId>, patch: AdministratorPatch) -> Result<AdministratorPatch> {
    if let Some(name) = &patch.name {
        check_name(name)?;
    }
    let is_role_here = realm.is_some() || patch.role != Some(Role::Manager);
    Error::check([("role", is_role_here, "invalid")])?;
    Ok(AdministratorPatch {
        name: patch.name.map(|name| name.trim().to_owned()),
        ..patch
    })
}

/// Locks the administrator and the realm's owners, in one order for everybody, and counts the other owners who may sign
/// in: of two owners who demote each other at once, the second is told that they are the last.
async fn lock(conn: &mut PgConnection, realm: Option<TenantId>, id: AdminId) -> Result<usize> {
    let locked = sqlx::query!(
        r#"select id, role = 'owner' and status = 'active' as "is_owner!" from administrators
           where tenant_id is not distinct from $1 and (id = $2 or role = 'owner')
           order by id for update"#,
        realm.map(|id| id.0),
        id.0
    )
    .fetch_all(conn)
    .await?;
    Ok(locked
        .iter()
        .filter(|row| row.is_owner && row.id != id)
        .count())
}

fn refuse_lock_out(
    ctx: &PlatformCtx,
    before: &Administrator,
    after: &Administrator,
    other_owners: usize,
) -> Result<()> {
    if is_own(ctx, after.id) && (after.role != before.role || after.is_blocked) {
        return Err(Error::conflict(
            "own_account",
            "Nobody changes their own role or blocks themselves.",
        ));
    }
    let is_owner = |one: &Administrator| one.role == Role::Owner && !one.is_blocked;
    if is_owner(before) && !is_owner(after) && other_owners == 0 {
        return Err(Error::conflict(
            "last_owner",
            "One owner who may sign in has to be left.",
        ));
    }
    Ok(())
}

async fn read(
    conn: &mut PgConnection,
    realm: Option<TenantId>,
    id: AdminId,
) -> Result<Administrator> {
    sqlx::query_as!(
        Administrator,
        r#"select id as "id: AdminId", tenant_id as "tenant_id: TenantId", email, name, role as "role: Role",
               status = 'blocked' as "is_blocked!", totp_enabled_at is not null as "has_totp!", last_sign_in_at,
               created_at
           from administrators where tenant_id is not distinct from $1 and id = $2"#,
        realm.map(|id| id.0),
        id.0
    )
    .fetch_optional(conn)
    .await?
    .ok_or_else(|| Error::not_found("administrator"))
}

async fn write(conn: &mut PgConnection, after: &Administrator) -> Result<()> {
    sqlx::query!(
        "update administrators set name = $2, role = $3, status = $4 where id = $1",
        after.id.0,
        after.name,
        after.role as Role,
        if after.is_blocked {
            "blocked"
        } else {
            "active"
        }
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The fields that change, before and after.
fn difference(before: &Administrator, after: &Administrator) -> (Value, Value) {
    let fields = |one: &Administrator| {
        [
            ("name", json!(one.name)),
            ("role", json!(one.role)),
            ("isBlocked", json!(one.is_blocked)),
        ]
    };
    let (mut was, mut is) = (Map::new(), Map::new());
    for ((name, old), (_, new)) in fields(before).into_iter().zip(fields(after)) {
        if old != new {
            was.insert(name.to_owned(), old);
            is.insert(name.to_owned(), new);
        }
    }
    (Value::Object(was), Value::Object(is))
}
