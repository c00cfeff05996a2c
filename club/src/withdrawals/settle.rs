//! Writing down what became of a payout, once.

use super::{
    Attention, WithdrawalStatus,
    postings::MoneyOf,
    request::event,
    rules,
    steps::{Step, step},
};
use crate::{
    Ctx,
    ledger::{self, Account},
    outbox,
    pix::{EndToEndId, PayoutId, PayoutStatus},
    profile, suspense,
    users::UserStatus,
};
use kernel::{Error, Money, Result, UserId, WithdrawalId};
use serde_json::json;
use sqlx::PgConnection;

/// Why a payout failed when a person said so.
pub(super) const NOT_PAID: &str = "not_paid";

/// A withdrawal whose row is locked until the transaction ends.
pub(super) struct Locked {
    pub(super) money: MoneyOf,
    pub(super) status: WithdrawalStatus,
    pub(super) returned: Money,
    pub(super) attention: Option<Attention>,
    /// What a person has looked at.
    acknowledged: Option<Attention>,
    pub(super) provider: Option<String>,
    pub(super) payout_id: Option<PayoutId>,
    pub(super) user_status: UserStatus,
}

impl Locked {
    /// Whether its user has not left the club.
    fn has_user(&self) -> bool {
        self.user_status != UserStatus::Deleted
    }

    /// Where money that comes back goes: to the user, or to suspense when they have left the club.
    fn home(&self) -> Account {
        if self.has_user() {
            Account::Wallet(self.money.user)
        } else {
            Account::Suspense
        }
    }
}

/// Locks a withdrawal, and says whether its user is still there: whoever leaves locks all of theirs before they go, so
/// that stays as it is until the transaction ends. Whether they are blocked may change meanwhile.
///
/// # Errors
/// No such withdrawal.
pub(super) async fn lock(conn: &mut PgConnection, id: WithdrawalId) -> Result<Locked> {
    let row = sqlx::query!(
        "select user_id, status, amount, fee, returned, attention, acknowledged, provider, payout_id
         from withdrawals where id = $1 for no key update",
        id as WithdrawalId,
    )
    .fetch_optional(&mut *conn)
    .await?
    .ok_or_else(|| Error::not_found("withdrawal"))?;
    // In a statement of its own: one that waited for the lock would show the user as they were before.
    let user_status = sqlx::query_scalar!(
        r#"select status as "status: UserStatus" from users where id = $1"#,
        row.user_id as UserId,
    )
    .fetch_one(conn)
    .await?;
    Ok(Locked {
        money: MoneyOf {
            id,
            user: row.user_id,
            amount: row.amount,
            fee: row.fee,
        },
        status: row.status,
        returned: row.returned,
        attention: row.attention,
        acknowledged: row.acknowledged,
        provider: row.provider,
        payout_id: row.payout_id,
        user_status,
    })
}

/// Does what follows from an answer of the provider. The same answer again changes nothing, whoever brings it.
pub(super) async fn settle(ctx: &Ctx, id: WithdrawalId, answer: &PayoutStatus) -> Result<()> {
    let mut tx = ctx.begin().await?;
    let withdrawal = lock(&mut tx, id).await?;
    let money = &withdrawal.money;
    match step(withdrawal.status, money.net(), withdrawal.returned, answer) {
        Step::Wait if *answer == PayoutStatus::Accepted => known(&mut tx, &withdrawal).await?,
        Step::Wait => {}
        Step::Pay {
            end_to_end_id,
            returned,
        } => pay(&mut tx, ctx, &withdrawal, &end_to_end_id, returned).await?,
        Step::Fail { code } => fail(&mut tx, ctx, money, &code).await?,
        Step::Return { until_now } => give_back(&mut tx, ctx, &withdrawal, until_now).await?,
        Step::Raise(attention) if withdrawal.acknowledged == Some(attention) => {}
        Step::Raise(attention) => raise(&mut tx, &withdrawal, attention).await?,
    }
    tx.commit().await?;
    Ok(())
}

/// The provider knows it, whatever it said before: it is waited for like any other.
async fn known(conn: &mut PgConnection, withdrawal: &Locked) -> Result<()> {
    let is_lost = matches!(
        withdrawal.attention,
        Some(Attention::UnknownToProvider | Attention::ProviderChanged)
    );
    if withdrawal.status == WithdrawalStatus::Processing && is_lost {
        sqlx::query!(
            "update withdrawals set attention = null where id = $1",
            withdrawal.money.id as WithdrawalId
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// It arrived.
pub(super) async fn pay(
    conn: &mut PgConnection,
    ctx: &Ctx,
    withdrawal: &Locked,
    end_to_end_id: &EndToEndId,
    returned: Money,
) -> Result<()> {
    let (money, at) = (&withdrawal.money, ctx.now());
    sqlx::query!(
        "update withdrawals set status = 'paid', end_to_end_id = $2, finished_at = $3, returned = $4, attention = null,
                                look_at = $5
         where id = $1",
        money.id as WithdrawalId,
        end_to_end_id as &EndToEndId,
        at,
        returned as Money,
        rules::next_look(WithdrawalStatus::Paid, at, at),
    )
    .execute(&mut *conn)
    .await?;
    profile::key_was_paid(conn, money.user, money.id, at).await?;
    outbox::enqueue(conn, ctx, "withdrawal_paid", event(money)).await?;
    let mut postings = vec![money.paid(at)];
    if returned.is_positive() {
        tell_of_return(conn, ctx, withdrawal, returned).await?;
        postings.push(money.returned(returned, Money::ZERO, withdrawal.home(), at));
    }
    ledger::post_batch(conn, &postings).await?;
    Ok(())
}

/// It did not arrive: everything goes back, the fee too.
pub(super) async fn fail(
    conn: &mut PgConnection,
    ctx: &Ctx,
    money: &MoneyOf,
    code: &str,
) -> Result<()> {
    let at = ctx.now();
    let code = match code.trim() {
        "" => "rejected",
        code => code,
    };
    let code: String = code.chars().take(100).collect();
    // A person may be wrong, so the provider is asked a while longer; its own word is its word.
    let look_at = (code == NOT_PAID)
        .then(|| rules::next_look(WithdrawalStatus::Failed, at, at))
        .flatten();
    sqlx::query!(
        "update withdrawals set status = 'failed', reason = $2, finished_at = $3, attention = null, look_at = $4
         where id = $1",
        money.id as WithdrawalId,
        code,
        at,
        look_at,
    )
    .execute(&mut *conn)
    .await?;
    let mut event = event(money);
    event["reason"] = json!(code);
    outbox::enqueue(conn, ctx, "withdrawal_failed", event).await?;
    ledger::post(conn, &money.back(at)).await?;
    Ok(())
}

/// More of what had arrived came back. The fee stays: the payment was made.
async fn give_back(
    conn: &mut PgConnection,
    ctx: &Ctx,
    withdrawal: &Locked,
    until_now: Money,
) -> Result<()> {
    let (money, before) = (&withdrawal.money, withdrawal.returned);
    sqlx::query!(
        "update withdrawals set returned = $2 where id = $1",
        money.id as WithdrawalId,
        until_now as Money,
    )
    .execute(&mut *conn)
    .await?;
    let more = until_now.checked_sub(before).unwrap_or_default();
    tell_of_return(conn, ctx, withdrawal, more).await?;
    let posting = money.returned(until_now, before, withdrawal.home(), ctx.now());
    ledger::post(conn, &posting).await?;
    Ok(())
}

/// The user hears of it; when they have left, a person of the club does.
async fn tell_of_return(
    conn: &mut PgConnection,
    ctx: &Ctx,
    withdrawal: &Locked,
    amount: Money,
) -> Result<()> {
    let money = &withdrawal.money;
    if !withdrawal.has_user() {
        suspense::take_in(conn, ctx, money.id, amount).await?;
        if withdrawal.attention.is_none() {
            raise(conn, withdrawal, Attention::OwnerLeft).await?;
        }
    }
    let event = json!({ "userId": money.user, "withdrawalId": money.id, "amount": amount });
    outbox::enqueue(conn, ctx, "withdrawal_returned", event).await
}

/// A person has to look at it. Its status stays: moving money again is theirs to decide.
async fn raise(conn: &mut PgConnection, withdrawal: &Locked, attention: Attention) -> Result<()> {
    if withdrawal.attention == Some(attention) {
        return Ok(());
    }
    tracing::error!(withdrawal = %withdrawal.money.id, ?attention, "a withdrawal needs a person");
    sqlx::query!(
        "update withdrawals set attention = $2 where id = $1",
        withdrawal.money.id as WithdrawalId,
        attention as Attention,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Says of a payout without an answer that a person has to look at it, unless it has one by now. That the answers are
/// unclear is no news where a person looks already.
pub(super) async fn raise_if_lost(ctx: &Ctx, id: WithdrawalId, attention: Attention) -> Result<()> {
    let mut tx = ctx.begin().await?;
    let withdrawal = lock(&mut tx, id).await?;
    let is_news = withdrawal.attention.is_none() || attention != Attention::Unclear;
    if withdrawal.status == WithdrawalStatus::Processing && is_news {
        raise(&mut tx, &withdrawal, attention).await?;
    }
    tx.commit().await?;
    Ok(())
}
