//! What everybody hears of a purchase and of its refund.

use super::*;
use crate::{outbox, testing::Outcome};

/// What somebody heard last: its kind, its words, and what it is about.
async fn heard(market: &Market, member: &Member) -> Result<(String, String, Value)> {
    outbox::relay(&market.club.ctx(Actor::Job("outbox_relay"))).await?;
    let page = market.get(member, "/api/notifications?limit=1").await.body;
    let last = &page["data"][0];
    let words = text(&last["body"]).replace('\u{a0}', " ");
    Ok((
        text(&last["kind"]).to_owned(),
        words,
        last["subjectId"].clone(),
    ))
}

/// Takes this much out of a wallet, as if it was spent.
async fn spend(market: &Market, member: &Member, centavos: i64) -> Outcome {
    let ctx = market.club.ctx(Actor::Command);
    let (id, amount) = (ctx.new_id(), Money::from_centavos(centavos));
    let kind = TransactionKind::Adjustment;
    let away = Posting::new(transaction_id(id, "away"), kind, id, ctx.now())
        .debit(Account::Wallet(member.id), amount)
        .credit(Account::Clearing, amount);
    ledger::post(&mut *ctx.conn().await?, &away).await?;
    Ok(())
}

#[tokio::test]
async fn who_sells_hears_that_a_wallet_paid_and_was_paid_back() -> Outcome {
    let market = Market::new().await;
    market.deposit(market.consumer.id, 5_000).await;
    let purchase = market.pay(5_000).await?;
    let paid = "R$ 50,00 foram pagos com a carteira do clube; R$ 45,00 já estão na sua, descontado o cashback.";
    assert_eq!(
        heard(&market, &market.merchant).await?,
        ("sale_paid".into(), paid.into(), json!(purchase.id))
    );
    market.refund(purchase.id, Some(1_000)).await?;
    let back = "R$ 10,00 de uma venda sua foram reembolsados; R$ 9,00 saíram da sua carteira.";
    assert_eq!(
        heard(&market, &market.merchant).await?,
        ("sale_refunded".into(), back.into(), json!(purchase.id))
    );
    let (ctx, rest) = (market.club.ctx_of(Role::Manager), NewRefund::default());
    refund(&ctx, &some_key(&ctx), purchase.id, rest).await?;
    let back = "O clube reembolsou R$ 40,00 de uma venda sua; R$ 36,00 saíram da sua carteira.";
    assert_eq!(heard(&market, &market.merchant).await?.1, back);
    Ok(())
}

#[tokio::test]
async fn who_owes_for_a_refund_hears_how_much() -> Outcome {
    let market = Market::new().await;
    market.settings(0, 100_000).await;
    let purchase = market.sell(10_000).await?;
    let (ana, bia, caio) = (
        &market.consumer,
        &market.consumer_referrer,
        &market.merchant_referrer,
    );
    let (kind, _, about) = heard(&market, bia).await?;
    assert_eq!((kind.as_str(), about), ("cashback_received", Value::Null));
    spend(&market, ana, 375).await?;
    spend(&market, bia, 125).await?;
    market.refund(purchase.id, None).await?;
    let debt = "já tinham sido usados e são agora uma dívida com o clube, que o seu próximo cashback paga primeiro.";
    let bought = format!(
        "R$ 100,00 da sua compra foram reembolsados; o cashback dessa parte, R$ 5,00, foi devolvido. R$ 3,75 dele {debt}"
    );
    assert_eq!(
        heard(&market, ana).await?,
        ("purchase_refunded".into(), bought, json!(purchase.id))
    );
    let of_others = "Uma compra que rendeu cashback a você foi reembolsada; o cashback dessa parte, R$ 1,25, foi devolvido.";
    assert_eq!(
        heard(&market, bia).await?,
        (
            "cashback_taken_back".into(),
            format!("{of_others} R$ 1,25 dele {debt}"),
            Value::Null
        )
    );
    assert_eq!(heard(&market, caio).await?.1, of_others);
    Ok(())
}
