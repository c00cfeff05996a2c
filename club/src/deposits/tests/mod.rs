//! Deposits against the sandbox, through their operations and their routes, told to do everything that goes wrong. After
//! each test the ledger's audit is empty, the sandbox's book ties out, and both say the same.

mod accounts;
mod came_in;
mod institution;
mod late;
mod limits;
mod routes;

use super::Deposit;
use crate::{
    Ctx, deposits,
    idempotency::Key,
    ledger::{self, Account},
    pix::{
        self, EndToEndId,
        sandbox::{Call as Asked, Fault, Script},
    },
    testing::{Call, Club, Reply, installation, newcomer, text},
};
use kernel::{Money, Result, UserId};
use serde_json::{Value, json};
use tenancy::{Actor, testing::Installation};

/// A club with a consumer and the provider that plays one.
pub(crate) struct Bank {
    pub(crate) home: Installation,
    pub(crate) club: Club,
    pub(crate) ana: UserId,
    pub(crate) token: String,
}

impl Bank {
    pub(crate) async fn new() -> Self {
        let home = installation().await;
        let club = Club::new(&home, "clube-navi").await;
        let reply = club.register("ana@example.com").await;
        Self {
            ana: text(&reply["user"]["id"]).parse().expect("an id"),
            token: text(&reply["accessToken"]).to_owned(),
            home,
            club,
        }
    }

    /// Somebody who may do everything.
    pub(crate) fn job(&self) -> Ctx {
        self.club.ctx(Actor::Job("test"))
    }

    fn ana(&self) -> Ctx {
        self.club.ctx(Actor::User(self.ana))
    }

    /// Asks for a charge by the route.
    async fn ask(&self, key: &str, amount: &str) -> Reply {
        let call = Call::post("/api/deposits").bearer(&self.token);
        let call = call
            .header("idempotency-key", key)
            .json(&json!({ "amount": amount }));
        self.club.send(call).await
    }

    /// A deposit that waits.
    pub(crate) async fn deposit(&self, amount: &str) -> Deposit {
        let reply = self.ask(&format!("key-{amount}"), amount).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        serde_json::from_value(reply.body).expect("a deposit")
    }

    async fn read(&self, id: &Value) -> Reply {
        let path = format!("/api/deposits/{}", text(id));
        self.club.send(Call::get(&path).bearer(&self.token)).await
    }

    /// The deposit as it is stored.
    async fn stored(&self, deposit: &Deposit) -> Deposit {
        let mut conn = self.job().conn().await.expect("a connection");
        deposits::read::read(&mut conn, deposit.id, None)
            .await
            .expect("it is there")
    }

    pub(crate) async fn play(&self, script: Script) {
        pix::play(&self.job(), script)
            .await
            .expect("it can be told");
    }

    /// The next call of this kind goes wrong.
    pub(crate) async fn fail(&self, call: Asked, fault: Fault) {
        self.play(Script::Fail { call, fault }).await;
    }

    /// Somebody pays a deposit's charge.
    pub(crate) async fn pay(&self, deposit: &Deposit, amount: Option<i64>, times: u8) {
        let txid = pix::Txid::from(deposit.id.0);
        let amount = amount.map(Money::from_centavos);
        let after = 0;
        self.play(Script::Pay {
            txid,
            amount,
            times,
            after,
        })
        .await;
    }

    /// What came in, oldest first.
    pub(crate) async fn received(&self) -> Vec<EndToEndId> {
        let book = pix::book(&self.job()).await.expect("a book");
        let received = book.received().iter();
        received.map(|pix| pix.end_to_end_id.clone()).collect()
    }

    async fn webhook(&self, body: &str) -> Reply {
        let call = Call::post("/api/pix/webhooks/sandbox").raw(body);
        self.club.send(call).await
    }

    pub(crate) async fn balance(&self, account: Account) -> i64 {
        let mut conn = self.job().conn().await.expect("a connection");
        let balance = ledger::balance(&mut conn, account).await;
        balance.expect("a balance").centavos()
    }

    pub(crate) async fn wallet(&self) -> i64 {
        self.balance(Account::Wallet(self.ana)).await
    }

    pub(crate) async fn events(&self, kind: &str) -> i64 {
        sqlx::query_scalar("select count(*) from outbox where kind = $1")
            .bind(kind)
            .fetch_one(self.club.database())
            .await
            .expect("a count")
    }

    /// Nothing is wrong with the ledger, and it says of the provider's money what the provider says.
    pub(crate) async fn check(&self) -> Result<()> {
        let ctx = self.job();
        let mut conn = ctx.conn().await?;
        assert_eq!(ledger::audit(&mut conn).await?, []);
        let held = ledger::balance(&mut conn, Account::Clearing).await?;
        drop(conn);
        let book = pix::book(&ctx).await?;
        assert_eq!(book.check(), Ok(()));
        assert_eq!(book.balance().centavos(), -held.centavos());
        Ok(())
    }
}

fn key(name: &str) -> Key {
    Key::new(name, "POST", "/api/deposits", b"{}").expect("a key")
}
