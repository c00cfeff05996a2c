//! Random histories: whatever people, institutions and the network do, a payout is paid at most once and the book ties
//! out.

use super::*;
use proptest::prelude::*;

/// One thing that may happen in a random history.
#[derive(Clone, Debug)]
enum Step {
    Charge(i64),
    Pay {
        charge: usize,
        amount: Option<i64>,
        times: u8,
    },
    Withdraw(i64),
    Refund {
        pix: usize,
        part: i64,
    },
    Return {
        payout: usize,
        part: i64,
    },
    Tell(Script),
    Wait(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let fault = prop_oneof![
        Just(Fault::Unreachable),
        Just(Fault::NoAnswer),
        Just(Fault::LostAnswer),
        Just(Fault::Garbled),
        Just(Fault::Refuse("nao".into())),
    ];
    let call = prop_oneof![
        Just(Call::Send),
        Just(Call::GetPayout),
        Just(Call::GetPix),
        Just(Call::Refund)
    ];
    let manner = prop_oneof![
        Just(Manner::Settle),
        Just(Manner::Efi),
        Just(Manner::Reject)
    ];
    prop_oneof![
        1 => (1_i64..30_00).prop_map(Step::Charge),
        1 => (0_usize..8, proptest::option::of(1_i64..50_00), 0_u8..4)
            .prop_map(|(charge, amount, times)| Step::Pay { charge, amount, times }),
        4 => (1_i64..30_00).prop_map(Step::Withdraw),
        1 => (0_usize..8, 1_i64..20_00).prop_map(|(pix, part)| Step::Refund { pix, part }),
        1 => (0_usize..8, 1_i64..20_00).prop_map(|(payout, part)| Step::Return { payout, part }),
        3 => (call, fault).prop_map(|(call, fault)| Step::Tell(fail(call, fault))),
        1 => manner.prop_map(|manner| Step::Tell(Script::Payouts(manner))),
        1 => (0_u32..90, 0_u8..4, any::<bool>())
            .prop_map(|(delay, copies, shuffled)| Step::Tell(Script::Webhooks { delay, copies, shuffled })),
        2 => (0_i64..120).prop_map(Step::Wait),
    ]
}

/// The club's side, as careful as it has to be: it credits what it fetched, once, and sends each payout once.
struct Club {
    credited: BTreeMap<EndToEndId, Money>,
    sent: BTreeMap<PayoutId, (Money, Option<PayoutStatus>)>,
}

impl Club {
    async fn withdraw(&mut self, sandbox: &Sandbox, number: u128, amount: Money) {
        let new = new_payout(number, amount);
        let status = match sandbox.send(&new).await {
            Ok(status) => status,
            Err(error) => PayoutStatus::Rejected(error.to_string()),
        };
        self.sent.insert(new.id, (amount, Some(status)));
    }

    async fn listen(&mut self, sandbox: &Sandbox) {
        for hint in arrivals(sandbox) {
            match hint {
                Hint::Pix(id) | Hint::Refund(id) => {
                    if let Ok(Some(pix)) = sandbox.get_pix(&id).await {
                        self.credited.insert(id, pix.amount);
                    }
                }
                Hint::Payout(id) => self.look(sandbox, &id).await,
            }
        }
    }

    async fn look(&mut self, sandbox: &Sandbox, id: &PayoutId) {
        let found = sandbox.get_payout(id).await;
        let entry = self
            .sent
            .get_mut(id)
            .expect("only what was sent is told of");
        match found {
            Ok(Some(status)) => entry.1 = Some(status),
            Ok(None) if entry.1 == Some(PayoutStatus::Unknown) => entry.1 = None,
            _ => {}
        }
    }
}

proptest! {
    #[test]
    fn no_history_pays_twice_and_the_book_always_balances(seed: u64, steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let clock = clock();
            let sandbox = Sandbox::new(clock.clone(), seed, OPENING);
            let mut club = Club { credited: BTreeMap::new(), sent: BTreeMap::new() };
            let mut charges = Vec::new();
            for (number, step) in (1_u128..).zip(steps) {
                match step {
                    Step::Charge(centavos) => {
                        let new = new_charge(number, money(centavos));
                        if sandbox.create_charge(&new).await.is_ok() { charges.push(new.txid); }
                    }
                    Step::Pay { charge, amount, times } => if let Some(txid) = charges.get(charge) {
                        let _ = sandbox.play(pay(txid, amount.map(money), times));
                    },
                    Step::Withdraw(centavos) => club.withdraw(&sandbox, number, money(centavos)).await,
                    Step::Refund { pix, part } => if let Some(pix) = sandbox.book().received().get(pix) {
                        let id = RefundId::from(Uuid::from_u128(number));
                        let _ = sandbox.refund(&pix.end_to_end_id, &id, money(part)).await;
                    },
                    Step::Return { payout, part } => if let Some(id) = club.sent.keys().nth(payout) {
                        let _ = sandbox.play(Script::ReturnPayout { id: id.clone(), amount: money(part), after: 30 });
                    },
                    Step::Tell(script) => sandbox.play(script).expect("told"),
                    Step::Wait(seconds) => clock.advance(Duration::seconds(seconds)),
                }
                club.listen(&sandbox).await;
                let book = sandbox.book();
                book.check().expect("it ties out after every step");
                prop_assert!(club.sent.keys().all(|id| book.times_paid(id) <= 1));
            }
            // The faults are used up, then everything is asked for once more.
            clock.advance(Duration::hours(1));
            for _ in 0..60 {
                let ids: Vec<_> = club.sent.keys().cloned().collect();
                for id in ids { club.look(&sandbox, &id).await; }
            }
            let book = sandbox.book();
            for (id, (amount, status)) in &club.sent {
                let paid = match status {
                    Some(PayoutStatus::Settled(_) | PayoutStatus::Returned { .. }) => 1,
                    Some(PayoutStatus::Rejected(_)) | None => 0,
                    other => panic!("{id} is {other:?} at the end"),
                };
                prop_assert_eq!(book.times_paid(id), paid, "{} of {}", id, amount);
            }
            for (id, amount) in &club.credited {
                prop_assert_eq!(book.pix(id).map(|pix| pix.amount), Some(*amount));
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_same_seed_and_script_give_the_same_book(seed: u64, amounts in prop::collection::vec(1_i64..30_00, 1..10)) {
        let run = || {
            let sandbox = Sandbox::new(clock(), seed, OPENING);
            for amount in &amounts {
                sandbox.play(Script::PayKey(money(*amount))).expect("told");
            }
            sandbox.book()
        };
        prop_assert_eq!(run(), run());
    }
}
