//! Withdrawals against the sandbox, whose book is compared with the ledger: through the operations, and through the routes.
//! After each test the ledger's audit is empty.

mod answers;
mod at_once;
mod blocked;
mod decisions;
mod leaving;
mod lost;
mod not_taken;
mod owner;
mod random;
mod routes;
mod short;

use super::{
    NewWithdrawal, Withdrawal, WithdrawalStatus, approve, by_id,
    look::{look_with, refresh_with},
    request,
    send::send_with,
};
use crate::{
    Ctx,
    idempotency::{Key, transaction_id},
    ledger::{self, Account, Posting, TransactionKind},
    pix::{
        Hint, PayoutId, PixProvider, Webhook,
        sandbox::{Call as To, Fault, Manner, Sandbox, Script},
    },
    purchases::tests::Member,
    testing::{Call, Club, Reply, installation},
};
use axum::http::HeaderMap;
use kernel::{Money, Result, UserId, WithdrawalId};
use serde_json::{Value, json};
use std::sync::Arc;
use tenancy::{
    Actor,
    administrators::Role,
    tenants::{LiveTenant, Tenant, WithdrawalConfig},
    testing::Installation,
};

const JOB: Actor = Actor::Job("withdrawals");
const CPF: &str = "11144477735";

/// A club with a consumer who has a CPF, that CPF as their Pix key, and money; and the bank that holds it.
struct Desk {
    club: Club,
    ana: Member,
    sandbox: Sandbox,
    home: Installation,
}

impl Desk {
    async fn new(centavos: i64) -> Self {
        let home = installation().await;
        let club = Club::new(&home, "clube-navi").await;
        let ana = Member::new(&club, "ana", "consumer", None).await;
        let desk = Self {
            sandbox: bank(&home, centavos),
            club,
            ana,
            home,
        };
        desk.deposit(desk.ana.id, centavos).await;
        let profile = json!({ "cpf": CPF });
        let patched = desk.send("PATCH", "/api/profile", &profile).await;
        assert_eq!(patched.status, 200, "{}", patched.body);
        let key = json!({ "type": "cpf", "key": "111.444.777-35" });
        let set = desk.send("PUT", "/api/profile/pix-key", &key).await;
        assert_eq!(set.status, 200, "{}", set.body);
        desk
    }

    async fn send(&self, method: &str, path: &str, body: &Value) -> Reply {
        let call = Call::new(method, path).bearer(&self.ana.token).json(body);
        self.club.send(call).await
    }

    async fn get(&self, path: &str) -> Reply {
        self.club
            .send(Call::get(path).bearer(&self.ana.token))
            .await
    }

    /// Money reaches a wallet; the bank has it as its opening balance.
    async fn deposit(&self, user: UserId, centavos: i64) {
        let ctx = self.club.ctx(Actor::Command);
        let (id, amount) = (ctx.new_id(), Money::from_centavos(centavos));
        let name = transaction_id(id, "deposit");
        let posting = Posting::new(name, TransactionKind::Deposit, id, ctx.now())
            .debit(Account::Clearing, amount)
            .credit(Account::Wallet(user), amount);
        let mut conn = ctx.conn().await.expect("a connection");
        ledger::post(&mut conn, &posting).await.expect("posted");
    }

    fn ctx(&self) -> Ctx {
        self.club.ctx(Actor::User(self.ana.id))
    }

    fn job(&self) -> Ctx {
        self.club.ctx(JOB)
    }

    fn operator(&self) -> Ctx {
        self.club.ctx_of(Role::Operator)
    }

    fn manager(&self) -> Ctx {
        self.club.ctx_of(Role::Manager)
    }

    async fn request(&self, centavos: i64) -> Result<Withdrawal> {
        ask(&self.ctx(), centavos).await
    }

    async fn approved(&self, centavos: i64) -> Result<WithdrawalId> {
        let id = self.request(centavos).await?.id;
        approve(&self.operator(), id).await?;
        Ok(id)
    }

    /// A withdrawal that is sent while the sandbox has been told this.
    async fn sent(&self, centavos: i64, told: Script) -> Result<WithdrawalId> {
        let id = self.approved(centavos).await?;
        self.sandbox.play(told)?;
        assert_eq!(send_with(&self.job(), &self.sandbox).await?, 1);
        Ok(id)
    }

    async fn look(&self) -> Result<u64> {
        look_with(&self.job(), &self.sandbox).await
    }

    /// Carries the sandbox's webhooks to their door, as they come.
    async fn deliver(&self) -> Result<usize> {
        let letters = self.sandbox.deliveries();
        for body in &letters {
            let headers = HeaderMap::new();
            let webhook = Webhook {
                token: None,
                headers: &headers,
                body: body.as_bytes(),
            };
            for hint in self.sandbox.parse_webhook(&webhook)? {
                if let Hint::Payout(id) = hint {
                    refresh_with(&self.job(), &self.sandbox, &id).await?;
                }
            }
        }
        Ok(letters.len())
    }

    async fn read(&self, id: WithdrawalId) -> Result<Withdrawal> {
        by_id(&self.operator(), id).await
    }

    async fn status(&self, id: WithdrawalId) -> Result<WithdrawalStatus> {
        Ok(self.read(id).await?.status)
    }

    async fn balance(&self, account: Account) -> i64 {
        let mut conn = self.job().conn().await.expect("a connection");
        let balance = ledger::balance(&mut conn, account).await;
        balance.expect("a balance").centavos()
    }

    async fn wallet(&self) -> i64 {
        self.balance(Account::Wallet(self.ana.id)).await
    }

    async fn events(&self) -> Vec<String> {
        sqlx::query_scalar!("select kind from outbox where kind like 'withdrawal%' order by id")
            .fetch_all(self.club.database())
            .await
            .expect("rows")
    }

    fn times_paid(&self, id: WithdrawalId) -> usize {
        self.sandbox.book().times_paid(&PayoutId::from(id.0))
    }

    /// Nothing is wrong with the ledger.
    async fn audit_ledger(&self) {
        let mut conn = self.job().conn().await.expect("a connection");
        ledger::fold(&mut conn).await.expect("folded");
        assert_eq!(ledger::audit(&mut conn).await, Ok(Vec::new()));
    }

    /// Nothing is wrong with the books, the ledger's and the bank's, and when nothing is on its way out of the bank they
    /// say the same.
    async fn audit(&self) {
        self.audit_ledger().await;
        let book = self.sandbox.book();
        assert_eq!(book.check(), Ok(()));
        let on_its_way = sqlx::query_scalar!(
            r#"select coalesce(sum(amount - fee), 0)::bigint as "sum!" from withdrawals
               where status in ('requested', 'approved', 'processing')"#
        )
        .fetch_one(self.club.database())
        .await
        .expect("a number");
        assert_eq!(self.balance(Account::Payout).await, on_its_way);
        let processing = sqlx::query_scalar!(
            r#"select count(*) as "count!" from withdrawals where status = 'processing'"#
        )
        .fetch_one(self.club.database())
        .await
        .expect("a number");
        if processing == 0 {
            let ours = -self.balance(Account::Clearing).await;
            assert_eq!(ours, book.balance().centavos(), "the bank's book and ours");
        }
    }
}

/// Asks for a withdrawal under a key that nothing else has.
async fn ask(ctx: &Ctx, centavos: i64) -> Result<Withdrawal> {
    let key = Key::new(&ctx.new_id().to_string(), "POST", "/", b"")?;
    let new = NewWithdrawal {
        amount: Money::from_centavos(centavos),
        net_amount: None,
    };
    request(ctx, &key, new).await?.read()
}

fn fail(call: To, fault: Fault) -> Script {
    Script::Fail { call, fault }
}

/// The recipient's bank gives so much of it back.
fn give_back(id: WithdrawalId, centavos: i64) -> Script {
    Script::ReturnPayout {
        id: PayoutId::from(id.0),
        amount: Money::from_centavos(centavos),
        after: 0,
    }
}

/// A bank that holds so much.
fn bank(home: &Installation, centavos: i64) -> Sandbox {
    let clock = home.platform.clock.clone();
    Sandbox::new(clock, 7, Money::from_centavos(centavos))
}

/// The same call while the club has these rules.
pub(crate) fn under(ctx: &Ctx, rules: WithdrawalConfig) -> Ctx {
    let mut ctx = ctx.clone();
    let LiveTenant {
        tenant,
        database,
        token_key,
    } = &*ctx.tenant;
    ctx.tenant = Arc::new(LiveTenant {
        tenant: Tenant {
            withdrawal: rules,
            ..tenant.clone()
        },
        database: database.clone(),
        token_key: token_key.clone(),
    });
    ctx
}
