//! The people's side: who they are, what they send until it is answered, and what they were answered.

use crate::machine::{Machine, SLUG, password};
use club::{
    cashback::{self, MoneySettingsPatch},
    deposits::Deposit,
    kyc::{self, KycLimits},
    pix::{
        self,
        sandbox::{Manner, Script},
    },
    users::User,
    withdrawals,
};
use kernel::{DepositId, Money, Percent, UserId};
use reqwest::{Client, RequestBuilder};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tenancy::{Actor, tenants::WithdrawalConfig};
use tokio::{
    sync::watch,
    time::{Instant, sleep, timeout},
};

/// How long anything may take until it works again.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);
/// Between two tries.
const AGAIN: Duration = Duration::from_millis(20);

/// Somebody with a wallet.
pub(crate) struct Person {
    pub(crate) user: User,
    pub(crate) token: String,
    /// Who brought them: the place in [`Club::people`].
    pub(crate) referrer: Option<usize>,
}

/// The club as its people know it.
pub(crate) struct Club {
    pub(crate) people: Vec<Person>,
    address: watch::Receiver<String>,
    client: Client,
}

/// How many of the people are consumers; the others are merchants.
pub(crate) const CONSUMERS: usize = 4;
const PEOPLE: usize = 6;

impl Club {
    /// People join, and the operator says what holds here.
    pub(crate) async fn found(machine: &Machine) -> Self {
        let mut club = Self {
            people: Vec::new(),
            address: machine.address(),
            client: Client::builder()
                .timeout(Duration::from_secs(20))
                .build()
                .expect("a client"),
        };
        for number in 0..PEOPLE {
            club.join(number).await;
        }
        club.settle(machine).await;
        club
    }

    /// What the operator says: charges are paid at once, withdrawals sent without anybody's approval, what becomes of them
    /// depends on the amount, and cashback waits for the next day.
    async fn settle(&self, machine: &Machine) {
        let operator = machine.operator().await;
        let ctx = operator.ctx(Actor::Command).await;
        let rules = WithdrawalConfig {
            min_amount: Money::from_centavos(1_00),
            automatic_approval_limit: Money::from_centavos(1_000_00),
            ..WithdrawalConfig::default()
        };
        let set = withdrawals::change_settings(&ctx, rules).await;
        set.expect("the operator may");
        let set = kyc::change_limits(&ctx, KycLimits::default()).await;
        set.expect("the operator may");
        let rules = MoneySettingsPatch {
            release_days: Some(1),
            ..MoneySettingsPatch::default()
        };
        let set = cashback::change_settings(&ctx, rules).await;
        set.expect("the operator may");
        for script in [
            Script::Payouts(Manner::Efi),
            Script::PayCharges(Some(0)),
            Script::Webhooks {
                delay: 0,
                copies: 2,
                shuffled: true,
            },
        ] {
            pix::play(&ctx, script).await.expect("it plays");
        }
        for merchant in &self.people[CONSUMERS..] {
            let ctx = operator.ctx(Actor::User(merchant.user.id)).await;
            let percent = Percent::parse("12.5").expect("a percentage");
            let set = cashback::set_my_percent(&ctx, percent).await;
            set.expect("a merchant may");
        }
        drop(ctx);
        operator.leave().await;
    }

    /// The first of each kind came by themselves; each other was brought by the one before.
    async fn join(&mut self, number: usize) {
        let is_consumer = number < CONSUMERS;
        let referrer = number.checked_sub(1).filter(|_| number != CONSUMERS);
        let new = json!({
            "firstName": format!("Pessoa {number}"), "lastName": "Souza", "email": format!("p{number}@example.com"),
            "password": password().expose_secret(), "cpf": cpf(number),
            "userType": if is_consumer { "consumer" } else { "merchant" },
            "referredBy": referrer.map(|referrer| self.people[referrer].user.referral_id.clone()),
        });
        let request = self.client.post(self.url("/api/auth/register")).json(&new);
        let answer = request.header("x-tenant-slug", SLUG).send().await;
        let answer: Value = answer.expect("an answer").json().await.expect("JSON");
        let user = User::deserialize(&answer["user"]).unwrap_or_else(|_| panic!("{answer}"));
        let token = answer["accessToken"].as_str().expect("a token").to_owned();
        self.people.push(Person {
            user,
            token,
            referrer,
        });
        let key = json!({ "type": "cpf", "key": cpf(number) });
        let request = self.client.put(self.url("/api/profile/pix-key")).json(&key);
        let answer = self.try_once(self.signed(request, number)).await;
        assert_eq!(answer.expect("an answer").status, 200);
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", *self.address.borrow())
    }

    fn signed(&self, request: RequestBuilder, person: usize) -> RequestBuilder {
        let token = &self.people[person].token;
        request.bearer_auth(token).header("x-tenant-slug", SLUG)
    }

    /// Reads something, however often it takes.
    pub(crate) async fn read<T: for<'de> Deserialize<'de>>(&self, person: usize, path: &str) -> T {
        let answer = self.ask(|| self.client.get(self.url(path)), person).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        serde_json::from_slice(&answer.body).expect("what was asked for")
    }

    /// Looks at a deposit until it is credited.
    pub(crate) async fn wait_for_payment(&self, person: usize, id: DepositId) {
        let path = format!("/api/deposits/{id}");
        let end = Instant::now() + PATIENCE;
        loop {
            let now: Deposit = self.read(person, &path).await;
            if now.paid_at.is_some() {
                assert_eq!(now.paid_amount, now.amount, "{now:?}");
                return;
            }
            assert!(Instant::now() < end, "it is not credited: {now:?}");
            sleep(AGAIN).await;
        }
    }

    /// Sends a request that moves money until there is an answer to it, always under the same key.
    pub(crate) async fn send(&self, wish: &Wish) -> Answer {
        let request = || {
            let request = self.client.post(self.url(&wish.path));
            request
                .header("idempotency-key", &wish.key)
                .json(&wish.body)
        };
        self.ask(request, wish.person).await
    }

    async fn ask(&self, request: impl Fn() -> RequestBuilder, person: usize) -> Answer {
        let end = Instant::now() + PATIENCE;
        loop {
            let answer = self.try_once(self.signed(request(), person)).await;
            match answer {
                Some(answer) if !answer.is_for_later() => return answer,
                answer => assert!(Instant::now() < end, "no answer but {answer:?}"),
            }
            sleep(AGAIN).await;
        }
    }

    /// `None` when the answer got lost.
    async fn try_once(&self, request: RequestBuilder) -> Option<Answer> {
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.ok()?.to_vec();
        Some(Answer { status, body })
    }

    /// The place of a user among the people.
    pub(crate) fn place(&self, id: UserId) -> usize {
        let place = self.people.iter().position(|person| person.user.id == id);
        place.expect("one of ours")
    }
}

/// What somebody wants to happen, once.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) person: usize,
    pub(crate) key: String,
    pub(crate) path: String,
    pub(crate) body: Value,
}

/// What the program said to it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status, String::from_utf8_lossy(&self.body))
    }
}

impl Answer {
    /// The code of a refusal.
    pub(crate) fn code(&self) -> String {
        let body: Value = serde_json::from_slice(&self.body).unwrap_or_default();
        body["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Whether the same request is to be sent again.
    fn is_for_later(&self) -> bool {
        self.status == 503 || (self.status == 409 && self.code() == "idempotency_in_progress")
    }
}

/// Everything that was answered.
#[derive(Default)]
pub(crate) struct Journal {
    entries: Mutex<Vec<(Wish, Answer)>>,
    count: watch::Sender<u64>,
}

impl Journal {
    pub(crate) fn write(&self, wish: Wish, answer: Answer) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.push((wish, answer));
        self.count.send_modify(|count| *count += 1);
    }

    /// All until now.
    pub(crate) fn entries(&self) -> Vec<(Wish, Answer)> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.clone()
    }

    /// Somebody is answered again: the program works, and is at work.
    pub(crate) async fn wait_for_another_answer(&self) {
        let mut count = self.count.subscribe();
        let before = *count.borrow();
        let more = timeout(PATIENCE, count.wait_for(|count| *count > before)).await;
        more.expect("it answers again").expect("a journal");
    }
}

/// A tax number that nobody else has here.
fn cpf(number: usize) -> String {
    let mut digits: Vec<usize> = format!("52998{number:04}")
        .bytes()
        .map(|digit| usize::from(digit - b'0'))
        .collect();
    for _ in 0..2 {
        let first = digits.len() + 1;
        let sum: usize = digits
            .iter()
            .zip((2..=first).rev())
            .map(|(digit, weight)| digit * weight)
            .sum();
        digits.push(sum * 10 % 11 % 10);
    }
    digits.iter().map(ToString::to_string).collect()
}
