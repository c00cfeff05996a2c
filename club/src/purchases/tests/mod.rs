//! Purchases on a real database, through their operations and their routes. After each test the ledger's audit is empty.

mod again;
mod at_once;
mod credit;
mod gone;
mod known_answers;
mod leaving;
mod random;
mod refunds;
mod routes;
mod shares;
mod told;

use super::{
    NewPurchase, NewRefund, Payment, Purchase, Refund, SoughtConsumer, record, refund, release_due,
};
use crate::{
    Ctx,
    cashback::{self, MoneySettingsPatch},
    idempotency::{Key, StoredAnswer, transaction_id},
    ledger::{self, Account, Posting, TransactionKind},
    testing::{Call, Club, Reply, installation, newcomer, text},
};
use kernel::{Money, Percent, PurchaseId, Result, UserId};
use serde_json::{Value, json};
use tenancy::{Actor, administrators::Role, testing::Installation};
use uuid::Uuid;

/// A club with a merchant and a consumer, each brought by somebody.
pub(crate) struct Market {
    pub(crate) club: Club,
    pub(crate) consumer: Member,
    pub(crate) merchant: Member,
    pub(crate) consumer_referrer: Member,
    pub(crate) merchant_referrer: Member,
    home: Installation,
}

/// Somebody who is signed in.
pub(crate) struct Member {
    pub(crate) id: UserId,
    pub(crate) token: String,
    pub(crate) referral_id: String,
}

impl Member {
    /// Registers somebody.
    pub(crate) async fn new(
        club: &Club,
        name: &str,
        user_type: &str,
        referrer: Option<&Self>,
    ) -> Self {
        let mut newcomer = newcomer(&format!("{name}@example.com"));
        newcomer["userType"] = json!(user_type);
        if let Some(referrer) = referrer {
            newcomer["referredBy"] = json!(referrer.referral_id);
        }
        let reply = club
            .send(Call::post("/api/auth/register").json(&newcomer))
            .await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        Self {
            id: text(&reply.body["user"]["id"]).parse().expect("an id"),
            token: text(&reply.body["accessToken"]).to_owned(),
            referral_id: text(&reply.body["user"]["referralId"]).to_owned(),
        }
    }
}

impl Market {
    /// A market whose merchant gives ten percent.
    pub(crate) async fn new() -> Self {
        let home = installation().await;
        let club = Club::new(&home, "clube-navi").await;
        let consumer_referrer = Member::new(&club, "bia", "consumer", None).await;
        let merchant_referrer = Member::new(&club, "caio", "merchant", None).await;
        let consumer = Member::new(&club, "ana", "consumer", Some(&consumer_referrer)).await;
        let merchant = Member::new(&club, "loja", "merchant", Some(&merchant_referrer)).await;
        let market = Self {
            club,
            consumer,
            merchant,
            consumer_referrer,
            merchant_referrer,
            home,
        };
        market.percent("10").await;
        market
    }

    pub(crate) fn ctx(&self, member: &Member) -> Ctx {
        self.club.ctx(Actor::User(member.id))
    }

    async fn percent(&self, percent: &str) {
        let percent = Percent::parse(percent).expect("a percentage");
        cashback::set_my_percent(&self.ctx(&self.merchant), percent)
            .await
            .expect("the merchant may");
    }

    /// Whoever is a merchant has credit here, whatever the club knows of them.
    async fn settings(&self, release_days: i16, credit: i64) {
        let patch = MoneySettingsPatch {
            release_days: Some(release_days),
            merchant_credit_limit: Some(Money::from_centavos(credit)),
            merchant_credit_level: Some(0),
        };
        cashback::change_settings(&self.club.ctx_of(Role::Manager), patch)
            .await
            .expect("a manager may");
    }

    /// Puts this much into somebody's wallet.
    pub(crate) async fn deposit(&self, user: UserId, centavos: i64) {
        let ctx = self.club.ctx(Actor::Command);
        let id = ctx.new_id();
        let amount = Money::from_centavos(centavos);
        let posting = Posting::new(
            transaction_id(id, "deposit"),
            TransactionKind::Deposit,
            id,
            ctx.now(),
        )
        .debit(Account::Clearing, amount)
        .credit(Account::Wallet(user), amount);
        let mut conn = ctx.conn().await.expect("a connection");
        ledger::post(&mut conn, &posting)
            .await
            .expect("it is posted");
    }

    pub(crate) async fn balance(&self, account: Account) -> i64 {
        let mut conn = self
            .club
            .ctx(Actor::Command)
            .conn()
            .await
            .expect("a connection");
        ledger::balance(&mut conn, account)
            .await
            .expect("a balance")
            .centavos()
    }

    /// The wallets of consumer, merchant, consumer referrer and merchant referrer, and the club's account.
    async fn wallets(&self) -> [i64; 5] {
        [
            self.balance(Account::Wallet(self.consumer.id)).await,
            self.balance(Account::Wallet(self.merchant.id)).await,
            self.balance(Account::Wallet(self.consumer_referrer.id))
                .await,
            self.balance(Account::Wallet(self.merchant_referrer.id))
                .await,
            self.balance(Account::Club).await,
        ]
    }

    /// Nothing is wrong with the books.
    pub(crate) async fn audit(&self) {
        let mut conn = self
            .club
            .ctx(Actor::Command)
            .conn()
            .await
            .expect("a connection");
        ledger::fold(&mut conn).await.expect("folded");
        assert_eq!(ledger::audit(&mut conn).await, Ok(Vec::new()));
    }

    async fn send(&self, member: &Member, path: &str, key: &str, body: &Value) -> Reply {
        let call = Call::post(path)
            .bearer(&member.token)
            .header("idempotency-key", key)
            .json(body);
        self.club.send(call).await
    }

    async fn get(&self, member: &Member, path: &str) -> Reply {
        self.club.send(Call::get(path).bearer(&member.token)).await
    }

    async fn record(&self, member: &Member, new: NewPurchase) -> Result<StoredAnswer> {
        let ctx = self.ctx(member);
        record(&ctx, &some_key(&ctx), new).await
    }

    async fn pay(&self, centavos: i64) -> Result<Purchase> {
        let new = from_wallet(self.merchant.id, centavos);
        self.record(&self.consumer, new).await?.read()
    }

    async fn sell(&self, centavos: i64) -> Result<Purchase> {
        let new = paid_outside(centavos, &self.consumer.referral_id);
        self.record(&self.merchant, new).await?.read()
    }

    async fn refund(&self, id: PurchaseId, centavos: Option<i64>) -> Result<Refund> {
        let ctx = self.ctx(&self.merchant);
        let new = NewRefund {
            amount: centavos.map(Money::from_centavos),
            reason: None,
        };
        refund(&ctx, &some_key(&ctx), id, new).await?.read()
    }

    async fn release(&self) -> Result<u64> {
        release_due(&self.club.ctx(Actor::Job("release"))).await
    }
}

/// A key that nothing else has.
fn some_key(ctx: &Ctx) -> Key {
    Key::new(&ctx.new_id().to_string(), "POST", "/", b"").expect("a key")
}

fn from_wallet(merchant: UserId, centavos: i64) -> NewPurchase {
    NewPurchase {
        payment: Payment::Wallet,
        items: Vec::new(),
        price: Some(Money::from_centavos(centavos)),
        merchant_id: Some(merchant),
        consumer: None,
        receipt_number: None,
    }
}

fn paid_outside(centavos: i64, code: &str) -> NewPurchase {
    NewPurchase {
        payment: Payment::External,
        merchant_id: None,
        consumer: Some(SoughtConsumer {
            referral_id: Some(code.to_owned()),
            ..SoughtConsumer::default()
        }),
        ..from_wallet(UserId(Uuid::nil()), centavos)
    }
}
