//! Random purchases, refunds, releases, deposits, withdrawals, blocks and overrides, on two nodes, compared with a model in memory
//! after each.
//!
//! Run one again with `CLUBE_TEST_SEED`.

mod blocks;
mod cash;
mod sales;
mod taken;

use super::*;
use crate::testing::{Dice, Outcome};
use kernel::{Shares, WalletBlockId};
use std::collections::BTreeMap;
use time::{Duration, OffsetDateTime};

/// The books as they should be: centavos by account.
#[derive(Default)]
struct Model {
    balances: BTreeMap<Account, i64>,
    /// What each user paid in, less what they took out.
    paid_in: BTreeMap<UserId, i64>,
    purchases: Vec<Known>,
    /// What blocks hold, by their users.
    blocks: Vec<(WalletBlockId, UserId, i64)>,
    credit: i64,
    /// Of the merchant's wallet: it follows the credit at the next external sale or refund.
    floor: i64,
    days: i16,
}

/// A purchase as the model knows it.
struct Known {
    id: PurchaseId,
    payment: Payment,
    price: Money,
    shares: Shares,
    refunded: i64,
    release_at: OffsetDateTime,
    is_released: bool,
}

impl Model {
    fn get(&self, account: Account) -> i64 {
        self.balances.get(&account).copied().unwrap_or_default()
    }

    fn add(&mut self, account: Account, centavos: i64) {
        *self.balances.entry(account).or_default() += centavos;
    }

    /// Money from outside of the club, or to it.
    fn pay_in(&mut self, user: UserId, centavos: i64) {
        *self.paid_in.entry(user).or_default() += centavos;
        self.add(Account::Wallet(user), centavos);
    }

    /// Cashback reaches a wallet: a debt first.
    fn cashback(&mut self, user: UserId, centavos: i64) {
        let pays = centavos.min(-self.get(Account::Debt(user)));
        self.add(Account::Debt(user), pays);
        self.add(Account::Wallet(user), centavos - pays);
    }

    /// What was spent is owed.
    fn take(&mut self, user: UserId, centavos: i64) {
        let there = self.get(Account::Wallet(user)).clamp(0, centavos);
        self.add(Account::Wallet(user), -there);
        self.add(Account::Debt(user), there - centavos);
    }
}

struct Run {
    market: Market,
    bank: cash::Bank,
    model: Model,
    dice: Dice,
    seed: u64,
}

impl Run {
    fn expect<T: std::fmt::Debug>(&self, came: Result<T>, allowed: bool) -> Option<T> {
        match came {
            Ok(came) => {
                assert!(allowed, "seed {}: {came:?} should be refused", self.seed);
                Some(came)
            }
            Err(error) => {
                let short = error.code == "insufficient_balance";
                assert!(!allowed && short, "seed {}: {error:?}", self.seed);
                None
            }
        }
    }

    async fn step(&mut self) {
        match self.dice.upto(21) {
            1..=3 => self.deposit().await,
            4..=6 => self.buy(Payment::Wallet).await,
            7..=9 => self.buy(Payment::External).await,
            10..=12 => self.refund().await,
            13 => self.release().await,
            14 => self.settle().await,
            15 | 16 => self.withdraw().await,
            17 | 18 => self.block().await,
            19 => self.lift().await,
            _ => self.hear().await,
        }
    }

    async fn compare(&self) {
        for (account, balance) in &self.model.balances {
            let found = self.market.balance(*account).await;
            assert_eq!(found, *balance, "seed {}: {account:?}", self.seed);
        }
    }
}

#[tokio::test]
async fn random_operations_do_as_the_model_does() -> Outcome {
    let seed = Dice::seed();
    println!("CLUBE_TEST_SEED={seed}");
    let market = Market::new().await;
    let mut run = Run {
        bank: cash::Bank::open(&market).await,
        market,
        model: Model::default(),
        dice: Dice::new(seed),
        seed,
    };
    run.begin().await;
    for _ in 0..220 {
        run.step().await;
        run.compare().await;
    }
    run.check_bank().await;
    // What is left of every purchase goes back, with the merchant's wallet filled: everybody is restored or owes.
    let merchant = run.market.merchant.id;
    run.market.deposit(merchant, 10_000_000).await;
    run.model.pay_in(merchant, 10_000_000);
    run.model.add(Account::Clearing, -10_000_000);
    for nth in 0..run.model.purchases.len() {
        let known = &run.model.purchases[nth];
        let left = known.price.centavos() - known.refunded;
        if left > 0 {
            run.give_back(nth, left).await;
        }
    }
    run.compare().await;
    assert_eq!(run.market.balance(Account::Club).await, 0, "seed {seed}");
    let market = &run.market;
    for user in [
        market.consumer.id,
        market.merchant.id,
        market.consumer_referrer.id,
        market.merchant_referrer.id,
    ] {
        let pending = market.balance(Account::Pending(user)).await;
        assert_eq!(pending, 0, "seed {seed}");
        let mut worth = 0;
        for account in [Account::Wallet, Account::Blocked, Account::Debt] {
            worth += market.balance(account(user)).await;
        }
        let paid_in = run.model.paid_in.get(&user).copied().unwrap_or_default();
        assert_eq!(worth, paid_in, "seed {seed}");
    }
    run.market.audit().await;
    Ok(())
}
