//! What every institution that holds the club's money can be asked.
//!
//! Three rules keep money right. A webhook is a hint: whoever gets one asks ([`PixProvider::get_pix`],
//! [`PixProvider::get_payout`]) and believes only the answer. Everything that changes something carries our own id, so
//! that asking again is harmless. A payout whose answer got lost is [`PayoutStatus::Unknown`] and is asked for with its
//! id until there is an answer; it is never sent again.
//!
//! A new institution is a folder with a type that implements [`PixProvider`].

mod error;
mod types;

pub use error::ProviderError;
pub use types::*;

use super::{EndToEndId, PayoutId, PixKey, RefundId, Txid};
use kernel::Money;
use std::pin::Pin;

/// What a provider answers, some time later.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, ProviderError>> + Send + 'a>>;

/// The provider's name in what the database keeps of an account: the rest of it, like the client's id, is nobody's to read.
pub(crate) fn name_in(account: &str) -> &str {
    account.split(' ').next().unwrap_or_default()
}

/// An institution that holds the club's money: receives, gives back and sends by Pix.
pub trait PixProvider: Send + Sync {
    /// Its name in settings, in the address of its webhook and in the database: `sandbox`, `bcb`, `efi`.
    fn name(&self) -> &'static str;

    /// Which account it is. Everything that goes through it says so in the database, because what was begun at one account
    /// cannot be asked for at another. It begins with the name, see [`name_in`].
    fn account(&self) -> String {
        self.name().to_owned()
    }

    /// What it can do besides receiving.
    fn offers(&self) -> Offers;

    /// Makes a charge that can be paid once. Made again with the same `txid`, it is the same charge.
    fn create_charge<'a>(&'a self, new: &'a NewCharge) -> Answer<'a, Charge>;

    /// The charge as it stands; `None` when there is none of this id.
    fn get_charge<'a>(&'a self, txid: &'a Txid) -> Answer<'a, Option<Charge>>;

    /// Takes a charge back, so that it can no longer be paid. Refused when it is paid already.
    fn cancel_charge<'a>(&'a self, txid: &'a Txid) -> Answer<'a, Charge>;

    /// A received payment; `None` when nothing of this id came in. The only ground for crediting a deposit.
    fn get_pix<'a>(&'a self, id: &'a EndToEndId) -> Answer<'a, Option<ReceivedPix>>;

    /// What came in within the window, a page at a time, the first being 0. Finds what no webhook told: payments
    /// without `txid`, and money taken back after a contest.
    fn list_pix<'a>(&'a self, window: &'a Window, page: u32) -> Answer<'a, PixPage>;

    /// Gives back a part or the whole of a received payment. Asked again with the same `refund`, it is the same one.
    fn refund<'a>(
        &'a self,
        id: &'a EndToEndId,
        refund: &'a RefundId,
        amount: Money,
    ) -> Answer<'a, PixRefund>;

    /// A refund as it stands; `None` when the payment has none of this id.
    fn get_refund<'a>(
        &'a self,
        id: &'a EndToEndId,
        refund: &'a RefundId,
    ) -> Answer<'a, Option<PixRefund>>;

    /// Who owns a key; `None` when nobody does. Refused as `not_offered` by those that cannot tell: they check the owner
    /// when the payout is sent.
    fn lookup_key<'a>(&'a self, key: &'a PixKey) -> Answer<'a, Option<KeyOwner>>;

    /// Sends money, once for each id. A lost answer is [`PayoutStatus::Unknown`], never an error; every error means that
    /// nothing was sent. `Refused` says it of this payout, and for good. `Unreachable` says that the provider took nothing
    /// on, be it down, asked too often or closed to the club's credentials: the same payout may be sent again later, under
    /// the same id.
    fn send<'a>(&'a self, new: &'a NewPayout) -> Answer<'a, PayoutStatus>;

    /// What became of a payout; `None` when the provider does not know the id, which right after a lost answer proves
    /// nothing yet.
    fn get_payout<'a>(&'a self, id: &'a PayoutId) -> Answer<'a, Option<PayoutStatus>>;

    /// How much the provider holds for the club.
    fn balance(&self) -> Answer<'_, Money>;

    /// Has the provider call this address when something changes.
    fn register_webhook<'a>(&'a self, url: &'a str) -> Answer<'a, ()>;

    /// What a webhook hints at. Refused when the provider did not send it.
    fn parse_webhook(&self, webhook: &Webhook<'_>) -> Result<Vec<Hint>, ProviderError>;
}
