//! What the sandbox can be told to do. To teach it something new, add a [`Script`] and what it does in `play.rs`.

use crate::pix::{EndToEndId, PayoutId, PixKey, Sender, Txid};
use kernel::{Document, Money};
use serde::{Deserialize, Serialize};

/// An instruction to the sandbox. Times are in seconds from now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Script {
    /// Somebody pays a charge.
    Pay {
        /// Which.
        txid: Txid,
        /// Another amount than the charge's.
        amount: Option<Money>,
        /// How often: twice is what two people with one code do.
        times: u8,
        /// When.
        after: u32,
    },
    /// Every charge made from now on is paid after so many seconds; with `None` it waits for [`Script::Pay`].
    PayCharges(Option<u32>),
    /// Money comes in that names no charge. No webhook tells of it.
    PayKey(Money),
    /// The same, by somebody of whom this is known.
    PayKeyAs {
        /// How much.
        amount: Money,
        /// Who.
        sender: Sender,
    },
    /// The payer contests a payment and gets money back. No webhook tells of it.
    TakeBack {
        /// Which payment.
        pix: EndToEndId,
        /// How much.
        amount: Money,
    },
    /// What becomes of payouts sent from now on.
    Payouts(Manner),
    /// An accepted payout is settled, or rejected with this code.
    Decide {
        /// Which.
        id: PayoutId,
        /// Why it is rejected; settled without.
        rejected: Option<String>,
        /// When.
        after: u32,
    },
    /// Money of a settled payout comes back.
    ReturnPayout {
        /// Which.
        id: PayoutId,
        /// How much.
        amount: Money,
        /// When.
        after: u32,
    },
    /// How webhooks are delivered from now on.
    Webhooks {
        /// How late.
        delay: u32,
        /// How often each.
        copies: u8,
        /// In any order.
        shuffled: bool,
    },
    /// The next call of this kind goes wrong; several are used up one after another.
    Fail {
        /// Which call.
        call: Call,
        /// How.
        fault: Fault,
    },
    /// Somebody has a key. Keys that are tax numbers need no telling: they have their owner in them.
    Own {
        /// The key.
        key: PixKey,
        /// Whose it is.
        owner: Document,
        /// Their name.
        name: String,
    },
}

/// A kind of call to a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the method of its name")]
pub enum Call {
    CreateCharge,
    GetCharge,
    CancelCharge,
    GetPix,
    ListPix,
    Refund,
    GetRefund,
    LookupKey,
    Send,
    GetPayout,
    Balance,
    RegisterWebhook,
}

/// How a call goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Fault {
    /// It is refused with this code.
    Refuse(String),
    /// It happens, and the answer refuses it with this code: what a second request for something that was done may get.
    RefuseDone(String),
    /// The provider cannot be reached; nothing happens.
    Unreachable,
    /// Nothing happens and nothing is answered.
    NoAnswer,
    /// It happens, but the answer gets lost.
    LostAnswer,
    /// It happens, but the answer cannot be read.
    Garbled,
}

/// What becomes of payouts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Manner {
    /// Each is settled. The default, because a club's least withdrawal (R$ 50,00) is beyond what the table lets through.
    #[default]
    Settle,
    /// By amount, as Efí's own sandbox does: up to R$ 10,00 settled, R$ 4,00 and R$ 5,00 of them returned (in two parts
    /// and in one), up to R$ 20,00 rejected later, above at once. Charges up to R$ 10,00 pay themselves.
    Efi,
    /// Each is accepted and stays so.
    Hold,
    /// Each is accepted and rejected later.
    Reject,
}

/// What was told and holds until told otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Orders {
    pub(super) manner: Manner,
    pub(super) pay_charges: Option<u32>,
    pub(super) delay: u32,
    pub(super) copies: u8,
    pub(super) shuffled: bool,
    faults: Vec<(Call, Fault)>,
}

impl Default for Orders {
    fn default() -> Self {
        Self {
            manner: Manner::default(),
            pay_charges: None,
            delay: 0,
            copies: 1,
            shuffled: false,
            faults: Vec::new(),
        }
    }
}

impl Orders {
    pub(super) fn fail(&mut self, call: Call, fault: Fault) {
        self.faults.push((call, fault));
    }

    /// The fault that this call meets, used up by it.
    pub(super) fn fault(&mut self, call: Call) -> Option<Fault> {
        let place = self.faults.iter().position(|(of, _)| *of == call)?;
        Some(self.faults.remove(place).1)
    }

    /// The code with which this call is to be refused, when that is its next fault; used up by it.
    pub(super) fn refusal(&mut self, call: Call) -> Option<String> {
        let place = self.faults.iter().position(|(of, _)| *of == call)?;
        let Fault::Refuse(code) = &self.faults[place].1 else {
            return None;
        };
        let code = code.clone();
        self.faults.remove(place);
        Some(code)
    }
}
