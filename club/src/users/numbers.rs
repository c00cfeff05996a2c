//! Correcting the numbers by which a member is found and paid: by the club's administrators, with the reason that explains
//! it later. It is also how a number that somebody gave who has no right to it is freed.

use super::{User, allow_cnpj, new_user::Form, operations};
use crate::{
    Ctx, audit, kyc,
    user_documents::{self, Identity},
    withdrawals,
};
use kernel::{Cnpj, Cpf, Error, Phone, Result, UserId};
use serde_json::json;
use tenancy::administrators::Permission;

/// What an administrator changes of a member's numbers, as it was typed: absent ones stay, an empty one is taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NumbersPatch {
    /// Phone.
    pub phone: Option<String>,
    /// Tax number of a person.
    pub cpf: Option<String>,
    /// Tax number of a company; merchants only.
    pub cnpj: Option<String>,
}

/// Corrects a member's numbers, or takes them away. Documents that were approved for another tax number vouch no more, and
/// an approved withdrawal to a key of another waits for a person again. The same numbers again change nothing.
///
/// # Errors
/// 403; 404, also for an account that was deleted; `reason`; each refused number: the reasons of its kind, `taken` when it
/// is somebody else's.
pub async fn correct_numbers(
    ctx: &Ctx,
    id: UserId,
    patch: &NumbersPatch,
    reason: &str,
) -> Result<User> {
    ctx.require(Permission::ManageMembers)?;
    let reason = audit::reason(reason)?;
    let mut tx = ctx.begin().await?;
    let gone = || Error::not_found("user");
    if !operations::is_locked(&mut tx, id).await? {
        return Err(gone());
    }
    let before = operations::read(&mut tx, id).await?.ok_or_else(gone)?;
    let mut after = apply(before.clone(), patch)?;
    let changed = changed_fields(&before, &after);
    if changed.is_empty() {
        return Ok(after);
    }
    sqlx::query!(
        "update users set phone = $2, cpf = $3, cnpj = $4, updated_at = $5 where id = $1",
        id as UserId,
        after.phone.as_ref() as Option<&Phone>,
        after.cpf.as_ref() as Option<&Cpf>,
        after.cnpj.as_ref() as Option<&Cnpj>,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await
    .map_err(operations::taken)?;
    let record = audit::Record {
        action: "user.correct_numbers",
        subject: format!("user:{id}"),
        after: Some(json!({ "changed": changed, "reason": reason })),
        ..audit::Record::default()
    };
    audit::record(&mut tx, ctx, record).await?;
    let identities = [&before, &after].map(Identity::of);
    if identities[0] != identities[1] {
        user_documents::outdate(&mut tx, ctx, id, identities.each_ref()).await?;
        after.kyc_level = kyc::follow_documents(&mut tx, ctx, id).await?;
        withdrawals::reconsider(&mut tx, ctx, id).await?;
    }
    tx.commit().await?;
    Ok(after)
}

fn apply(mut user: User, patch: &NumbersPatch) -> Result<User> {
    let mut form = Form::default();
    let user_type = user.user_type;
    if let Some(phone) = &patch.phone {
        user.phone = form.optional("phone", typed(phone), Phone::parse);
    }
    if let Some(cpf) = &patch.cpf {
        user.cpf = form.optional("cpf", typed(cpf), Cpf::parse);
    }
    if let Some(cnpj) = &patch.cnpj {
        user.cnpj = form.optional("cnpj", typed(cnpj), |cnpj| {
            allow_cnpj(user_type)?;
            Cnpj::parse(cnpj)
        });
    }
    form.end()?;
    Ok(user)
}

fn typed(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// The names of the numbers that differ; the numbers do not belong into the audit log.
fn changed_fields(before: &User, after: &User) -> Vec<&'static str> {
    [
        ("phone", before.phone != after.phone),
        ("cpf", before.cpf != after.cpf),
        ("cnpj", before.cnpj != after.cnpj),
    ]
    .into_iter()
    .filter_map(|(field, differs)| differs.then_some(field))
    .collect()
}
