//! What people do all the time.

use crate::{
    client::{CONSUMERS, Club, Journal, Wish},
    dice::Dice,
};
use club::{deposits::Deposit, purchases::Purchase};
use futures::future::join_all;
use kernel::{Money, Page, PurchaseId};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// How many things each person does at once.
const HANDS: usize = 2;

/// Everybody puts something to spend into the wallet, and waits for it.
pub(crate) async fn begin_with_money(club: &Arc<Club>, journal: &Arc<Journal>) {
    let all = (0..club.people.len()).map(|person| async move {
        let wish = Wish {
            person,
            key: "first".to_owned(),
            path: "/api/deposits".to_owned(),
            body: json!({ "amount": "9000.00" }),
        };
        let answer = club.send(&wish).await;
        let deposit: Deposit = serde_json::from_slice(&answer.body).expect("a deposit");
        journal.write(wish, answer);
        club.wait_for_payment(person, deposit.id).await;
    });
    join_all(all).await;
}

/// Everybody begins. What comes back ends when they were told to stop and have the answer to what they sent last.
pub(crate) fn begin(
    club: &Arc<Club>,
    journal: &Arc<Journal>,
    dice: &mut Dice,
    stop: &CancellationToken,
) -> impl Future<Output = ()> + use<> {
    let hands = (0..club.people.len() * HANDS).map(|number| {
        let hand = Hand {
            club: Arc::clone(club),
            journal: Arc::clone(journal),
            dice: Dice::new(dice.number()),
            person: number / HANDS,
            name: format!("hand-{number}"),
            done: 0,
            sales: Vec::new(),
        };
        tokio::spawn(hand.work(stop.clone()))
    });
    let hands = join_all(hands.collect::<Vec<_>>());
    async move {
        for hand in hands.await {
            hand.expect("it works until it is told to stop");
        }
    }
}

/// One of the things that a person does.
struct Hand {
    club: Arc<Club>,
    journal: Arc<Journal>,
    dice: Dice,
    person: usize,
    name: String,
    done: usize,
    /// What a merchant may give back.
    sales: Vec<PurchaseId>,
}

impl Hand {
    async fn work(mut self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            let is_merchant = self.person >= CONSUMERS;
            match self.dice.below(20) {
                0 => {
                    let amount = self.dice.money(1_00, 500_00);
                    self.deposit(amount).await;
                }
                1 | 2 => self.withdraw().await,
                3..=8 if is_merchant => self.give_back().await,
                _ if is_merchant => self.sell().await,
                _ => self.buy().await,
            }
        }
    }

    /// Sends it until it is answered; the answer's body unless it is refused.
    async fn wish(&mut self, path: String, body: Value) -> Option<Vec<u8>> {
        self.done += 1;
        let wish = Wish {
            person: self.person,
            key: format!("{}-{}", self.name, self.done),
            path,
            body,
        };
        let answer = self.club.send(&wish).await;
        let is_done = matches!(answer.status, 200 | 201);
        let is_refused = matches!(
            answer.code().as_str(),
            "insufficient_balance" | "already_refunded" | "too_many_waiting"
        );
        // Another hand was faster.
        let is_too_much = answer.status == 422 && wish.path.ends_with("/refunds");
        assert!(is_done || is_refused || is_too_much, "{wish:?} {answer:?}");
        let body = is_done.then(|| answer.body.clone());
        self.journal.write(wish, answer);
        body
    }

    async fn deposit(&mut self, amount: Money) {
        let body = json!({ "amount": amount });
        let Some(body) = self.wish("/api/deposits".to_owned(), body).await else {
            return;
        };
        let deposit: Deposit = serde_json::from_slice(&body).expect("a deposit");
        // As an app does that shows the code: it looks whether it is paid.
        let path = format!("/api/deposits/{}", deposit.id);
        self.club.read::<Deposit>(self.person, &path).await;
    }

    /// The amounts are those that have a meaning to the provider: it pays, pays and takes back, or refuses.
    async fn withdraw(&mut self) {
        let body = json!({ "amount": self.dice.money(1_00, 25_00) });
        self.wish("/api/pix/withdrawals".to_owned(), body).await;
    }

    async fn buy(&mut self) {
        let merchants = self.club.people.len() - CONSUMERS;
        let merchant = CONSUMERS + self.dice.place(merchants);
        let body = json!({
            "payment": "wallet", "price": self.dice.money(1, 200_00),
            "merchantId": self.club.people[merchant].user.id,
        });
        self.wish("/api/purchases".to_owned(), body).await;
    }

    async fn sell(&mut self) {
        let consumer = self.dice.place(CONSUMERS);
        let mut body = json!({
            "payment": "external", "price": self.dice.money(1, 200_00),
            "consumer": { "referralId": self.club.people[consumer].user.referral_id },
        });
        if self.dice.below(2) == 0 {
            body["receiptNumber"] = format!("{} {}", self.name, self.done).into();
        }
        if let Some(body) = self.wish("/api/purchases".to_owned(), body).await {
            let purchase: Purchase = serde_json::from_slice(&body).expect("a purchase");
            self.sales.push(purchase.id);
        }
    }

    /// The last sale or one before, whole or a part; also what somebody bought from the wallet.
    async fn give_back(&mut self) {
        if self.dice.below(2) == 0 {
            let bought: Page<Purchase> = self
                .club
                .read(self.person, "/api/purchases?payment=wallet&limit=5")
                .await;
            self.sales
                .extend(bought.data.iter().map(|purchase| purchase.id));
        }
        if self.sales.is_empty() {
            return;
        }
        let place = self.dice.place(self.sales.len());
        let sale = self.sales.swap_remove(place);
        let path = format!("/api/purchases/{sale}");
        let standing: Purchase = self.club.read(self.person, &path).await;
        let mut body = json!({});
        if self.dice.below(2) == 0 {
            // Another hand may give back as much at the same time; a centavo is there for three of them.
            let third = standing.price.centavos() / 3;
            if third > 0 && standing.refunded.is_zero() {
                body["amount"] = json!(Money::from_centavos(third));
                self.sales.push(sale);
            }
        }
        self.wish(format!("{path}/refunds"), body).await;
    }
}
