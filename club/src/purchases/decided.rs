//! A purchase with everything that decides about it: worked out once, then written and posted.

use super::{
    CashbackRule, Payment, ReferrerRule,
    new_purchase::{Order, Sale, Way, is_price},
    parties::{Parties, PartyRow},
    postings::{Balances, MoneyOf, post},
    rules,
};
use crate::{
    Ctx,
    cashback::{self, Candidate, SplitRule, decide},
    ledger::Posting,
    outbox,
};
use kernel::{Error, Money, Percent, ProductId, PurchaseId, Result, Shares, UserId};
use serde_json::json;
use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// A line with what it costs and gives back.
pub(super) struct Line {
    pub(super) product: Option<(ProductId, String)>,
    pub(super) quantity: i32,
    pub(super) unit_price: Money,
    pub(super) percent: Percent,
}

impl Line {
    /// A sale without products.
    pub(super) fn of_price(price: Money, merchant: &PartyRow) -> Self {
        Self {
            product: None,
            quantity: 1,
            unit_price: price,
            percent: merchant.merchant_percent.unwrap_or_default(),
        }
    }

    fn amount(&self) -> Option<Money> {
        let centavos = self
            .unit_price
            .centavos()
            .checked_mul(self.quantity.into())?;
        Some(Money::from_centavos(centavos))
    }
}

/// A purchase with everything that decided about it.
pub(super) struct Decided {
    pub(super) money: MoneyOf,
    lines: Vec<Line>,
    cashback: Vec<Money>,
    pool: Money,
    cashback_rule: CashbackRule,
    chain: Vec<Candidate>,
    consumer_referrer_rule: ReferrerRule,
    merchant_referrer_rule: ReferrerRule,
    pub(super) receipt_number: Option<String>,
    purchased_at: OffsetDateTime,
    release_at: OffsetDateTime,
}

impl Decided {
    pub(super) async fn of(
        conn: &mut PgConnection,
        ctx: &Ctx,
        order: &Order,
        parties: &Parties,
        lines: Vec<Line>,
        purchased_at: OffsetDateTime,
    ) -> Result<Self> {
        let too_much = || Error::invalid("price", "out_of_range");
        let cashback_rule = parties.cashback_rule(ctx);
        let mut price = Money::ZERO;
        let mut cashback = Vec::with_capacity(lines.len());
        for line in &lines {
            let amount = line.amount().ok_or_else(too_much)?;
            price = price.checked_add(amount).ok_or_else(too_much)?;
            cashback
                .push(rules::pool([amount.share(line.percent)], cashback_rule).unwrap_or_default());
        }
        if !is_price(price) {
            return Err(too_much());
        }
        if let Sale::Products {
            shown: Some(shown), ..
        } = order.sale
            && shown != price
        {
            return Err(Error::invalid("price", "changed"));
        }
        let pool = rules::pool(cashback.iter().copied(), cashback_rule).ok_or_else(too_much)?;
        let (consumer, merchant) = (&parties.consumer, &parties.merchant);
        let chain = decide(
            consumer.cashback_override(),
            merchant.cashback_override(),
            ctx.tenant.cashback,
        );
        let (consumer_referrer, consumer_referrer_rule) = consumer.referrer(ctx);
        let (merchant_referrer, merchant_referrer_rule) = merchant.referrer(ctx);
        let shares = rules::without_missing(
            percentages(&chain)?.percentages.split(pool),
            consumer_referrer_rule,
            merchant_referrer_rule,
        );
        let receipt_number = match &order.way {
            Way::External { receipt_number, .. } => receipt_number.clone(),
            Way::Wallet { .. } => None,
        };
        let days = cashback::read_settings(conn).await?.release_days;
        Ok(Self {
            money: MoneyOf {
                id: PurchaseId(ctx.new_id()),
                payment: order.payment(),
                consumer: consumer.id,
                merchant: merchant.id,
                consumer_referrer,
                merchant_referrer,
                price,
                shares,
            },
            lines,
            cashback,
            pool,
            cashback_rule,
            chain,
            consumer_referrer_rule,
            merchant_referrer_rule,
            receipt_number,
            purchased_at,
            release_at: purchased_at + Duration::days(days.into()),
        })
    }

    const fn is_pending(&self) -> bool {
        self.release_at.unix_timestamp() > self.purchased_at.unix_timestamp()
    }

    /// Writes all of it but the movement of money. False: the receipt number is known, and nothing was written.
    pub(super) async fn write(&self, conn: &mut PgConnection) -> Result<bool> {
        if !self.insert(conn).await? {
            return Ok(false);
        }
        self.insert_items(conn).await?;
        let at = self.purchased_at;
        outbox::enqueue_at(conn, at, "purchase_recorded", self.event()).await?;
        Ok(true)
    }

    async fn insert(&self, conn: &mut PgConnection) -> Result<bool> {
        let money = &self.money;
        let decided = percentages(&self.chain)?;
        let percentages = decided.percentages;
        let Shares {
            consumer,
            club,
            consumer_referrer,
            merchant_referrer,
        } = money.shares;
        let inserted = sqlx::query!(
            "insert into purchases (id, payment, consumer_id, merchant_id, consumer_referrer_id, merchant_referrer_id,
                                    price, pool, cashback_rule, split_rule, consumer_percent, club_percent,
                                    consumer_referrer_percent, merchant_referrer_percent, override_chain,
                                    consumer_share, club_share, consumer_referrer_share, merchant_referrer_share,
                                    consumer_referrer_rule, merchant_referrer_rule, receipt_number, purchased_at,
                                    release_at, released_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                     $23, $24, $25)
             on conflict (merchant_id, receipt_number) where receipt_number is not null do nothing",
            money.id as PurchaseId,
            money.payment as Payment,
            money.consumer as UserId,
            money.merchant as UserId,
            money.consumer_referrer as Option<UserId>,
            money.merchant_referrer as Option<UserId>,
            money.price as Money,
            self.pool as Money,
            self.cashback_rule as CashbackRule,
            decided.rule as SplitRule,
            percentages.consumer_percent as Percent,
            percentages.club_percent as Percent,
            percentages.consumer_referrer_percent as Percent,
            percentages.merchant_referrer_percent as Percent,
            serde_json::to_value(&self.chain).map_err(Error::internal)?,
            consumer as Money,
            club as Money,
            consumer_referrer as Money,
            merchant_referrer as Money,
            self.consumer_referrer_rule as ReferrerRule,
            self.merchant_referrer_rule as ReferrerRule,
            self.receipt_number,
            self.purchased_at,
            self.release_at,
            (!self.is_pending()).then_some(self.purchased_at),
        )
        .execute(conn)
        .await?;
        Ok(inserted.rows_affected() == 1)
    }

    async fn insert_items(&self, conn: &mut PgConnection) -> Result<()> {
        let lines = &self.lines;
        let products: Vec<_> = lines.iter().map(|line| line.product.as_ref()).collect();
        let ids: Vec<_> = products.iter().map(|it| it.map(|(id, _)| id.0)).collect();
        let names: Vec<_> = products
            .iter()
            .map(|it| it.map(|(_, name)| name.clone()))
            .collect();
        let quantities: Vec<_> = lines.iter().map(|line| line.quantity).collect();
        let prices: Vec<_> = lines
            .iter()
            .map(|line| line.unit_price.centavos())
            .collect();
        let percents: Vec<_> = lines.iter().map(|line| line.percent.decimal()).collect();
        let cashback: Vec<_> = self
            .cashback
            .iter()
            .map(|amount| amount.centavos())
            .collect();
        sqlx::query!(
            "insert into purchase_items (purchase_id, position, product_id, name, quantity, unit_price, cashback_percent,
                                         cashback)
             select $1, position, product_id, name, quantity, unit_price, cashback_percent, cashback
             from unnest($2::uuid[], $3::text[], $4::integer[], $5::bigint[], $6::numeric[], $7::bigint[])
                 with ordinality line (product_id, name, quantity, unit_price, cashback_percent, cashback, position)",
            self.money.id as PurchaseId,
            &ids as &[Option<Uuid>],
            &names as &[Option<String>],
            &quantities,
            &prices,
            &percents,
            &cashback,
        )
        .execute(conn)
        .await?;
        Ok(())
    }

    fn event(&self) -> serde_json::Value {
        let money = &self.money;
        json!({
            "userId": money.consumer, "purchaseId": money.id, "merchantId": money.merchant, "payment": money.payment,
            "price": money.price, "pool": self.pool, "shares": money.shares, "isPending": self.is_pending(),
            "consumerReferrerId": money.consumer_referrer, "merchantReferrerId": money.merchant_referrer,
        })
    }

    /// The movement of money of the sale itself; a sale paid outside without cashback moves none.
    pub(super) fn sale(&self) -> Option<Posting> {
        self.money.sale(self.purchased_at, self.is_pending())
    }

    pub(super) async fn post(&self, conn: &mut PgConnection) -> Result<()> {
        let Some(sale) = self.sale() else {
            return Ok(());
        };
        let mut paid = None;
        if !self.is_pending() && !self.pool.is_zero() {
            let shares = self.money.users_shares(self.money.shares);
            let mut balances = Balances::read(conn, &shares.map(|(user, _)| user)).await?;
            paid = balances.pay_debts(&sale, shares);
        }
        post(
            conn,
            &[Some(sale), paid].into_iter().flatten().collect::<Vec<_>>(),
        )
        .await
    }
}

fn percentages(chain: &[Candidate]) -> Result<&Candidate> {
    chain
        .first()
        .ok_or_else(|| Error::internal("the chain of percentages is empty"))
}
