//! Another account, at the same institution or elsewhere: what was begun at one is not lost on the way to the next, and what
//! is another club's stays theirs.

use super::{
    institution::{KEY, account, at_institution, call, choose, give_back, id, receive},
    *,
};
use crate::{
    deposits::{DepositLimits, DepositStatus, catch_up, change_limits, limits, poll},
    pix::bcb::tests::psp::Psp,
    reconciliation::reconcile,
    suspense::{self, finish_returns, return_to_payer},
    testing::Outcome,
};
use kernel::PageRequest;
use tenancy::administrators::Role;
use time::Duration;

/// Another account where this one is: another key.
fn other_key(psp: &Psp) -> Value {
    let mut account = account(psp);
    account["key"]["key"] = "+5511987654321".into();
    account
}

async fn refusal(bank: &Bank, account: Value) -> String {
    let refused = choose(&bank.club, account).await.expect_err("it is open");
    refused.fields["provider"].to_string()
}

#[tokio::test]
async fn an_account_is_left_only_when_nothing_is_open_there() -> Outcome {
    let (bank, psp) = at_institution().await;
    bank.deposit("10.00").await;
    for other in [
        other_key(&psp),
        account(&Psp::start().await),
        json!({ "provider": "sandbox" }),
    ] {
        assert_eq!(refusal(&bank, other).await, "has_open_deposits");
    }
    // So that the moment comes in which nothing waits.
    let manager = bank.club.ctx_of(Role::Manager);
    let usual = limits(&manager).await?;
    let paused = DepositLimits {
        most_waiting: 0,
        ..usual
    };
    change_limits(&manager, paused).await?;
    assert_eq!(bank.ask("paused", "10.00").await.code(), "deposits_paused");
    change_limits(&manager, usual).await?;

    let mut same = account(&psp);
    same["clientSecret"] = "novo".into();
    same["city"] = "Recife".into();
    choose(&bank.club, same).await?;
    choose(&bank.club, account(&psp)).await?;
    // The charge was made in March.
    assert_eq!(poll(&bank.job()).await?, 0);
    bank.club.wait(Duration::hours(1));
    assert_eq!(poll(&bank.job()).await?, 1);

    sqlx::query(
        "insert into withdrawals (id, user_id, status, amount, fee, fee_percent, key_kind, key, key_masked, key_owner,
                                  requested_at, decided_by, decided_at, provider, payout_id, sent_at)
         select $1, $2, 'processing', 100, 0, 0, 'email', 'ana@example.com', 'a***', '11144477735', $3, 'x', $3,
                pix_account_name, 'payout1', $3 from money_settings",
    )
    .bind(bank.job().new_id())
    .bind(bank.ana.0)
    .bind(bank.job().now())
    .execute(bank.club.database())
    .await?;
    assert_eq!(
        refusal(&bank, other_key(&psp)).await,
        "has_open_withdrawals"
    );
    sqlx::query("update withdrawals set status = 'failed', reason = 'x', finished_at = sent_at")
        .execute(bank.club.database())
        .await?;

    receive(&psp, 1, bank.job().now());
    catch_up(&bank.job()).await?;
    let page = suspense::list(&bank.job(), None, PageRequest::default()).await?;
    let operator = bank.club.ctx_of(Role::Operator);
    return_to_payer(&operator, page.data[0].id, "não é nosso").await?;
    assert_eq!(refusal(&bank, other_key(&psp)).await, "has_open_returns");
    psp.account().pix[0]["devolucoes"][0]["status"] = "DEVOLVIDO".into();
    finish_returns(&bank.job()).await?;
    choose(&bank.club, other_key(&psp)).await
}

#[tokio::test]
async fn what_is_written_down_for_an_account_keeps_the_club_there() -> Outcome {
    let (bank, psp) = at_institution().await;
    // Somebody asks for a deposit while somebody else chooses another account.
    let ctx = bank.job();
    let mut tx = ctx.begin().await?;
    let held = pix::hold(&mut tx).await?;
    let chosen = choose(&bank.club, other_key(&psp));
    let written = async {
        let blocked =
            "select exists (select from pg_stat_activity where datname = current_database()
                       and wait_event_type = 'Lock' and query like '%pix_account_name%')";
        while !sqlx::query_scalar::<_, bool>(blocked)
            .fetch_one(bank.club.database())
            .await?
        {
            tokio::task::yield_now().await;
        }
        sqlx::query(
            "insert into deposits (id, user_id, txid, provider, amount, created_at, expires_at, checked_at)
             values ($1, $2, repeat('a', 32), $3, 100, $4, $4, $4)",
        )
        .bind(ctx.new_id())
        .bind(bank.ana.0)
        .bind(&held)
        .bind(ctx.now())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok::<_, kernel::Error>(())
    };
    let (chosen, written) = futures::future::join(chosen, written).await;
    written?;
    let refused = chosen.expect_err("a deposit waits");
    assert_eq!(refused.fields["provider"], "has_open_deposits");
    Ok(())
}

#[tokio::test]
async fn a_payment_is_for_the_charge_that_it_names_wherever_it_comes_in() -> Outcome {
    let (bank, psp) = at_institution().await;
    let deposit = bank.deposit("10.00").await;
    bank.club.wait(Duration::hours(1));
    poll(&bank.job()).await?;
    assert_eq!(bank.stored(&deposit).await.status, DepositStatus::Expired);
    let next = Psp::start().await;
    choose(&bank.club, account(&next)).await?;
    receive(&next, 1, bank.job().now());
    next.account().pix[0]["txid"] = pix::Txid::from(deposit.id.0).as_str().into();
    assert_eq!(catch_up(&bank.job()).await?, 1);
    assert_eq!(bank.wallet().await, 10_00);
    assert_eq!(bank.balance(Account::Suspense).await, 0);
    assert_eq!(psp.count("PUT"), 1, "one charge");
    Ok(())
}

#[tokio::test]
async fn what_comes_to_an_account_that_was_left_is_found_when_the_club_is_back() -> Outcome {
    let (bank, psp) = at_institution().await;
    receive(&psp, 1, bank.job().now());
    catch_up(&bank.job()).await?;
    let page = suspense::list(&bank.job(), None, PageRequest::default()).await?;
    let next = Psp::start().await;
    choose(&bank.club, account(&next)).await?;
    bank.club.wait(Duration::days(20));
    give_back(&psp, 0);
    receive(&psp, 2, bank.job().now());
    assert_eq!(catch_up(&bank.job()).await?, 0);
    let operator = bank.club.ctx_of(Role::Operator);
    let elsewhere = return_to_payer(&operator, page.data[0].id, "não é nosso").await;
    assert_eq!(elsewhere.expect_err("there").code, "another_provider");
    assert_eq!(bank.balance(Account::Suspense).await, 10_00);

    bank.club.wait(Duration::days(10));
    choose(&bank.club, account(&psp)).await?;
    assert_eq!(catch_up(&bank.job()).await?, 1);
    assert_eq!(bank.balance(Account::Suspense).await, 10_00);
    let page = suspense::list(&bank.job(), None, PageRequest::default()).await?;
    let amounts = page.data.iter().map(|pix| pix.returned.centavos());
    assert_eq!(amounts.collect::<Vec<_>>(), [0, 10_00]);
    Ok(())
}

#[tokio::test]
async fn two_clubs_at_one_account_have_their_own_payments_each() -> Outcome {
    let (bank, psp) = at_institution().await;
    let other = Club::new(&bank.home, "empresa-b").await;
    choose(&other, other_key(&psp)).await?;
    receive(&psp, 1, bank.job().now());
    psp.account().pix[0]["chave"] = KEY.into();
    let told = json!({ "endToEndId": id(1), "chave": KEY, "valor": "10.00" });
    let path = "/api/pix/webhooks/bcb/segredo-do-webhook/pix";
    let heard = Call::post(path).raw(&json!({ "pix": [told] }).to_string());
    assert_eq!(other.send(heard).await.status, 200);
    let job = other.ctx(Actor::Job("test"));
    assert_eq!(catch_up(&job).await?, 0);
    let report = reconcile(&job, job.now().date()).await?;
    assert!(
        report.ties_out() && report.provider_total.is_zero(),
        "{report:?}"
    );
    assert_eq!(call(&bank, told).await, 200);
    assert_eq!(catch_up(&bank.job()).await?, 0, "it is known");
    let report = reconcile(&bank.job(), job.now().date()).await?;
    assert!(report.ties_out(), "{report:?}");
    assert_eq!(report.ledger_total.centavos(), 10_00);

    // One that names no key is whoever's account it is: nobody else tells.
    receive(&psp, 2, job.now());
    assert_eq!(catch_up(&bank.job()).await?, 1);
    Ok(())
}
