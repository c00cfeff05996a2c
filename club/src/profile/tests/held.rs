//! What money leaves behind about somebody: all of it is in their copy, and nothing that names them stays.

use crate::{
    cashback::{self, MoneySettingsPatch},
    idempotency::transaction_id,
    ledger::{self, Account, Posting, TransactionKind},
    outbox,
    purchases::tests::{Market, Member},
    testing::{Call, Outcome, PASSWORD},
};
use kernel::Money;
use serde_json::{Value, json};
use tenancy::{Actor, administrators::Role, testing::all_to_the_consumer};

async fn export(market: &Market, member: &Member) -> Value {
    let call = Call::get("/api/profile/export").bearer(&member.token);
    let reply = market.club.send(call).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

#[tokio::test]
async fn every_part_of_the_wallet_is_in_the_copy_and_so_is_what_decides_about_cashback() -> Outcome
{
    let market = Market::new().await;
    let (consumer, manager) = (&market.consumer, market.club.ctx_of(Role::Manager));
    let late = MoneySettingsPatch {
        release_days: Some(7),
        ..MoneySettingsPatch::default()
    };
    cashback::change_settings(&manager, late).await?;
    let percentages = all_to_the_consumer();
    cashback::set_for_user(&manager, consumer.id, percentages, "Ana é fundadora.").await?;
    market.deposit(consumer.id, 13_00).await;
    let purchase = Call::post("/api/purchases")
        .bearer(&consumer.token)
        .header("idempotency-key", "1")
        .json(&json!({ "payment": "wallet", "merchantId": market.merchant.id, "price": "10.00" }));
    let purchase = market.club.send(purchase).await;
    assert_eq!(purchase.status, 201, "{}", purchase.body);
    let ctx = market.club.ctx(Actor::Command);
    let order = ctx.new_id();
    let id = transaction_id(order, "block");
    let held = Posting::new(id, TransactionKind::Block, order, ctx.now())
        .debit(Account::Wallet(consumer.id), Money::from_centavos(2_00))
        .credit(Account::Blocked(consumer.id), Money::from_centavos(2_00));
    ledger::post(&mut *ctx.conn().await?, &held).await?;

    let copy = export(&market, consumer).await;
    let amounts = |part: &str| -> Vec<Value> {
        let entries = copy[part].as_array().expect("a list").iter();
        entries.map(|entry| entry["amount"].clone()).collect()
    };
    assert_eq!(amounts("statement"), ["-2.00", "-10.00", "13.00"]);
    assert_eq!(amounts("pendingStatement"), ["1.00"]);
    assert_eq!(amounts("blockedStatement"), ["2.00"]);
    assert_eq!(amounts("debtStatement"), [] as [Value; 0]);
    let decided = &copy["cashbackConfig"];
    assert_eq!(decided["rule"], "consumer_override");
    assert_eq!(decided["reason"], "Ana é fundadora.");
    let shop = export(&market, &market.merchant).await;
    assert_eq!(shop["cashbackConfig"]["cashbackPercent"], "10");
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn nothing_that_was_written_about_somebody_stays() -> Outcome {
    let market = Market::new().await;
    let (shop, manager) = (&market.merchant, market.club.ctx_of(Role::Manager));
    let words = "Chave de Anaxandra, não sua.";
    let percentages = all_to_the_consumer();
    cashback::set_for_user(&manager, shop.id, percentages, words).await?;
    let ctx = market.club.ctx(Actor::Job("outbox_relay"));
    let rejected = json!({ "userId": shop.id, "amount": "50.00", "reason": words });
    let others = json!({ "userId": market.consumer.id, "amount": "50.00", "reason": "Outra." });
    let mut conn = ctx.conn().await?;
    for event in [rejected, others] {
        outbox::enqueue(&mut conn, &ctx, "withdrawal_rejected", event).await?;
    }
    drop(conn);
    outbox::relay(&ctx).await?;
    sqlx::query(
        "insert into withdrawals (id, user_id, status, amount, fee, fee_percent, key_kind, key_masked, requested_at,
                                  decided_by, decided_at, reason, finished_at)
         values ($1, $2, 'rejected', 5000, 125, 2.5, 'cpf', '***', $3, 'admin:rita', $3, $4, $3)",
    )
    .bind(ctx.new_id())
    .bind(shop.id)
    .bind(ctx.now())
    .bind(words)
    .execute(market.club.database())
    .await?;

    let leave = Call::new("DELETE", "/api/profile").bearer(&shop.token);
    let left = market
        .club
        .send(leave.json(&json!({ "password": PASSWORD })))
        .await;
    assert_eq!(left.status, 204, "{}", left.body);
    let kept: Vec<String> = sqlx::query_scalar(
        "select o::text from outbox o union all select w::text from withdrawals w
         union all select n::text from notifications n union all select c::text from user_cashback_configs c
         union all select m::text from merchant_settings m where m.user_id = $1",
    )
    .bind(shop.id)
    .fetch_all(market.club.database())
    .await?;
    assert!(!kept.concat().contains("Anaxandra"), "{kept:?}");
    assert!(
        !kept.concat().contains("10.0000"),
        "the merchant's percentage"
    );
    let reasons: Vec<String> = sqlx::query_scalar(
        "select reason from withdrawals union all
         select payload ->> 'reason' from outbox where payload ? 'reason'",
    )
    .fetch_all(market.club.database())
    .await?;
    assert_eq!(reasons, ["removed", "Outra."], "what is another's stays");
    Ok(())
}
