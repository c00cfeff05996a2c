//! What an answer of the provider means for a withdrawal. Pure.

use super::{Attention, WithdrawalStatus};
use crate::pix::{EndToEndId, PayoutStatus};
use kernel::Money;

/// What follows from an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing new.
    Wait,
    /// It arrived; so much of it came back already.
    Pay {
        end_to_end_id: EndToEndId,
        returned: Money,
    },
    /// It did not; the money goes back.
    Fail { code: String },
    /// More of it came back: so much until now.
    Return { until_now: Money },
    /// It cannot be: a person has to look.
    Raise(Attention),
}

/// The step from this status, with so much of `net` returned before, on this answer. The same answer again, or an older
/// one that comes late, is [`Step::Wait`].
pub(super) fn step(
    status: WithdrawalStatus,
    net: Money,
    returned: Money,
    answer: &PayoutStatus,
) -> Step {
    let contradiction = Step::Raise(Attention::Contradiction);
    match (status, answer) {
        (WithdrawalStatus::Processing, PayoutStatus::Settled(id)) => Step::Pay {
            end_to_end_id: id.clone(),
            returned: Money::ZERO,
        },
        (_, PayoutStatus::Returned { amount, .. }) if *amount > net || amount.is_negative() => {
            contradiction
        }
        (
            WithdrawalStatus::Processing,
            PayoutStatus::Returned {
                end_to_end_id,
                amount,
            },
        ) => Step::Pay {
            end_to_end_id: end_to_end_id.clone(),
            returned: *amount,
        },
        (WithdrawalStatus::Processing, PayoutStatus::Rejected(code)) => {
            Step::Fail { code: code.clone() }
        }
        (WithdrawalStatus::Paid, PayoutStatus::Returned { amount, .. }) if *amount > returned => {
            Step::Return { until_now: *amount }
        }
        // We were told that it had arrived; or the money is in the wallet again, and on its way out as well.
        (WithdrawalStatus::Paid, PayoutStatus::Rejected(_))
        | (
            WithdrawalStatus::Failed,
            PayoutStatus::Accepted | PayoutStatus::Settled(_) | PayoutStatus::Returned { .. },
        ) => contradiction,
        _ => Step::Wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_has_its_step() {
        use WithdrawalStatus::{Approved, Failed, Paid, Processing, Rejected, Requested};
        let net = Money::from_centavos(100);
        let id = EndToEndId::parse("E12345678202009091221abcdef12345").expect("an id");
        let settled = PayoutStatus::Settled(id.clone());
        let rejected = PayoutStatus::Rejected("AC03".into());
        let returned = |centavos| PayoutStatus::Returned {
            end_to_end_id: id.clone(),
            amount: Money::from_centavos(centavos),
        };
        let pay = |centavos| Step::Pay {
            end_to_end_id: id.clone(),
            returned: Money::from_centavos(centavos),
        };
        let contradiction = Step::Raise(Attention::Contradiction);
        for (status, before, answer, expected) in [
            (Processing, 0, settled.clone(), pay(0)),
            (Processing, 0, returned(40), pay(40)),
            (Processing, 0, returned(101), contradiction.clone()),
            (
                Processing,
                0,
                rejected.clone(),
                Step::Fail {
                    code: "AC03".into(),
                },
            ),
            (Processing, 0, PayoutStatus::Accepted, Step::Wait),
            (Processing, 0, PayoutStatus::Unknown, Step::Wait),
            (Paid, 0, settled.clone(), Step::Wait),
            (Paid, 0, PayoutStatus::Accepted, Step::Wait),
            (
                Paid,
                0,
                returned(40),
                Step::Return {
                    until_now: Money::from_centavos(40),
                },
            ),
            (Paid, 40, returned(40), Step::Wait),
            (Paid, 40, returned(30), Step::Wait),
            (Paid, 40, returned(100), Step::Return { until_now: net }),
            (Paid, 40, returned(101), contradiction.clone()),
            (Paid, 0, rejected.clone(), contradiction.clone()),
            (Failed, 0, rejected.clone(), Step::Wait),
            (Failed, 0, PayoutStatus::Unknown, Step::Wait),
            (Failed, 0, PayoutStatus::Accepted, contradiction.clone()),
            (Failed, 0, settled.clone(), contradiction.clone()),
            (Requested, 0, settled.clone(), Step::Wait),
            (Approved, 0, rejected, Step::Wait),
            (Rejected, 0, settled, Step::Wait),
        ] {
            let before = Money::from_centavos(before);
            assert_eq!(
                step(status, net, before, &answer),
                expected,
                "{status:?} {answer:?}"
            );
        }
    }
}
