//! Purchases and refunds, each asked for at two nodes at once under one key, releases, and what the club settles about them.

use super::*;
use crate::purchases::rules::{difference, total};
use kernel::CashbackSplit;

impl Run {
    fn users_of(&self, shares: Shares) -> [(UserId, i64); 3] {
        [
            (self.market.consumer.id, shares.consumer.centavos()),
            (
                self.market.consumer_referrer.id,
                shares.consumer_referrer.centavos(),
            ),
            (
                self.market.merchant_referrer.id,
                shares.merchant_referrer.centavos(),
            ),
        ]
    }

    pub(super) async fn buy(&mut self, payment: Payment) {
        let most = self.dice.pick(&[9, 5_000, 5_000, 5_000]);
        let price = self.dice.upto(most);
        let (consumer_id, merchant_id) = (self.market.consumer.id, self.market.merchant.id);
        let (consumer, merchant) = (Account::Wallet(consumer_id), Account::Wallet(merchant_id));
        let percent =
            Percent::from_ten_thousandths(self.dice.upto(1_000_000)).expect("a percentage");
        self.market.percent(&percent.to_string()).await;
        let pool = Money::from_centavos(price).share(percent).centavos();
        let (came, allowed) = match payment {
            Payment::Wallet => (
                self.record(consumer_id, from_wallet(merchant_id, price))
                    .await,
                price <= self.model.get(consumer),
            ),
            Payment::External => {
                self.follow_credit();
                let allowed = pool == 0 || self.model.get(merchant) - pool >= self.model.floor;
                let code = self.market.consumer.referral_id.clone();
                (
                    self.record(merchant_id, paid_outside(price, &code)).await,
                    allowed,
                )
            }
        };
        let Some(purchase) = self.expect(came, allowed) else {
            return;
        };
        let shares = purchase.shares;
        assert_eq!(purchase.pool.centavos(), pool);
        if payment == Payment::Wallet {
            self.model.add(consumer, -price);
            self.model.add(merchant, price);
        }
        self.model.add(merchant, -pool);
        self.model.add(Account::Club, shares.club.centavos());
        let is_released = self.model.days == 0;
        for (user, share) in self.users_of(shares) {
            if is_released {
                self.model.cashback(user, share);
            } else {
                self.model.add(Account::Pending(user), share);
            }
        }
        self.model.purchases.push(Known {
            id: purchase.id,
            payment,
            price: purchase.price,
            shares,
            refunded: 0,
            release_at: purchase.release_at,
            is_released,
        });
    }

    /// A purchase that is asked for at both nodes at once.
    async fn record(&self, actor: UserId, new: NewPurchase) -> Result<Purchase> {
        let [here, there] = self.nodes(Actor::User(actor));
        let key = some_key(&here);
        let (one, other) =
            tokio::join!(record(&here, &key, new.clone()), record(&there, &key, new));
        cash::only(one, other)?.read()
    }

    fn follow_credit(&mut self) {
        let wallet = self.model.get(Account::Wallet(self.market.merchant.id));
        self.model.floor = -self.model.credit.max(-wallet);
    }

    pub(super) async fn refund(&mut self) {
        let count = i64::try_from(self.model.purchases.len()).expect("few");
        if count == 0 {
            return;
        }
        let nth = usize::try_from(self.dice.upto(count) - 1).expect("few");
        let known = &self.model.purchases[nth];
        let left = known.price.centavos() - known.refunded;
        if left == 0 {
            return;
        }
        let amount = if self.dice.upto(2) == 1 {
            left
        } else {
            self.dice.upto(left)
        };
        self.give_back(nth, amount).await;
    }

    pub(super) async fn give_back(&mut self, nth: usize, amount: i64) {
        let known = &self.model.purchases[nth];
        let sum = known.refunded + amount;
        let [before, after] = [known.refunded, sum].map(|refunded| known.taken_back(refunded));
        let step = difference(after, before);
        let pool = total(step).centavos();
        let (id, payment, is_released) = (known.id, known.payment, known.is_released);
        let merchant = Account::Wallet(self.market.merchant.id);
        let change = if payment == Payment::Wallet {
            pool - amount
        } else {
            pool
        };
        self.follow_credit();
        let allowed = change >= 0 || self.model.get(merchant) + change >= self.model.floor;
        let new = NewRefund {
            amount: Some(Money::from_centavos(amount)),
            reason: None,
        };
        let [here, there] = self.nodes(Actor::User(self.market.merchant.id));
        let key = some_key(&here);
        let (one, other) = tokio::join!(
            refund(&here, &key, id, new.clone()),
            refund(&there, &key, id, new)
        );
        let Some(answer) = self.expect(cash::only(one, other), allowed) else {
            return;
        };
        let refund: Refund = answer.read().expect("a refund");
        assert_eq!(refund.taken_back, step, "seed {}", self.seed);
        self.model.purchases[nth].refunded = sum;
        if payment == Payment::Wallet {
            self.model
                .add(Account::Wallet(self.market.consumer.id), amount);
        }
        self.model.add(merchant, change);
        self.model.add(Account::Club, -step.club.centavos());
        for (user, share) in self.users_of(step) {
            if is_released {
                self.model.take(user, share);
            } else {
                self.model.add(Account::Pending(user), -share);
            }
        }
    }

    pub(super) async fn release(&mut self) {
        self.market.club.wait(Duration::days(self.dice.upto(3)));
        let now = self.market.club.ctx(Actor::Command).now();
        let [here, there] = self.nodes(Actor::Job("release"));
        let (one, other) = tokio::join!(release_due(&here), release_due(&there));
        let released = one.expect("released") + other.expect("released");
        let mut due = 0;
        for nth in 0..self.model.purchases.len() {
            let known = &mut self.model.purchases[nth];
            if known.is_released || known.release_at > now {
                continue;
            }
            known.is_released = true;
            due += 1;
            let left = difference(known.shares, known.taken_back(known.refunded));
            for (user, share) in self.users_of(left) {
                self.model.add(Account::Pending(user), -share);
                self.model.cashback(user, share);
            }
        }
        assert_eq!(released, due, "seed {}", self.seed);
    }

    pub(super) async fn settle(&mut self) {
        self.model.days = i16::try_from(self.dice.upto(4) - 1).expect("few");
        self.model.credit = self.dice.upto(2_000) - 1;
        self.market
            .settings(self.model.days, self.model.credit)
            .await;
        let mut cuts = [0; 3].map(|_: i64| self.dice.upto(1_000_001) - 1);
        cuts.sort_unstable();
        let percent = |parts| Percent::from_ten_thousandths(parts).expect("a percentage");
        let split = CashbackSplit {
            consumer_percent: percent(cuts[0]),
            club_percent: percent(cuts[1] - cuts[0]),
            consumer_referrer_percent: percent(cuts[2] - cuts[1]),
            merchant_referrer_percent: percent(1_000_000 - cuts[2]),
        };
        let user = self
            .dice
            .pick(&[self.market.consumer.id, self.market.merchant.id]);
        let operator = self.market.club.ctx_of(Role::Operator);
        let set = if self.dice.upto(3) == 1 {
            cashback::clear_for_user(&operator, user).await
        } else {
            cashback::set_for_user(&operator, user, split, "dados").await
        };
        set.expect("an operator may");
    }
}
