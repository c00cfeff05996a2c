//! Pix: the text of a charge that any bank's app pays ([`BrCode`]) and its picture, the keys that money is sent to ([`PixKey`]).

mod brcode;
mod ids;
mod key;

#[cfg(feature = "ssr")]
pub mod bcb;
#[cfg(feature = "ssr")]
pub mod efi;
#[cfg(feature = "ssr")]
mod provider;
#[cfg(feature = "ssr")]
pub mod qr;

pub use brcode::{BrCode, Recipient};
pub use ids::{EndToEndId, PayoutId, RefundId, ReturnId, Txid};
pub use key::{PixKey, PixKeyKind};

#[cfg(feature = "ssr")]
pub use provider::*;
