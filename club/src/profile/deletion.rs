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
use serde_json::json;
use sqlx::PgConnection;

/// Deletes the acting user's account, after the password was given: what names the person is cleared, the private key is
/// destroyed, every session ends, and the files they sent (documents, pictures of products) are removed. The row stays,
/// without a person in it, for what refers to it.
///
/// What is left in the wallet is withdrawn first. Only when it is too little for that may it be given up to the club, in
/// so many words: `give_up` is what the user was shown and agreed to.
///
/// # Errors
/// Field `password` `wrong`, `withdrawal_open` while money is on its way out, `wallet_not_empty` while there is anything
/// in the wallet, pending, blocked or owed. Field `giveUp`: `changed` when something else is in the wallet,
/// `not_below_minimum` when it can be withdrawn.
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
    let rest = settled(&mut tx, ctx, id, give_up).await?;
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
        after: rest.map(|rest| json!({ "givenUp": rest })),
        ..audit::Record::default()
    };
    audit::record(&mut tx, ctx, record).await?;
    let event = json!({ "userId": id, "givenUp": rest });
    outbox::enqueue(&mut tx, ctx, "user_deleted", event).await?;
    if let Some(rest) = rest {
        leave_to_the_club(&mut tx, ctx, id, rest).await?;
    }
    tx.commit().await?;
    for file in files {
        files::remove(ctx, file).await;
    }
    Ok(())
}

/// Nothing is left to settle between the user and the club; what is given up, if anything is. The rows of the user and of
/// their withdrawals are locked, in this order, so nothing can be asked for and nothing comes back meanwhile.
async fn settled(
    conn: &mut PgConnection,
    ctx: &Ctx,
    id: UserId,
    give_up: Option<Money>,
) -> Result<Option<Money>> {
    withdrawals::lock_all(conn, id).await?;
    if withdrawals::has_open(conn, id).await? {
        return Err(Error::conflict(
            "withdrawal_open",
            "A withdrawal is on its way. Wait until it has arrived.",
        ));
    }
    let wallet = ledger::wallet(conn, id).await?;
    let rest = wallet.available;
    let only_rest = WalletBalances {
        available: rest,
        ..WalletBalances::default()
    };
    let Some(given) = give_up.filter(|_| wallet == only_rest && !rest.is_negative()) else {
        return if wallet == WalletBalances::default() {
            Ok(None)
        } else {
            Err(not_empty())
        };
    };
    let is_too_little = withdrawals::rules::is_too_little(&ctx.tenant.withdrawal, rest);
    Error::check([
        ("giveUp", given == rest, "changed"),
        ("giveUp", is_too_little, "not_below_minimum"),
    ])?;
    Ok(Some(rest).filter(|rest| rest.is_positive()))
}

/// Posts what is given up. The row of the wallet's account is ours from here on, so what came into it since it was read
/// shows now.
async fn leave_to_the_club(
    conn: &mut PgConnection,
    ctx: &Ctx,
    id: UserId,
    rest: Money,
) -> Result<()> {
    let name = transaction_id(id.0, "given up");
    let posting = Posting::new(name, TransactionKind::GivenUp, id.0, ctx.now())
        .debit(Account::Wallet(id), rest)
        .credit(Account::Club, rest);
    ledger::post(conn, &posting).await?;
    if ledger::wallet(conn, id).await? == WalletBalances::default() {
        Ok(())
    } else {
        Err(not_empty())
    }
}

fn not_empty() -> Error {
    Error::conflict(
        "wallet_not_empty",
        "There is still money in the wallet, or owed. Less than can be withdrawn may be given up.",
    )
}
