//! Looking at the provider what became of a deposit.

use super::{DepositStatus, create::set_status, credit};
use crate::{
    Ctx,
    pix::{Charge, ChargeStatus, NewCharge, PixProvider, ProviderError, Txid},
};
use kernel::{DepositId, Money, Result};
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};

/// How long after its end a charge is looked at once more: a payment on its way arrives.
const GRACE: Duration = Duration::minutes(5);

/// A deposit that waits, as far as its charge is concerned.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) id: DepositId,
    pub(super) txid: Txid,
    pub(super) amount: Money,
    /// Whether the provider answered when it was made.
    pub(super) has_code: bool,
    pub(super) expires_at: OffsetDateTime,
}

/// The deposit's charge: made under the deposit's id, which is the same one however often it is asked for.
pub(super) async fn charge(
    ctx: &Ctx,
    provider: &dyn PixProvider,
    deposit: &Waiting,
) -> Result<Charge, ProviderError> {
    let seconds = (deposit.expires_at - ctx.now()).whole_seconds();
    let new = NewCharge {
        txid: deposit.txid.clone(),
        amount: deposit.amount,
        expires_in: u32::try_from(seconds).unwrap_or_default().max(1),
        payer: None,
        description: Some(ctx.tenant.branding.app_name.chars().take(140).collect()),
    };
    let charge = provider.create_charge(&new).await?;
    match &charge.br_code {
        Some(_) => Ok(charge),
        None => Err(ProviderError::Malformed("a charge without a code".into())),
    }
}

/// Writes down what the provider says of a charge.
pub(super) async fn note_charge(
    conn: &mut PgConnection,
    id: DepositId,
    charge: &Charge,
) -> Result<()> {
    sqlx::query!(
        "update deposits set br_code = $2, expires_at = $3 where id = $1 and br_code is null",
        id as DepositId,
        charge.br_code,
        charge.expires_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Asks the provider about a deposit that waits, completes it when its first answer got lost, credits what came in, and
/// closes it when it can no longer be paid.
pub(super) async fn look(ctx: &Ctx, provider: &dyn PixProvider, deposit: &Waiting) -> Result<()> {
    let now = ctx.now();
    let found = match provider.get_charge(&deposit.txid).await? {
        None if !deposit.has_code && now < deposit.expires_at => {
            Some(charge(ctx, provider, deposit).await?)
        }
        found => found,
    };
    let mut paid = false;
    if let Some(found) = &found {
        if !deposit.has_code {
            note_charge(&mut *ctx.conn().await?, deposit.id, found).await?;
        }
        for id in &found.paid_by {
            if let Some(pix) = provider.get_pix(id).await? {
                credit::receive(ctx, &provider.account(), &pix).await?;
                paid = true;
            }
        }
    }
    let status = found.map_or(ChargeStatus::Active, |found| found.status);
    let closed = match status {
        _ if paid => return Ok(()),
        ChargeStatus::Cancelled | ChargeStatus::Withdrawn => DepositStatus::Cancelled,
        ChargeStatus::Active if now > deposit.expires_at + GRACE => DepositStatus::Expired,
        _ => return Ok(()),
    };
    set_status(&mut *ctx.conn().await?, deposit.id, closed).await
}
