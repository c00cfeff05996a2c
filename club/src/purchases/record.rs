//! Making a purchase.

use super::{
    CashbackRule, NewItem, NewPurchase, Payment, Purchase, ReferrerRule,
    new_purchase::{Order, Sale, Way, is_price},
    parties::{Parties, PartyRow, find_consumer, parties},
    postings::{ATTEMPTS, Attempt, Balances, MoneyOf, post},
    read, rules,
};
use crate::{
    Ctx,
    cashback::{self, Candidate, SplitRule, decide},
    idempotency::{self, Claim, Key, StoredAnswer},
    ledger::{self, Account},
    modules::require_module_of,
    outbox, products,
};
use axum::http::StatusCode;
use kernel::{Error, Money, Percent, ProductId, PurchaseId, Result, Shares, UserId};
use serde_json::json;
use sqlx::PgConnection;
use tenancy::modules::Module;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// Makes a purchase: from the acting consumer's wallet, or one that the acting merchant registers. Answers a
/// [`Purchase`], 201; an external sale whose receipt number is known answers the first one, 200.
///
/// # Errors
/// The refused fields (`consumer` or `merchantId` `unknown`, …), no such product, `product_archived`, the module
/// `marketplace` off for a purchase of products, `insufficient_balance`, `receipt_number_used` for
/// another consumer or price, and those of `idempotency::claim`. Merchants pay from no wallet and consumers register no
/// sales: 403.
pub async fn record(ctx: &Ctx, key: &Key, new: NewPurchase) -> Result<StoredAnswer> {
    let actor = ctx.user_id()?;
    let order = new.check()?;
    if order.payment() == Payment::External {
        keep_credit(ctx, actor).await?;
    }
    if matches!(order.sale, Sale::Products(_)) {
        require_module_of(ctx, Module::Marketplace).await?;
    }
    let mut refusal = None;
    for _ in 0..ATTEMPTS {
        let mut tx = ctx.begin().await?;
        match attempt(&mut tx, ctx, key, actor, &order).await {
            Ok(Attempt::Done(answer)) => {
                tx.commit().await?;
                return Ok(answer);
            }
            Ok(Attempt::Moved(error)) => {
                tx.rollback().await?;
                refusal = Some(error);
            }
            Err(error) => {
                tx.rollback().await?;
                return Err(error);
            }
        }
    }
    Err(refusal.unwrap_or_else(|| Error::internal("nothing was attempted")))
}

async fn attempt(
    conn: &mut PgConnection,
    ctx: &Ctx,
    key: &Key,
    actor: UserId,
    order: &Order,
) -> Result<Attempt<StoredAnswer>> {
    if let Claim::Replay(answer) = idempotency::claim(conn, ctx, key).await? {
        return Ok(Attempt::Done(answer));
    }
    let (parties, lines) = resolve(conn, actor, order).await?;
    let decided = Decided::of(conn, ctx, order, &parties, lines, ctx.now()).await?;
    if !decided.write(conn, ctx).await? {
        return answer_first(conn, ctx, key, &decided)
            .await
            .map(Attempt::Done);
    }
    let purchase = read::read(conn, decided.money.id, None).await?;
    let answer = idempotency::keep(conn, ctx, key, StatusCode::CREATED, &purchase).await?;
    // The posting last: its locks are held for the shortest time.
    match decided.post(conn).await {
        Err(error) if error.code == "debt_overpaid" => Ok(Attempt::Moved(error)),
        posted => posted.map(|()| Attempt::Done(answer)),
    }
}

/// A line with what it costs and gives back.
pub(super) struct Line {
    product: Option<(ProductId, String)>,
    quantity: i32,
    unit_price: Money,
    percent: Percent,
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

/// Who buys from whom, and what.
async fn resolve(
    conn: &mut PgConnection,
    actor: UserId,
    order: &Order,
) -> Result<(Parties, Vec<Line>)> {
    let (merchant, lines) = match &order.sale {
        Sale::Products(items) => {
            let (merchant, lines) = product_lines(conn, items).await?;
            (Some(merchant), Some(lines))
        }
        Sale::Price(_) => (None, None),
    };
    let found = match &order.way {
        Way::Wallet { merchant: named } => {
            let merchant = merchant.or(*named);
            let merchant = merchant.ok_or_else(|| Error::invalid("merchantId", "required"))?;
            parties(conn, actor, merchant).await
        }
        Way::External { consumer, .. } => {
            if merchant.is_some_and(|merchant| merchant != actor) {
                return Err(Error::invalid("items", "not_yours"));
            }
            let consumer = find_consumer(conn, consumer).await?;
            parties(conn, consumer, actor).await
        }
    };
    // Who acts is signed in, so an unknown one is somebody of the other type.
    let acting = match order.payment() {
        Payment::Wallet => "consumer",
        Payment::External => "merchantId",
    };
    let parties = found.map_err(|error| {
        if error.fields.contains_key(acting) {
            Error::forbidden()
        } else {
            error
        }
    })?;
    let lines = match (&order.sale, lines) {
        (Sale::Price(price), _) => vec![Line::of_price(*price, &parties.merchant)],
        (Sale::Products(_), lines) => lines.unwrap_or_default(),
    };
    Ok((parties, lines))
}

/// The products as they are sold now, all of one merchant.
async fn product_lines(conn: &mut PgConnection, items: &[NewItem]) -> Result<(UserId, Vec<Line>)> {
    let ids: Vec<_> = items.iter().map(|item| item.product_id).collect();
    let products = products::for_sale(conn, &ids).await?;
    let merchant = products
        .first()
        .map(|product| product.merchant_id)
        .ok_or_else(|| Error::invalid("items", "required"))?;
    if products
        .iter()
        .any(|product| product.merchant_id != merchant)
    {
        return Err(Error::invalid("items", "of_several_merchants"));
    }
    let lines = products.into_iter().zip(items).map(|(product, item)| Line {
        product: Some((product.id, product.name)),
        quantity: item.quantity,
        unit_price: product.price,
        percent: product.cashback_percent,
    });
    Ok((merchant, lines.collect()))
}

/// A purchase with everything that decided about it.
pub(super) struct Decided {
    money: MoneyOf,
    lines: Vec<Line>,
    cashback: Vec<Money>,
    pool: Money,
    cashback_rule: CashbackRule,
    chain: Vec<Candidate>,
    consumer_referrer_rule: ReferrerRule,
    merchant_referrer_rule: ReferrerRule,
    receipt_number: Option<String>,
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
    pub(super) async fn write(&self, conn: &mut PgConnection, ctx: &Ctx) -> Result<bool> {
        if !self.insert(conn).await? {
            return Ok(false);
        }
        self.insert_items(conn).await?;
        outbox::enqueue(conn, ctx, "purchase_recorded", self.event()).await?;
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

    pub(super) async fn post(&self, conn: &mut PgConnection) -> Result<()> {
        let mut postings = self.money.sale(self.purchased_at, self.is_pending());
        if !self.is_pending() && !self.pool.is_zero() {
            let users = self
                .money
                .users_shares(self.money.shares)
                .map(|(user, _)| user);
            let mut balances = Balances::read(conn, &users).await?;
            if balances.has_debts() {
                let paid = postings
                    .last()
                    .and_then(|cashback| balances.pay_debts(cashback, self.money.id));
                postings.extend(paid);
            }
        }
        post(conn, &postings).await
    }
}

fn percentages(chain: &[Candidate]) -> Result<&Candidate> {
    chain
        .first()
        .ok_or_else(|| Error::internal("the chain of percentages is empty"))
}

/// The purchase that was registered under this receipt number before.
async fn answer_first(
    conn: &mut PgConnection,
    ctx: &Ctx,
    key: &Key,
    again: &Decided,
) -> Result<StoredAnswer> {
    let id = sqlx::query_scalar!(
        r#"select id as "id: PurchaseId" from purchases where merchant_id = $1 and receipt_number = $2"#,
        again.money.merchant as UserId,
        again.receipt_number,
    )
    .fetch_one(&mut *conn)
    .await?;
    let first: Purchase = read::read(conn, id, None).await?;
    if (first.consumer.id, first.price) != (again.money.consumer, again.money.price) {
        return Err(Error::conflict(
            "receipt_number_used",
            "This receipt number belongs to a sale to somebody else, or of another price.",
        ));
    }
    idempotency::keep(conn, ctx, key, StatusCode::OK, &first).await
}

/// Gives the acting merchant's wallet the tenant's credit limit, when that has changed: in a transaction of its own,
/// because a posting must take its locks in its own order. Credit in use stays until it is paid back.
async fn keep_credit(ctx: &Ctx, merchant: UserId) -> Result<()> {
    let mut conn = ctx.conn().await?;
    let limit = cashback::read_settings(&mut conn)
        .await?
        .merchant_credit_limit;
    let account = sqlx::query!(
        r#"select balance as "balance: Money", coalesce(floor, 0) as "floor!: Money"
           from ledger_accounts where kind = $1 and owner_id = $2"#,
        Account::Wallet(merchant).kind(),
        merchant as UserId,
    )
    .fetch_optional(&mut *conn)
    .await?;
    let (balance, floor) = account.map_or((Money::ZERO, Money::ZERO), |it| (it.balance, it.floor));
    let in_use = rules::minus(Money::ZERO, balance.min(Money::ZERO));
    let credit = limit.max(in_use);
    if rules::plus(floor, credit).is_zero() || !is_merchant(&mut conn, merchant).await? {
        return Ok(());
    }
    match ledger::set_credit(&mut conn, merchant, credit).await {
        // Somebody was faster; the posting decides.
        Err(error) if error.code == "credit_in_use" => Ok(()),
        set => set,
    }
}

async fn is_merchant(conn: &mut PgConnection, user: UserId) -> Result<bool> {
    let is_merchant = sqlx::query_scalar!(
        r#"select user_type = 'merchant' as "is_merchant!" from users where id = $1"#,
        user as UserId
    )
    .fetch_one(conn)
    .await?;
    Ok(is_merchant)
}
