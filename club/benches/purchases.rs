//! Purchases from a wallet a second, through the whole operation, beside pgbench running the same statements on the same
//! server in the same run.
//!
//! The statements are read off the operation's own connection (`pg_prepared_statements`, which counts their executions),
//! so that the two cannot drift apart; what each is given stands in [`VALUES`]. A statement that is not found there stops
//! the run. The server is the one that `CLUBE_TEST_POSTGRES_URL` names.

mod beside;

use beside::{MERCHANTS, Outcome, Rates, USERS, at_least, at_most, per_second, pick, user};
use club::{
    Ctx,
    idempotency::Key,
    ledger::{self, Account, Posting, TransactionKind},
    purchases::{self, NewPurchase, Payment},
};
use futures::future::join_all;
use kernel::{Money, TransactionId};
use sqlx::{Connection, PgConnection};
use std::{
    cell::Cell,
    sync::Arc,
    time::{Duration, Instant},
};
use tenancy::{
    Actor, Clock, Origin,
    tenants::LiveTenant,
    testing::{Installation, server},
};

/// As many as a tenant's pool has connections.
const CLIENTS: u32 = 5;
/// How many purchases are weighed.
const WEIGHED: u128 = 10_000;
/// In each consumer's wallet.
const MONEY: Money = Money::from_centavos(1_000_000_00);
const PRICE: Money = Money::from_centavos(10_00);

/// What pgbench draws for each transaction.
const DRAWN: &str = r"
\set consumer random(51, 5000)
\set merchant random(2, 50)
\set id random(1, 9000000000000000000)
begin;
";
const CONSUMER: &str = "lpad(to_hex(:consumer::bigint), 32, '0')::uuid";
const MERCHANT: &str = "lpad(to_hex(:merchant::bigint), 32, '0')::uuid";
/// Who had brought the consumer, and the merchant.
const BROUGHT_THEM: &str = "lpad(to_hex(:consumer::bigint - 1), 32, '0')::uuid";
const BROUGHT_IT: &str = "lpad(to_hex(:merchant::bigint - 1), 32, '0')::uuid";
const ID: &str = "lpad(to_hex(:id::bigint), 32, '0')::uuid";

/// A part of each statement, and its parameters. A merchant without a percentage gives no cashback, so the merchants of
/// this run give 10 %, and everybody was brought by somebody: four shares to four people.
const VALUES: [(&str, &[&str]); 11] = [
    (
        "from idempotency_keys",
        &["'user:' || :consumer", "'key-' || :id"],
    ),
    (
        "pg_try_advisory_xact_lock",
        &["'user:' || :consumer", "'key-' || :id"],
    ),
    (
        "left join merchant_settings",
        &["array[CONSUMER, MERCHANT]"],
    ),
    ("from money_settings", &[]),
    (
        "insert into purchases",
        &[
            "ID",
            "'wallet'",
            "CONSUMER",
            "MERCHANT",
            "BROUGHT_THEM",
            "BROUGHT_IT",
            "1000",
            "100",
            "'module_on'",
            "'tenant_default'",
            "50",
            "25",
            "12.5",
            "12.5",
            r#"'[{"rule": "tenant_default", "percentages": {"consumerPercent": "50", "clubPercent": "25"}}]'"#,
            "50",
            "25",
            "13",
            "12",
            "'referrer'",
            "'referrer'",
            "null",
            "now()",
            "now()",
            "now()",
        ],
    ),
    (
        "insert into purchase_items",
        &[
            "ID",
            "array[null]::uuid[]",
            "array[null]::text[]",
            "array[1]::integer[]",
            "array[1000]::bigint[]",
            "array[10]::numeric[]",
            "array[100]::bigint[]",
        ],
    ),
    (
        "insert into outbox",
        &[
            "'purchase_recorded'",
            r#"'{"userId": 1, "purchaseId": 2, "shares": [1, 2, 3, 4]}'"#,
            "now()",
        ],
    ),
    ("from purchases p", &["ID", "null"]),
    ("from purchase_items", &["array[ID]"]),
    (
        "insert into idempotency_keys",
        &[
            "'user:' || :consumer",
            "'key-' || :id",
            "sha256(:id::text::bytea)",
            "201",
            "repeat('x', 700)::bytea",
            "now()",
        ],
    ),
    (
        "from ledger_accounts where owner_id = any",
        &["array[CONSUMER, BROUGHT_THEM, BROUGHT_IT]"],
    ),
];
/// Of the posting: the price, and the cashback.
const POSTED: [&str; 9] = [
    "ID",
    "2::smallint",
    "ID",
    "null::uuid",
    "now()",
    "array[2, 13, 13, 13, 13, 13]::smallint[]",
    "array[null, MERCHANT, CONSUMER, CONSUMER, BROUGHT_THEM, BROUGHT_IT]::uuid[]",
    "array[13, null, null, 13, 13, 13]::smallint[]",
    "array[25, 900, -1000, 50, 13, 12]::bigint[]",
];

struct Bench {
    installation: Installation,
    tenant: Arc<LiveTenant>,
    clock: Clock,
    time: Duration,
}

impl Bench {
    /// One purchase, as a request makes it.
    async fn buy(&self) -> Outcome<Ctx> {
        let consumer = pick(&self.clock, MERCHANTS + 1, USERS);
        let platform = self.installation.platform.clone();
        let actor = Actor::User(consumer);
        let ctx = Ctx::new(platform, self.tenant.clone(), actor, Origin::default());
        let key = Key::new(
            &self.clock.new_id().to_string(),
            "POST",
            "/api/purchases",
            b"",
        )?;
        let new = NewPurchase {
            payment: Payment::Wallet,
            items: Vec::new(),
            price: Some(PRICE),
            merchant_id: Some(pick(&self.clock, 2, MERCHANTS)),
            consumer: None,
            receipt_number: None,
        };
        purchases::record(&ctx, &key, new).await?;
        Ok(ctx)
    }

    /// Gives every consumer money to spend.
    async fn fill_wallets(&self, conn: &mut PgConnection) -> Outcome {
        let deposits: Vec<_> = (MERCHANTS + 1..=USERS)
            .map(|number| {
                let id = TransactionId(self.clock.new_id());
                let (subject, at) = (self.clock.new_id(), self.clock.now());
                Posting::new(id, TransactionKind::Deposit, subject, at)
                    .debit(Account::Clearing, MONEY)
                    .credit(Account::Wallet(user(number)), MONEY)
            })
            .collect();
        for some in deposits.chunks(500) {
            ledger::post_batch(conn, some).await?;
        }
        Ok(())
    }

    /// Purchases by all clients until there are enough; how many.
    async fn purchases(&self, enough: impl Fn(u128) -> bool) -> Outcome<u128> {
        let made = Cell::new(0);
        let clients = (0..CLIENTS).map(async |_| -> Outcome {
            while !enough(made.get()) {
                self.buy().await?;
                made.set(made.get() + 1);
            }
            Ok(())
        });
        join_all(clients)
            .await
            .into_iter()
            .collect::<Outcome<Vec<_>>>()?;
        Ok(made.get())
    }

    /// Purchases a second.
    async fn ours(&self) -> Outcome<u128> {
        let began = Instant::now();
        let made = self.purchases(|_| began.elapsed() >= self.time).await?;
        Ok(per_second(made, began.elapsed()))
    }

    /// Bytes of the ledger for each of many purchases. None of pgbench's, which have ids of no time.
    async fn bytes(&self, owner: &mut PgConnection) -> Outcome<u128> {
        let before = beside::ledger_bytes(owner).await?;
        let made = self.purchases(|made| made >= WEIGHED).await?;
        Ok((beside::ledger_bytes(owner).await? - before) / made)
    }

    /// The operation's statements for pgbench, each as often as a purchase executes it.
    async fn script(&self) -> Outcome<String> {
        let ctx = self.buy().await?;
        // The only one so far. A connection returns to the pool a little later, so a question may meet another one.
        let statements = loop {
            let executed = beside::executed(&mut *ctx.conn().await?).await?;
            if executed
                .iter()
                .any(|(statement, _)| statement.contains("insert into purchases"))
            {
                break executed;
            }
        };
        let mut script = DRAWN.to_owned();
        for (statement, times) in statements {
            // What the driver asks about types, once a connection, and what we asked just now.
            if statement.contains("pg_catalog") || statement.contains("pg_prepared_statements") {
                continue;
            }
            let filled = filled(&statement)?;
            for _ in 0..times {
                script += &filled;
                script += ";\n";
            }
        }
        Ok(script + "commit;\n")
    }

    async fn run(&self) -> Outcome {
        let options = server().database(&self.tenant.database.name);
        let mut owner = PgConnection::connect_with(&options).await?;
        println!(
            "{}; {CLIENTS} clients",
            beside::durability(&mut owner).await?
        );
        beside::register(&mut owner).await?;
        sqlx::query(
            "insert into merchant_settings select id, 10 from users where user_type = 'merchant'",
        )
        .execute(&mut owner)
        .await?;
        self.fill_wallets(&mut owner).await?;
        let script = self.script().await?;
        let bytes = self.bytes(&mut owner).await?;
        let pgbench = || beside::pgbench(&options, CLIENTS, self.time, &script);
        let rates = Rates::of(async || self.ours().await, pgbench).await?;
        let floor = rates.percent().map(|percent| at_least(50, percent));
        let floor = floor.map(|floor| format!("percent of pgbench's, {floor}"));
        beside::print(
            "whole purchases",
            &format!("{}/s", rates.ours),
            &floor.unwrap_or_default(),
        );
        rates.print_pgbench(|pgbench| format!("{pgbench}/s"));
        beside::print(
            "ledger bytes each",
            &bytes.to_string(),
            &at_most(900, bytes),
        );
        println!("  one transaction, six entries: four people's shares");
        assert_eq!(ledger::audit(&mut owner).await?, [], "the audit is empty");
        Ok(())
    }
}

/// A statement with pgbench's values for its parameters.
fn filled(statement: &str) -> Outcome<String> {
    let values: &[&str] = if statement.contains("ledger_post(") {
        &POSTED
    } else {
        VALUES
            .iter()
            .find(|(part, _)| statement.contains(part))
            .map(|(_, values)| *values)
            .ok_or_else(|| format!("say in VALUES what to give to: {statement}"))?
    };
    let text = beside::filled(statement, values)?;
    Ok(text
        .replace("BROUGHT_THEM", BROUGHT_THEM)
        .replace("BROUGHT_IT", BROUGHT_IT)
        .replace("CONSUMER", CONSUMER)
        .replace("MERCHANT", MERCHANT)
        .replace("ID", ID))
}

#[tokio::main]
async fn main() -> Outcome {
    let installation = Installation::new().await;
    let bench = Bench {
        tenant: installation.tenant("bench").await,
        clock: installation.platform.clock.clone(),
        installation,
        time: beside::measured_for()?,
    };
    bench.run().await?;
    beside::verdict()
}
