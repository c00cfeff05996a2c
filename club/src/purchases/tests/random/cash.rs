//! Money in and out by the bank that the sandbox plays. Each request arrives at two nodes at once under one key; webhooks
//! come twice and in any order, and both nodes do all the jobs at once.

use super::*;
use crate::{
    deposits::{self, Deposit, NewDeposit},
    pix::{
        self, PayoutId, PayoutStatus, Txid,
        sandbox::{Book, Manner, Script},
    },
    withdrawals::{self, NewWithdrawal, Withdrawal, tests::under},
};
use tenancy::{Platform, tenants::WithdrawalConfig};

/// So much came in without a name: the bank is never short, whatever merchants owe.
const NAMELESS: i64 = 50_000_00;
const JOB: Actor = Actor::Job("random");

/// The bank's part of a run.
pub(super) struct Bank {
    other_node: Platform,
    /// What was paid and nobody has heard of.
    unheard: Vec<(UserId, i64)>,
    out: Vec<Withdrawal>,
}

impl Bank {
    /// A bank at which both people have a key.
    pub(super) async fn open(market: &Market) -> Self {
        for (member, cpf) in [
            (&market.consumer, "11144477735"),
            (&market.merchant, "52998224725"),
        ] {
            for (method, path, body) in [
                ("PATCH", "/api/profile", json!({ "cpf": cpf })),
                (
                    "PUT",
                    "/api/profile/pix-key",
                    json!({ "type": "cpf", "key": cpf }),
                ),
            ] {
                let call = Call::new(method, path).bearer(&member.token).json(&body);
                let reply = market.club.send(call).await;
                assert_eq!(reply.status, 200, "{}", reply.body);
            }
        }
        for script in [
            Script::Payouts(Manner::Efi),
            Script::PayKey(Money::from_centavos(NAMELESS)),
            Script::Webhooks {
                delay: 0,
                copies: 2,
                shuffled: true,
            },
        ] {
            let played = pix::play(&market.club.ctx(JOB), script).await;
            played.expect("it can be told");
        }
        Self {
            other_node: market.home.another_node().await,
            unheard: Vec::new(),
            out: Vec::new(),
        }
    }
}

impl Run {
    /// The same actor on both nodes of a club that sends small withdrawals by itself.
    pub(super) fn nodes(&self, actor: Actor) -> [Ctx; 2] {
        let rules = WithdrawalConfig {
            min_amount: Money::from_centavos(1_00),
            automatic_approval_limit: Money::from_centavos(1_000_00),
            ..WithdrawalConfig::default()
        };
        let here = under(&self.market.club.ctx(actor), rules);
        let there = Ctx::new(
            self.bank.other_node.clone(),
            std::sync::Arc::clone(&here.tenant),
            here.actor.clone(),
            here.origin.clone(),
        );
        [here, there]
    }

    pub(super) fn somebody(&mut self) -> UserId {
        self.dice
            .pick(&[self.market.consumer.id, self.market.merchant.id])
    }

    pub(super) async fn deposit(&mut self) {
        let user = self.somebody();
        // Less pays itself at this bank.
        let amount = 10_00 + self.dice.upto(50_00);
        let [here, there] = self.nodes(Actor::User(user));
        let (key, new) = (
            some_key(&here),
            NewDeposit {
                amount: Money::from_centavos(amount),
            },
        );
        let (one, other) = tokio::join!(
            deposits::create(&here, &key, new.clone()),
            deposits::create(&there, &key, new)
        );
        let deposit = match only(one, other) {
            Ok(answer) => answer.read::<Deposit>().expect("a deposit"),
            Err(error) => {
                assert_eq!(error.code, "too_many_waiting", "seed {}", self.seed);
                return;
            }
        };
        // Twice is what two people do who have one code.
        let times = self.dice.pick(&[1, 1, 2]);
        let script = Script::Pay {
            txid: Txid::from(deposit.id.0),
            amount: None,
            times,
            after: 0,
        };
        let paid = pix::play(&here.acting_as(JOB), script).await;
        paid.expect("it waits to be paid");
        self.bank.unheard.push((user, amount * i64::from(times)));
    }

    pub(super) async fn withdraw(&mut self) {
        let user = self.somebody();
        let amount = 99 + self.dice.upto(25_00);
        let [here, there] = self.nodes(Actor::User(user));
        let (key, new) = (
            some_key(&here),
            NewWithdrawal {
                amount: Money::from_centavos(amount),
                net_amount: None,
            },
        );
        let (one, other) = tokio::join!(
            withdrawals::request(&here, &key, new),
            withdrawals::request(&there, &key, new)
        );
        let allowed = amount <= self.model.get(Account::Wallet(user));
        let Some(answer) = self.expect(only(one, other), allowed) else {
            return;
        };
        let withdrawal: Withdrawal = answer.read().expect("a withdrawal");
        self.move_out(&withdrawal, 1);
        self.bank.out.push(withdrawal);
    }

    /// Asked for, or the other way.
    fn move_out(&mut self, withdrawal: &Withdrawal, way: i64) {
        let Withdrawal {
            amount,
            fee,
            net_amount,
            ..
        } = withdrawal;
        self.model
            .pay_in(withdrawal.user_id, -way * amount.centavos());
        self.model.add(Account::Fees, way * fee.centavos());
        self.model.add(Account::Payout, way * net_amount.centavos());
    }

    /// Both nodes send what waits, and a while later hear of everything.
    pub(super) async fn hear(&mut self) {
        let [here, there] = self.nodes(JOB);
        let (one, other) = tokio::join!(
            withdrawals::send_approved(&here),
            withdrawals::send_approved(&there)
        );
        one.and(other).expect("the bank is there");
        self.market.club.wait(Duration::minutes(5));
        // What has to happen at the bank by now has happened.
        let book = pix::book(&here).await.expect("the bank's book");
        let (one, other) = tokio::join!(Box::pin(listen(&here)), Box::pin(listen(&there)));
        one.and(other).expect("the bank is there");
        for (user, amount) in std::mem::take(&mut self.bank.unheard) {
            self.model.pay_in(user, amount);
            self.model.add(Account::Clearing, -amount);
        }
        self.follow(&book);
    }

    /// What the bank says of each withdrawal is what the model believes.
    fn follow(&mut self, book: &Book) {
        for withdrawal in std::mem::take(&mut self.bank.out) {
            let payout = book.payout(&PayoutId::from(withdrawal.id.0));
            let net = withdrawal.net_amount.centavos();
            let returned = match payout.map(|payout| &payout.status) {
                Some(PayoutStatus::Rejected(_)) => {
                    self.move_out(&withdrawal, -1);
                    continue;
                }
                Some(PayoutStatus::Settled(_)) => 0,
                Some(PayoutStatus::Returned { amount, .. }) => amount.centavos(),
                other => panic!("seed {}: {withdrawal:?} is {other:?}", self.seed),
            };
            self.model.add(Account::Payout, -net);
            self.model.add(Account::Clearing, net - returned);
            self.model.pay_in(withdrawal.user_id, returned);
        }
    }

    /// The first time that the bank is heard of.
    pub(super) async fn begin(&mut self) {
        self.hear().await;
        self.model.add(Account::Suspense, NAMELESS);
        self.model.add(Account::Clearing, -NAMELESS);
    }

    /// The bank's own book says the same, to the centavo.
    pub(super) async fn check_bank(&mut self) {
        self.hear().await;
        self.compare().await;
        let book = pix::book(&self.market.club.ctx(JOB)).await;
        let book = book.expect("the bank's book");
        assert_eq!(book.check(), Ok(()), "seed {}", self.seed);
        let ours = -self.model.get(Account::Clearing);
        assert_eq!(book.balance().centavos(), ours, "seed {}", self.seed);
    }
}

/// All that a node does to hear of what happened.
async fn listen(ctx: &Ctx) -> Result<()> {
    let (webhooks, polled, listed, looked) = tokio::join!(
        deposits::carry_sandbox_webhooks(ctx),
        deposits::poll(ctx),
        deposits::catch_up(ctx),
        withdrawals::look_at_due(ctx)
    );
    webhooks.and(polled)?;
    listed?;
    looked.map(drop)
}

/// The one answer to a request that arrived twice at once.
pub(super) fn only(one: Result<StoredAnswer>, other: Result<StoredAnswer>) -> Result<StoredAnswer> {
    const BUSY: &str = "idempotency_in_progress";
    match (one, other) {
        (Ok(one), Ok(other)) => {
            assert_eq!(one, other);
            Ok(one)
        }
        (Ok(answer), Err(error)) | (Err(error), Ok(answer)) => {
            assert_eq!(error.code, BUSY);
            Ok(answer)
        }
        (Err(one), Err(other)) if one.code == BUSY => Err(other),
        (Err(one), Err(_)) => Err(one),
    }
}
