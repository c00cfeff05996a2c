//! Giving a purchase back, whole or in part, as often as it takes.

use super::{
    NewRefund, Payment, Refund,
    postings::{Balances, MoneyOf},
    read::{already_taken, scope},
    rules::{difference, minus, plus, taken_back, total},
};
use crate::{
    Ctx, audit, cashback,
    idempotency::{self, Claim, Key, StoredAnswer, transaction_id},
    ledger::{self, Account, Attempt, Attempts, Posting, TransactionKind},
    outbox,
    users::UserStatus,
};
use axum::http::StatusCode;
use kernel::{Error, Money, PurchaseId, RefundId, Result, Shares, UserId};
use serde_json::json;
use sqlx::PgConnection;
use tenancy::{Actor, administrators::Permission};

/// Gives back a part of a purchase's price, or all that is left of it: every share is taken back in proportion, and what
/// a user has spent of theirs is owed. By the purchase's merchant or the club's administrators. Answers a [`Refund`].
///
/// # Errors
/// No such purchase, 403 for its consumer, `amount: exceeds_purchase`, `already_refunded`, `insufficient_balance` when
/// the merchant's wallet cannot pay, `consumer_left` or `merchant_left` when whoever gets something back has left the
/// club, and those of `idempotency::claim`.
pub async fn refund(ctx: &Ctx, key: &Key, id: PurchaseId, new: NewRefund) -> Result<StoredAnswer> {
    if !matches!(ctx.actor, Actor::User(_)) {
        ctx.require(Permission::ManageMembers)?;
    }
    let (amount, reason) = new.check()?;
    if let Actor::User(merchant) = ctx.actor {
        cashback::keep_credit(&mut *ctx.conn().await?, merchant).await?;
    }
    let mut attempts = Attempts::default();
    loop {
        let mut tx = ctx.begin().await?;
        let outcome = attempt(&mut tx, ctx, key, id, (amount, reason.clone())).await;
        if let Some(answer) = attempts.end(tx, outcome).await? {
            return Ok(answer);
        }
    }
}

async fn attempt(
    conn: &mut PgConnection,
    ctx: &Ctx,
    key: &Key,
    id: PurchaseId,
    (amount, reason): (Option<Money>, Option<String>),
) -> Result<Attempt<StoredAnswer>> {
    if let Claim::Replay(answer) = idempotency::claim(conn, ctx, key).await? {
        return Ok(Attempt::Done(answer));
    }
    let standing = lock(conn, ctx, id).await?;
    let amount = standing.amount(amount)?;
    let money = &standing.money;
    let after = taken_back(money.price, money.shares, plus(standing.refunded, amount));
    let step = difference(after, standing.taken);
    let taking = Taking::of(conn, &standing, amount, step).await?;
    let refund = Refund {
        id: RefundId(ctx.new_id()),
        purchase_id: id,
        number: standing.refunds + 1,
        amount,
        reason,
        taken_back: step,
        debts: taking.debts,
        refunded_at: ctx.now(),
    };
    write(conn, ctx, &standing, &refund, taking.merchant).await?;
    let answer = idempotency::keep(conn, ctx, key, StatusCode::CREATED, &refund).await?;
    let posting = taking.posting(&refund);
    if posting.moves_nothing() {
        return Ok(Attempt::Done(answer));
    }
    match ledger::post(conn, &posting).await {
        Err(error) if ["insufficient_balance", "debt_overpaid"].contains(&&*error.code) => {
            Ok(Attempt::Moved(error))
        }
        posted => posted.map(|_| Attempt::Done(answer)),
    }
}

/// What stands of a purchase, for as long as its row is locked.
struct Standing {
    money: MoneyOf,
    refunded: Money,
    refunds: i32,
    taken: Shares,
    is_released: bool,
    consumer_left: bool,
    merchant_left: bool,
}

impl Standing {
    /// What to give back when this was asked for.
    fn amount(&self, asked: Option<Money>) -> Result<Money> {
        let left = minus(self.money.price, self.refunded);
        if left.is_zero() {
            return Err(Error::conflict(
                "already_refunded",
                "All of this purchase was given back before.",
            ));
        }
        match asked {
            Some(amount) if amount > left => Err(Error::invalid("amount", "exceeds_purchase")),
            asked => Ok(asked.unwrap_or(left)),
        }
    }
}

async fn lock(conn: &mut PgConnection, ctx: &Ctx, id: PurchaseId) -> Result<Standing> {
    let row = sqlx::query!(
        r#"select payment, consumer_id, merchant_id, consumer_referrer_id, merchant_referrer_id, price, consumer_share,
                  club_share, consumer_referrer_share, merchant_referrer_share, refunded, released_at
           from purchases where id = $1 for no key update"#,
        id as PurchaseId,
    )
    .fetch_optional(&mut *conn)
    .await?;
    let row = row.ok_or_else(|| Error::not_found("purchase"))?;
    // A statement of its own: the one above waited for the lock, and counts what was there before it waited.
    let (refunds, taken) = already_taken(conn, &[id])
        .await?
        .remove(&id)
        .unwrap_or_default();
    // Whoever is here stays until the money has moved.
    let left = sqlx::query!(
        r#"select id as "id: UserId", status as "status: UserStatus" from users where id in ($1, $2) for key share"#,
        row.consumer_id as UserId,
        row.merchant_id as UserId,
    )
    .fetch_all(conn)
    .await?;
    let has_left = |user| {
        left.iter()
            .any(|it| it.id == user && it.status == UserStatus::Deleted)
    };
    match scope(ctx)? {
        Some(user) if user == row.consumer_id => return Err(Error::forbidden()),
        Some(user) if user != row.merchant_id => return Err(Error::not_found("purchase")),
        _ => {}
    }
    Ok(Standing {
        money: MoneyOf {
            id,
            payment: row.payment,
            consumer: row.consumer_id,
            merchant: row.merchant_id,
            consumer_referrer: row.consumer_referrer_id,
            merchant_referrer: row.merchant_referrer_id,
            price: row.price,
            shares: Shares {
                consumer: row.consumer_share,
                club: row.club_share,
                consumer_referrer: row.consumer_referrer_share,
                merchant_referrer: row.merchant_referrer_share,
            },
        },
        refunded: row.refunded,
        refunds,
        taken,
        is_released: row.released_at.is_some(),
        consumer_left: has_left(row.consumer_id),
        merchant_left: has_left(row.merchant_id),
    })
}

/// From where the money comes back.
struct Taking {
    purchase: PurchaseId,
    legs: Vec<(Account, Money)>,
    /// What the merchant's wallet gains, or loses when negative.
    merchant: Money,
    debts: Shares,
}

impl Taking {
    /// The price goes back first (when a wallet paid it) and the merchant gets the pool's part; then each user gives what
    /// they have: pending cashback while it is pending, else what is in the wallet, and the rest is owed.
    async fn of(
        conn: &mut PgConnection,
        standing: &Standing,
        amount: Money,
        step: Shares,
    ) -> Result<Self> {
        let money = &standing.money;
        let owners = money.users_shares(step);
        let mut users: Vec<UserId> = owners.iter().map(|(user, _)| *user).collect();
        users.push(money.merchant);
        let mut balances = Balances::read(conn, &users).await?;
        let mut legs = vec![(Account::Club, minus(Money::ZERO, step.club))];
        let mut give = |balances: &mut Balances, user, amount| {
            balances.move_wallet(user, amount);
            legs.push((Account::Wallet(user), amount));
        };
        let mut merchant = total(step);
        if money.payment == Payment::Wallet {
            refuse_if(standing.consumer_left, "consumer_left")?;
            give(&mut balances, money.consumer, amount);
            merchant = minus(merchant, amount);
        }
        refuse_if(
            standing.merchant_left && merchant.is_positive(),
            "merchant_left",
        )?;
        give(&mut balances, money.merchant, merchant);
        if merchant.is_negative() && balances.is_short(money.merchant) {
            return Err(Error::conflict(
                "insufficient_balance",
                "There is not enough money in the merchant's wallet.",
            ));
        }
        let mut owed = [Money::ZERO; 3];
        for ((user, share), owed) in owners.into_iter().zip(&mut owed) {
            if standing.is_released {
                *owed = balances.take(user, share);
                legs.push((Account::Wallet(user), minus(*owed, share)));
                legs.push((Account::Debt(user), minus(Money::ZERO, *owed)));
            } else {
                legs.push((Account::Pending(user), minus(Money::ZERO, share)));
            }
        }
        let [consumer, consumer_referrer, merchant_referrer] = owed;
        Ok(Self {
            purchase: money.id,
            legs,
            merchant,
            debts: Shares {
                consumer,
                club: Money::ZERO,
                consumer_referrer,
                merchant_referrer,
            },
        })
    }

    fn posting(&self, refund: &Refund) -> Posting {
        let id = transaction_id(self.purchase.0, &format!("refund {}", refund.number));
        let (purchase, at) = (self.purchase.0, refund.refunded_at);
        let posting = Posting::new(id, TransactionKind::Refund, purchase, at);
        self.legs
            .iter()
            .fold(posting, |posting, &(account, amount)| {
                posting.credit(account, amount)
            })
    }
}

/// Nobody could take money out of a wallet whose owner has left.
fn refuse_if(has_left: bool, code: &'static str) -> Result<()> {
    if has_left {
        return Err(Error::conflict(
            code,
            "Whoever would get this back has left the club and has no wallet. Settle it outside of the club.",
        ));
    }
    Ok(())
}

async fn write(
    conn: &mut PgConnection,
    ctx: &Ctx,
    standing: &Standing,
    refund: &Refund,
    merchant_change: Money,
) -> Result<()> {
    let (taken, debts) = (&refund.taken_back, &refund.debts);
    sqlx::query!(
        "insert into refunds (id, purchase_id, number, amount, reason, consumer_share, club_share,
                              consumer_referrer_share, merchant_referrer_share, consumer_debt, consumer_referrer_debt,
                              merchant_referrer_debt, refunded_by, refunded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        refund.id as RefundId,
        refund.purchase_id as PurchaseId,
        refund.number,
        refund.amount as Money,
        refund.reason,
        taken.consumer as Money,
        taken.club as Money,
        taken.consumer_referrer as Money,
        taken.merchant_referrer as Money,
        debts.consumer as Money,
        debts.consumer_referrer as Money,
        debts.merchant_referrer as Money,
        ctx.actor.label(),
        refund.refunded_at,
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update purchases set refunded = refunded + $2 where id = $1",
        refund.purchase_id as PurchaseId,
        refund.amount.centavos(),
    )
    .execute(&mut *conn)
    .await?;
    let money = &standing.money;
    let event = json!({
        "userId": money.consumer, "purchaseId": money.id, "refundId": refund.id, "merchantId": money.merchant,
        "amount": refund.amount, "takenBack": taken, "debts": debts, "merchantChange": merchant_change,
        "consumerReferrerId": money.consumer_referrer, "merchantReferrerId": money.merchant_referrer,
        "isByClub": !matches!(ctx.actor, Actor::User(_)),
    });
    outbox::enqueue(conn, ctx, "purchase_refunded", event).await?;
    if matches!(ctx.actor, Actor::User(_)) {
        return Ok(());
    }
    let record = audit::Record {
        action: "purchase.refund",
        subject: format!("purchase:{}", money.id),
        before: None,
        after: Some(json!({ "amount": refund.amount, "reason": refund.reason })),
    };
    audit::record(conn, ctx, record).await
}
