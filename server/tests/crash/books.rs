//! The client's own books, made of what it was answered, and everything that they are compared with.

use crate::{
    client::{Answer, Club, Journal, PATIENCE, Wish},
    machine::Machine,
    releases,
};
use club::{
    deposits::Deposit,
    pix::{self, PayoutId, Txid},
    purchases::{Payment, Purchase, Refund},
    withdrawals::{self, Verdict, Withdrawal, WithdrawalStatus},
};
use futures::{StreamExt, stream};
use kernel::{Money, PurchaseId, Shares, WithdrawalId};
use sqlx::{AssertSqlSafe, PgConnection};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};
use tenancy::Actor;
use tokio::time::{Instant, sleep};

/// How many answers are asked for again at once.
const AT_ONCE: usize = 8;
/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// What cannot be on its way any more.
const OPEN: &str =
    "select (select count(*) from withdrawals where status in ('requested', 'approved'))
    + (select count(*) from purchases where released_at is null and release_at <= now())
    + (select count(*) from outbox where delivered_at is null)";
/// A day goes by for what was sent, and whatever is known of it is asked for once more.
const NEXT_DAY: &str = "begin; set local session_replication_role = replica;
    update withdrawals set sent_at = sent_at - interval '25 hours', look_at = now() where payout_id is not null; commit";
const TO_BE_ASKED: &str = "select count(*) from withdrawals
    where look_at <= now() or (status = 'processing' and attention is null)";
const CONTRADICTED: &str = "select count(*) from withdrawals where attention = 'contradiction'";

/// One thing that happened.
enum Deed {
    Deposit(Deposit),
    Purchase(Box<Purchase>),
    Refund(Refund),
    Withdrawal(Box<Withdrawal>),
}

impl Deed {
    fn of(wish: &Wish, answer: &Answer) -> Option<Self> {
        let body = &answer.body;
        let read = matches!(answer.status, 200 | 201).then(|| match wish.path.as_str() {
            "/api/deposits" => serde_json::from_slice(body).map(Self::Deposit),
            "/api/purchases" => serde_json::from_slice(body).map(Self::Purchase),
            "/api/pix/withdrawals" => serde_json::from_slice(body).map(Self::Withdrawal),
            _ => serde_json::from_slice(body).map(Self::Refund),
        });
        read.map(|read| read.expect("what was asked for"))
    }
}

/// What the people know to have happened.
pub(crate) struct Books {
    club: Arc<Club>,
    done: Vec<(Wish, Answer, Deed)>,
    refused: usize,
}

impl Books {
    pub(crate) fn of(club: &Arc<Club>, journal: &Journal) -> Self {
        let entries = journal.entries();
        let all = entries.len();
        let done: Vec<_> = entries
            .into_iter()
            .filter_map(|(wish, answer)| {
                let deed = Deed::of(&wish, &answer)?;
                Some((wish, answer, deed))
            })
            .collect();
        Self {
            club: Arc::clone(club),
            refused: all - done.len(),
            done,
        }
    }

    fn deposits(&self) -> impl Iterator<Item = (usize, &Deposit)> {
        self.done.iter().filter_map(|(wish, _, deed)| match deed {
            Deed::Deposit(deposit) => Some((wish.person, deposit)),
            _ => None,
        })
    }

    fn purchases(&self) -> impl Iterator<Item = &Purchase> {
        self.done.iter().filter_map(|(_, _, deed)| match deed {
            Deed::Purchase(purchase) => Some(&**purchase),
            _ => None,
        })
    }

    fn refunds(&self) -> impl Iterator<Item = &Refund> {
        self.done.iter().filter_map(|(_, _, deed)| match deed {
            Deed::Refund(refund) => Some(refund),
            _ => None,
        })
    }

    fn withdrawals(&self) -> impl Iterator<Item = (usize, WithdrawalId)> {
        self.done.iter().filter_map(|(wish, _, deed)| match deed {
            Deed::Withdrawal(withdrawal) => Some((wish.person, withdrawal.id)),
            _ => None,
        })
    }

    pub(crate) fn summary(&self) -> String {
        format!(
            "{} deposits, {} purchases, {} refunds, {} withdrawals; {} refused",
            self.deposits().count(),
            self.purchases().count(),
            self.refunds().count(),
            self.withdrawals().count(),
            self.refused
        )
    }

    /// Nothing is on its way any more. What the provider never heard of is given back by the operator, a day later.
    pub(crate) async fn wait_until_settled(&self, machine: &Machine) {
        let mut database = machine.database().await;
        for (person, deposit) in self.deposits() {
            self.club.wait_for_payment(person, deposit.id).await;
        }
        wait_for_none(&mut database, OPEN).await;
        sqlx::raw_sql(NEXT_DAY)
            .execute(&mut database)
            .await
            .expect("time goes by");
        wait_for_none(&mut database, TO_BE_ASKED).await;
        assert_eq!(count(&mut database, CONTRADICTED).await, 0);

        let lost: Vec<uuid::Uuid> =
            sqlx::query_scalar("select id from withdrawals where status = 'processing'")
                .fetch_all(&mut database)
                .await
                .expect("the lost");
        println!("{} payouts were lost before they were sent", lost.len());
        let operator = machine.operator().await;
        let ctx = operator.ctx(Actor::Command).await;
        for id in lost {
            let told = withdrawals::decide(&ctx, WithdrawalId(id), Verdict::NotPaid, "Queda.");
            let told = told.await.expect("the operator may");
            assert_eq!(told.status, WithdrawalStatus::Failed);
        }
        drop(ctx);
        operator.leave().await;
        wait_for_none(&mut database, OPEN).await;
    }

    /// Each request, sent again under its key, is answered as before.
    pub(crate) async fn check_answers(&self) {
        stream::iter(&self.done)
            .for_each_concurrent(AT_ONCE, async |(wish, answer, _)| {
                assert_eq!(self.club.send(wish).await, *answer, "{wish:?}");
            })
            .await;
    }

    /// Everybody has what the answers add up to. Of that waits for its day what was not released: each share was released
    /// once, or is still pending.
    pub(crate) async fn check_wallets(&self, machine: &Machine) {
        let waiting = releases::waiting(machine).await;
        let mut pendings = vec![0; self.club.people.len()];
        let mut worth = vec![0; self.club.people.len()];
        for (person, deposit) in self.deposits() {
            worth[person] += deposit.amount.centavos();
        }
        let mut purchases = HashMap::new();
        for purchase in self.purchases() {
            let price = match purchase.payment {
                Payment::Wallet => purchase.price,
                Payment::External => Money::ZERO,
            };
            self.sale(&mut worth, purchase, price, purchase.shares, 1);
            if waiting.contains(&purchase.id.0) {
                self.shares(&mut pendings, purchase, purchase.shares, 1);
            }
            assert!(purchases.insert(purchase.id, purchase).is_none());
        }
        let mut seen = BTreeSet::new();
        for refund in self.refunds() {
            assert!(seen.insert((refund.purchase_id, refund.number)));
            let purchase = purchases[&refund.purchase_id];
            let price = match purchase.payment {
                Payment::Wallet => refund.amount,
                Payment::External => Money::ZERO,
            };
            self.sale(&mut worth, purchase, price, refund.taken_back, -1);
            if waiting.contains(&purchase.id.0) {
                self.shares(&mut pendings, purchase, refund.taken_back, -1);
            }
        }
        self.check_refunded(&purchases);
        for (person, id) in self.withdrawals() {
            let now = self.withdrawal(person, id).await;
            worth[person] -= match now.status {
                WithdrawalStatus::Paid => (now.amount.centavos()) - now.returned_amount.centavos(),
                WithdrawalStatus::Failed => 0,
                status => panic!("{status:?} is no end"),
            };
        }
        for (person, expected) in worth.into_iter().enumerate() {
            let has: club::ledger::WalletBalances = self.club.read(person, "/api/wallet").await;
            let [available, pending, blocked, debt] =
                [has.available, has.pending, has.blocked, has.debt].map(Money::centavos);
            assert_eq!(
                available + pending + blocked - debt,
                expected,
                "{person}: {has:?}"
            );
            assert_eq!(pending, pendings[person], "{person}: {has:?}");
        }
    }

    /// What a sale moves, or a refund the other way.
    fn sale(&self, worth: &mut [i64], purchase: &Purchase, price: Money, shares: Shares, way: i64) {
        let [consumer, merchant] = self.parties(purchase);
        let pool = [
            shares.consumer,
            shares.club,
            shares.consumer_referrer,
            shares.merchant_referrer,
        ];
        let pool: i64 = pool.map(Money::centavos).iter().sum();
        worth[consumer] -= way * price.centavos();
        worth[merchant] += way * (price.centavos() - pool);
        self.shares(worth, purchase, shares, way);
    }

    fn parties(&self, purchase: &Purchase) -> [usize; 2] {
        [&purchase.consumer, &purchase.merchant].map(|party| self.club.place(party.id))
    }

    /// What the people get of a purchase's cashback, or lose again.
    fn shares(&self, worth: &mut [i64], purchase: &Purchase, shares: Shares, way: i64) {
        let [consumer, merchant] = self.parties(purchase);
        worth[consumer] += way * shares.consumer.centavos();
        for (of, share) in [
            (consumer, shares.consumer_referrer),
            (merchant, shares.merchant_referrer),
        ] {
            match self.club.people[of].referrer {
                Some(referrer) => worth[referrer] += way * share.centavos(),
                None => assert!(share.is_zero(), "nobody brought {of}"),
            }
        }
    }

    /// No more was given back of a purchase than it cost.
    fn check_refunded(&self, purchases: &HashMap<PurchaseId, &Purchase>) {
        let mut refunded: BTreeMap<PurchaseId, i64> = BTreeMap::new();
        for refund in self.refunds() {
            *refunded.entry(refund.purchase_id).or_default() += refund.amount.centavos();
        }
        for (id, amount) in refunded {
            assert!(amount <= purchases[&id].price.centavos());
        }
    }

    async fn withdrawal(&self, person: usize, id: WithdrawalId) -> Withdrawal {
        let path = format!("/api/pix/withdrawals/{id}");
        self.club.read(person, &path).await
    }

    /// Each payment that came in is credited once, each withdrawal was paid once or not at all, and there is nothing
    /// beside what was answered.
    pub(crate) async fn check_provider(&self, machine: &Machine) {
        let mut database = machine.database().await;
        for (table, expected) in [
            ("deposits", self.deposits().count()),
            ("purchases", self.purchases().count()),
            ("refunds", self.refunds().count()),
            ("withdrawals", self.withdrawals().count()),
        ] {
            let rows = count(&mut database, &format!("select count(*) from {table}")).await;
            assert_eq!(usize::try_from(rows), Ok(expected), "{table}");
        }
        let operator = machine.operator().await;
        let ctx = operator.ctx(Actor::Command).await;
        let book = pix::book(&ctx).await.expect("the provider's book");
        assert_eq!(book.check(), Ok(()));

        let credited: BTreeMap<String, i64> = sqlx::query_as(
            "select end_to_end_id, amount from received_pix where status = 'credited'",
        )
        .fetch_all(&mut database)
        .await
        .expect("what came in")
        .into_iter()
        .collect();
        let came_in = book.received().iter();
        let came_in: BTreeMap<_, _> = came_in
            .map(|pix| (pix.end_to_end_id.to_string(), pix.amount.centavos()))
            .collect();
        assert_eq!(credited, came_in);
        for (_, deposit) in self.deposits() {
            let txid = Some(Txid::from(deposit.id.0));
            let times = book.received().iter().filter(|pix| pix.txid == txid);
            assert_eq!(times.count(), 1, "{deposit:?}");
        }

        let states: Vec<(uuid::Uuid, String)> =
            sqlx::query_as("select id, status from withdrawals")
                .fetch_all(&mut database)
                .await
                .expect("withdrawals");
        let mut paid = 0;
        for (id, status) in states {
            let times = book.times_paid(&PayoutId::from(id));
            assert_eq!(times, usize::from(status == "paid"), "{id} is {status}");
            paid += times;
        }
        let all = book.payouts().map(|payout| book.times_paid(&payout.id));
        assert_eq!(all.sum::<usize>(), paid, "payouts of nobody");
        println!("{paid} withdrawals were paid");
        drop(ctx);
        operator.leave().await;
    }
}

async fn count(database: &mut PgConnection, question: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(question.to_owned()))
        .fetch_one(database)
        .await
        .expect("the club's database answers")
}

async fn wait_for_none(database: &mut PgConnection, question: &str) {
    let end = Instant::now() + PATIENCE;
    loop {
        let left = count(database, question).await;
        if left == 0 {
            return;
        }
        assert!(Instant::now() < end, "{left} are left of {question}");
        sleep(LOOK).await;
    }
}
