//! Random operations, compared with the model after each.

use super::model::{Dice, Model};
use super::*;
use crate::ledger::{StatementFilter, StatementRequest, fold, post_batch, set_credit, statement};
use futures::future::join_all;

struct Run {
    ledger: Ledger,
    users: [UserId; 4],
    dice: Dice,
    seed: u64,
    model: Model,
}

impl Run {
    fn account(&mut self) -> Account {
        let user = self.dice.pick(&self.users);
        self.dice.pick(&[
            Account::Wallet(user),
            Account::Wallet(user),
            Account::Wallet(user),
            Account::Pending(user),
            Account::Blocked(user),
            Account::Debt(user),
            Account::Club,
            Account::Clearing,
            Account::External,
        ])
    }

    /// Two to five legs among random accounts.
    fn posting(&mut self) -> Posting {
        loop {
            let mut posting = self.ledger.posting(self.dice.pick(&TransactionKind::ALL));
            for _ in 0..self.dice.upto(3) {
                let amount = Money::from_centavos(self.dice.upto(40));
                let (from, to) = (self.account(), self.account());
                let line = self.dice.pick(&TransactionKind::ALL);
                posting = match self.dice.upto(2) {
                    1 => posting.debit(from, amount).credit(to, amount),
                    _ => posting.debit(from, amount).credit_as(line, to, amount),
                };
            }
            if !posting.moves_nothing() {
                return posting;
            }
        }
    }

    /// Something posted before, sometimes with other content.
    fn repeated(&mut self) -> Posting {
        if self.model.posted.is_empty() {
            return self.posting();
        }
        let nth = i64::try_from(self.model.posted.len()).expect("few");
        let nth = usize::try_from(self.dice.upto(nth) - 1).expect("few");
        let mut posting = self.model.posted[nth].clone();
        match self.dice.upto(6) {
            1 => posting.subject_id = self.ledger.clock.new_id(),
            2 if posting.reverses.is_none() => posting.legs = self.posting().legs,
            _ => {}
        }
        posting
    }

    fn reversal(&mut self) -> Posting {
        let of = self.repeated();
        let Some(of) = self.model.posted.iter().find(|posted| posted.id == of.id) else {
            return of;
        };
        self.ledger
            .posting(TransactionKind::Adjustment)
            .reversing(of.id, &of.legs)
    }

    fn any(&mut self) -> Posting {
        match self.dice.upto(10) {
            1 => self.reversal(),
            2 => self.repeated(),
            _ => self.posting(),
        }
    }

    /// The same outcome; of a refusal, one of the reasons.
    fn compare<T>(&self, came: Result<T>, expected: Result<T, Vec<&'static str>>)
    where
        T: PartialEq + std::fmt::Debug,
    {
        let seed = self.seed;
        match (came, expected) {
            (Ok(came), Ok(expected)) => assert_eq!(came, expected, "seed {seed}"),
            (Err(error), Err(reasons)) => {
                assert!(
                    reasons.contains(&&*error.code),
                    "seed {seed}: {error:?}, not {reasons:?}"
                );
            }
            (came, expected) => panic!("seed {seed}: {came:?}, not {expected:?}"),
        }
    }

    async fn step(&mut self) {
        match self.dice.upto(20) {
            1..=10 => {
                let posting = self.any();
                let expected = self.model.post(&posting);
                self.compare(self.ledger.post(&posting).await, expected);
            }
            11..=14 => {
                let batch: Vec<_> = (0..self.dice.upto(6)).map(|_| self.any()).collect();
                let expected = self.model.post_batch(&batch);
                let came = post_batch(&mut *self.ledger.conn().await, &batch).await;
                self.compare(came, expected);
            }
            15..=16 => {
                fold(&mut *self.ledger.conn().await).await.expect("folded");
            }
            17 => {
                let (user, credit) = (self.dice.pick(&self.users), self.dice.upto(100) - 1);
                let expected = self.model.set_credit(user, credit);
                let came = set_credit(
                    &mut *self.ledger.conn().await,
                    user,
                    Money::from_centavos(credit),
                )
                .await;
                self.compare(came, expected);
            }
            _ => self.at_once().await,
        }
    }

    /// Many at once: which of them are refused depends on who comes first, but what was posted adds up.
    async fn at_once(&mut self) {
        let postings: Vec<_> = (0..8).map(|_| self.posting()).collect();
        let twice = postings.iter().chain(&postings);
        let folding = async { fold(&mut *self.ledger.conn().await).await };
        let (outcomes, folded) = tokio::join!(
            join_all(twice.map(|posting| self.ledger.post(posting))),
            folding
        );
        folded.expect("folded");
        let (first, second) = outcomes.split_at(postings.len());
        for ((posting, first), second) in postings.iter().zip(first).zip(second) {
            let outcomes = [first, second];
            for error in outcomes.iter().filter_map(|one| one.as_ref().err()) {
                let known = ["insufficient_balance", "debt_overpaid"].contains(&&*error.code);
                assert!(known, "seed {}: {error:?}", self.seed);
            }
            let now = outcomes
                .into_iter()
                .filter(|one| **one == Ok(Posted::Now))
                .count();
            assert!(now <= 1, "seed {}: {posting:?} posted twice", self.seed);
            if now == 1 {
                self.model.write(posting);
            }
        }
        assert_eq!(self.model.beyond_limits(), [], "seed {}", self.seed);
    }

    async fn compare_all(&mut self) {
        fold(&mut *self.ledger.conn().await).await.expect("folded");
        let newest = StatementRequest {
            limit: Some(1),
            cursor: None,
        };
        for account in self.model.accounts() {
            let balance = self.model.balance(account);
            assert_eq!(
                self.ledger.balance(account).await,
                balance,
                "seed {}: {account:?}",
                self.seed
            );
            let conn = &mut *self.ledger.conn().await;
            let page = statement(conn, account, &StatementFilter::default(), newest)
                .await
                .expect("a page");
            let last = page
                .data
                .first()
                .map_or((0, 0), |entry| (entry.version, entry.balance.centavos()));
            assert_eq!(
                last,
                (self.model.entries(account), balance),
                "seed {}: {account:?}",
                self.seed
            );
        }
        assert_eq!(self.ledger.audit().await, [], "seed {}", self.seed);
    }
}

/// Run one again with `CLUBE_TEST_SEED`.
#[tokio::test]
async fn random_operations_do_as_the_model_does() {
    let seed = Dice::seed();
    println!("CLUBE_TEST_SEED={seed}");
    let ledger = Ledger::new().await;
    let users = ledger.users().await;
    let mut run = Run {
        ledger,
        users,
        dice: Dice::new(seed),
        seed,
        model: Model::default(),
    };
    for _ in 0..5 {
        for _ in 0..60 {
            run.step().await;
        }
        run.compare_all().await;
    }
}
