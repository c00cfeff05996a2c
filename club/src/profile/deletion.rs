//! Leaving the club.

use super::pix_key;
use crate::{
    Ctx, audit, auth, cashback, files,
    idempotency::transaction_id,
    ledger::{self, Account, Posting, TransactionKind, WalletBalances},
    notifications, outbox, products, suspense, user_documents, wallet_blocks, withdrawals,
};
use kernel::{Error, Money, Result, UserId};
use secrecy::SecretString;
use serde_json::{Value, json};
use sqlx::PgConnection;

/// Deletes the acting user's account, after the password was given: what names the person is cleared, the private key is
/// destroyed, every session ends, and the files they sent (documents, pictures of products) are removed. The row stays,
/// without a person in it, for what refers to it.
///
/// What is owed to the club is paid from the wallet as they leave. What is left in it then is withdrawn first; only when it
/// is too little for that may it be given up to the club, in so many words: `give_up` is what the user was shown and agreed
/// to. What the wallet cannot pay keeps them here, until cashback has paid it or the club forgives it (`debts`).
///
/// # Errors
/// Field `password` `wrong`, `withdrawal_open` while money is on its way out, `wallet_not_empty` while there is anything
/// in the wallet, pending or blocked, `debt_open` while more is owed than is in it. Field `giveUp`: `changed` when
/// something else would be left, `not_below_minimum` when it can be withdrawn.
pub async fn delete(ctx: &Ctx, password: SecretString, give_up: Option<Money>) -> Result<()> {
    let id = ctx.user_id()?;
    let checked_hash = auth::confirm_password(ctx, password, "password").await?;
    let mut tx = ctx.begin().await?;
    // Against the foreign keys too: whoever is about to pay this user has finished, or finds nobody.
    sqlx::query!("select from users where id = $1 for update", id as UserId)
        .execute(&mut *tx)
        .await?;
    let deleted = sqlx::query!(
        "update users set first_name = '', last_name = '', email = 'deleted-' || id || '@deleted.invalid',
                          phone = null, cpf = null, cnpj = null, password_hash = '', private_key = '',
                          status = 'deleted', token_version = token_version + 1, updated_at = $3, deleted_at = $3
         where id = $1 and password_hash = $2",
        id as UserId,
        checked_hash,
        ctx.now(),
    )
    .execute(&mut *tx)
    .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::invalid("password", "wrong"));
    }
    let settling = settled(&mut tx, ctx, id, give_up).await?;
    pix_key::forget_pix_key(&mut tx, id).await?;
    withdrawals::forget(&mut tx, id).await?;
    suspense::forget(&mut tx, id).await?;
    cashback::forget(&mut tx, id).await?;
    wallet_blocks::forget(&mut tx, id).await?;
    outbox::forget(&mut tx, id).await?;
    sqlx::query!(
        "with sessions as (delete from refresh_tokens where user_id = $1),
              links as (delete from password_resets where user_id = $1)
         delete from user_modules where user_id = $1",
        id as UserId,
    )
    .execute(&mut *tx)
    .await?;
    notifications::forget(&mut tx, id).await?;
    let mut files = user_documents::forget(&mut tx, id).await?;
    files.append(&mut products::forget_images(&mut tx, id).await?);
    let record = audit::Record {
        action: "user.delete",
        subject: format!("user:{id}"),
        after: settling.moves().then(|| settling.told()),
        ..audit::Record::default()
    };
    audit::record(&mut tx, ctx, record).await?;
    let mut event = settling.told();
    event["userId"] = json!(id);
    outbox::enqueue(&mut tx, ctx, "user_deleted", event).await?;
    if settling.moves() {
        settle(&mut tx, ctx, id, settling).await?;
    }
    tx.commit().await?;
    for file in files {
        files::remove(ctx, file).await;
    }
    Ok(())
}

/// What the wallet of whoever leaves comes to.
#[derive(Clone, Copy)]
struct Settling {
    /// Pays what is owed.
    debt_paid: Money,
    /// Is left to the club.
    given_up: Money,
}

impl Settling {
    const fn moves(self) -> bool {
        self.debt_paid.is_positive() || self.given_up.is_positive()
    }

    /// For the audit log and the outbox; only what there was.
    fn told(self) -> Value {
        let parts = [("debtPaid", self.debt_paid), ("givenUp", self.given_up)];
        let parts = parts.into_iter().filter(|(_, part)| part.is_positive());
        parts
            .map(|(name, part)| (name.to_owned(), json!(part)))
            .collect()
    }
}

/// Nothing is left to settle between the user and the club but this. The rows of the user and of their withdrawals are
/// locked, in this order, so nothing can be asked for and nothing comes back meanwhile.
async fn settled(
    conn: &mut PgConnection,
    ctx: &Ctx,
    id: UserId,
    give_up: Option<Money>,
) -> Result<Settling> {
    withdrawals::lock_all(conn, id).await?;
    if withdrawals::has_open(conn, id).await? {
        return Err(Error::conflict(
            "withdrawal_open",
            "A withdrawal is on its way. Wait until it has arrived.",
        ));
    }
    let WalletBalances {
        available,
        pending,
        blocked,
        debt,
        ..
    } = ledger::wallet(conn, id).await?;
    if available.is_negative() || !pending.is_zero() || !blocked.is_zero() {
        return Err(not_empty());
    }
    let debt_paid = debt.min(available);
    let less = |of: Money| of.checked_sub(debt_paid).unwrap_or_default();
    let (owed, rest) = (less(debt), less(available));
    if owed.is_positive() {
        return Err(in_debt(owed));
    }
    if let Some(given) = give_up {
        let is_too_little = withdrawals::rules::is_too_little(&ctx.tenant.withdrawal, rest);
        Error::check([
            ("giveUp", given == rest, "changed"),
            ("giveUp", is_too_little, "not_below_minimum"),
        ])?;
    } else if rest.is_positive() {
        return Err(not_empty());
    }
    Ok(Settling {
        debt_paid,
        given_up: rest,
    })
}

/// Posts it. The row of the wallet's account is ours from here on, so what came into it since it was read shows now.
async fn settle(conn: &mut PgConnection, ctx: &Ctx, id: UserId, settling: Settling) -> Result<()> {
    let Settling {
        debt_paid,
        given_up,
    } = settling;
    let kind = if given_up.is_positive() {
        TransactionKind::GivenUp
    } else {
        TransactionKind::DebtPaid
    };
    let posting = Posting::new(transaction_id(id.0, "given up"), kind, id.0, ctx.now())
        .debit(Account::Wallet(id), debt_paid)
        .debit(Account::Wallet(id), given_up)
        .credit(Account::Debt(id), debt_paid)
        .credit(Account::Club, given_up);
    match ledger::post(conn, &posting).await {
        // Something paid of the debt meanwhile, so more would be left.
        Err(error) if error.code == "debt_overpaid" => Err(not_empty().because(error)),
        posted => posted.map(drop),
    }?;
    if ledger::wallet(conn, id).await? == WalletBalances::default() {
        Ok(())
    } else {
        Err(not_empty())
    }
}

fn not_empty() -> Error {
    Error::conflict(
        "wallet_not_empty",
        "There is still money in the wallet. Less than can be withdrawn may be given up.",
    )
}

fn in_debt(owed: Money) -> Error {
    Error::conflict(
        "debt_open",
        format!(
            "You owe the club R$ {} more than is in the wallet. Deposit it, wait for cashback, or ask the club to forgive it.",
            owed.plain()
        ),
    )
}
