//! Random requests, decisions, faults, webhooks, returns and passing time on two nodes; in the end every withdrawal was paid
//! once or returned once, and the bank's book and ours are the same.
//!
//! Run one again with `CLUBE_TEST_SEED`.

use super::*;
use crate::{
    testing::{Dice, Outcome},
    withdrawals::{Verdict, WithdrawalFilter, list, reject, review::decide_with},
};
use kernel::PageRequest;
use std::collections::BTreeMap;
use tenancy::Origin;
use time::Duration;

const STEPS: usize = 120;
const OPENING: i64 = 3_000_00;

struct Run {
    desk: Desk,
    there: Ctx,
    dice: Dice,
    /// Gross and net of what was asked for.
    asked: BTreeMap<WithdrawalId, (i64, i64)>,
}

impl Run {
    /// A job's context on one of the nodes.
    fn node(&mut self) -> Ctx {
        if self.dice.upto(2) == 1 {
            self.desk.job()
        } else {
            self.there.clone()
        }
    }

    async fn request(&mut self) -> Outcome {
        let centavos = 50_00 + self.dice.upto(150_00);
        match self.desk.request(centavos).await {
            Ok(new) => {
                let net = new.net_amount.centavos();
                self.asked.insert(new.id, (centavos, net));
            }
            Err(error) => assert_eq!(error.code, "insufficient_balance"),
        }
        Ok(())
    }

    /// Some withdrawal with this status, if there is one.
    async fn some(&mut self, status: WithdrawalStatus) -> Result<Option<WithdrawalId>> {
        let filter = WithdrawalFilter {
            status: Some(status),
            ..WithdrawalFilter::default()
        };
        let page = PageRequest {
            limit: Some(100),
            cursor: None,
        };
        let ids: Vec<_> = list(&self.desk.operator(), filter, page)
            .await?
            .data
            .iter()
            .map(|withdrawal| withdrawal.id)
            .collect();
        Ok((!ids.is_empty()).then(|| self.dice.pick(&ids)))
    }

    fn tell(&mut self) -> Outcome {
        let fault = match self.dice.upto(5) {
            1 => Fault::LostAnswer,
            2 => Fault::NoAnswer,
            3 => Fault::Garbled,
            4 => Fault::Unreachable,
            _ => Fault::Refuse("AB03".to_owned()),
        };
        let call = self
            .dice
            .pick(&[To::Send, To::Send, To::GetPayout, To::Balance]);
        let manner =
            self.dice
                .pick(&[Manner::Settle, Manner::Settle, Manner::Reject, Manner::Hold]);
        let script = match self.dice.upto(3) {
            1 => Script::Payouts(manner),
            2 => fail(call, fault),
            _ => Script::Webhooks {
                delay: self.dice.pick(&[0, 30, 4_000]),
                copies: self.dice.pick(&[1, 2, 3]),
                shuffled: self.dice.upto(2) == 1,
            },
        };
        self.desk.sandbox.play(script)?;
        Ok(())
    }

    /// A recipient's bank gives a part back.
    async fn give_back(&mut self) -> Outcome {
        if let Some(id) = self.some(WithdrawalStatus::Paid).await? {
            let (_, net) = self.asked[&id];
            let amount = Money::from_centavos(self.dice.upto(net));
            let id = PayoutId::from(id.0);
            self.desk.sandbox.play(Script::ReturnPayout {
                id,
                amount,
                after: 0,
            })?;
        }
        Ok(())
    }

    async fn step(&mut self) -> Outcome {
        match self.dice.upto(12) {
            1..=3 => self.request().await?,
            4 | 5 => {
                if let Some(id) = self.some(WithdrawalStatus::Requested).await? {
                    approve(&self.desk.operator(), id).await?;
                }
            }
            6 => {
                let statuses = [WithdrawalStatus::Requested, WithdrawalStatus::Approved];
                let status = self.dice.pick(&statuses);
                if let Some(id) = self.some(status).await? {
                    reject(&self.desk.operator(), id, "x").await?;
                }
            }
            7 => self.tell()?,
            // What a provider that is down says is an error, and nothing else happens.
            8 => drop(send_with(&self.node(), &self.desk.sandbox).await),
            9 => drop(look_with(&self.node(), &self.desk.sandbox).await),
            10 => drop(self.desk.deliver().await),
            11 => self.give_back().await?,
            _ => {
                let seconds = self.dice.pick(&[1, 10, 600, 7_200]);
                self.desk.club.wait(Duration::seconds(seconds));
            }
        }
        Ok(())
    }

    /// No more faults; everything comes to its end.
    async fn end(&mut self) -> Outcome {
        let calm = Script::Payouts(Manner::Settle);
        self.desk.sandbox.play(calm)?;
        while let Some(id) = self.some(WithdrawalStatus::Requested).await? {
            approve(&self.desk.operator(), id).await?;
        }
        // Faults that were told and not met yet are used up on the way.
        for _ in 0..60 {
            drop(send_with(&self.node(), &self.desk.sandbox).await);
            drop(look_with(&self.node(), &self.desk.sandbox).await);
            drop(self.desk.deliver().await);
            self.desk.club.wait(Duration::minutes(45));
            let book = self.desk.sandbox.book();
            for payout in book.payouts() {
                if payout.status == crate::pix::PayoutStatus::Accepted {
                    self.desk.sandbox.play(Script::Decide {
                        id: payout.id.clone(),
                        rejected: (self.dice.upto(2) == 1).then(|| "AC03".to_owned()),
                        after: 0,
                    })?;
                }
            }
        }
        while let Some(id) = self.some(WithdrawalStatus::Processing).await? {
            let manager = self.desk.manager();
            decide_with(&manager, &self.desk.sandbox, id, Verdict::NotPaid, "x").await?;
        }
        Ok(())
    }

    async fn check(&self) -> Outcome {
        let (mut out, mut fees) = (0, 0);
        for (id, (gross, net)) in &self.asked {
            let end = self.desk.read(*id).await?;
            let returned = end.returned_amount.centavos();
            match end.status {
                WithdrawalStatus::Paid => {
                    assert_eq!(self.desk.times_paid(*id), 1, "{id}");
                    out += net - returned;
                    fees += gross - net;
                }
                WithdrawalStatus::Rejected | WithdrawalStatus::Failed => {
                    assert_eq!(self.desk.times_paid(*id), 0, "{id}");
                }
                other => panic!("{id} is {other:?}"),
            }
        }
        assert_eq!(self.desk.wallet().await, OPENING - out - fees);
        assert_eq!(self.desk.balance(Account::Fees).await, fees);
        assert_eq!(self.desk.balance(Account::Clearing).await, out - OPENING);
        self.desk.audit().await;
        Ok(())
    }
}

#[tokio::test]
async fn whatever_happens_each_is_paid_once_or_returned_once() -> Outcome {
    let seed = Dice::seed();
    println!("CLUBE_TEST_SEED={seed}");
    let desk = Desk::new(OPENING).await;
    let platform = desk.home.another_node().await;
    let tenant = Arc::clone(&desk.club.tenant);
    let mut run = Run {
        there: Ctx::new(platform, tenant, JOB, Origin::default()),
        desk,
        dice: Dice::new(seed),
        asked: BTreeMap::new(),
    };
    for _ in 0..STEPS {
        run.step().await?;
        let mut conn = run.desk.job().conn().await?;
        assert_eq!(ledger::audit(&mut conn).await?, []);
    }
    run.end().await?;
    run.check().await
}
