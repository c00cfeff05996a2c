//! Pix: the text of a charge that any bank's app pays ([`BrCode`]) and its picture, the keys that money is sent to
//! ([`PixKey`]), and the institutions that hold the money ([`PixProvider`]).
//!
//! Two kinds of provider live here: [`sandbox`] plays one inside the process, and [`bcb`] speaks the central bank's API
//! Pix to any institution that offers it. Sending money is in no standard: [`efi`] adds one institution's own way to
//! `bcb`. One more institution is one more folder beside `efi`, and a variant of [`ProviderName`] in `config`, which knows
//! which of them a club has: [`provider`] is how everybody reaches it.

mod brcode;
mod config;
mod ids;
mod key;
mod sender;

#[cfg(feature = "ssr")]
pub mod bcb;
#[cfg(feature = "ssr")]
pub mod efi;
#[cfg(feature = "ssr")]
mod provider;
#[cfg(feature = "ssr")]
pub mod qr;
#[cfg(feature = "ssr")]
pub mod sandbox;

pub use brcode::{BrCode, Recipient};
pub use config::{ProviderName, ProviderSettings};
pub use ids::{EndToEndId, PayoutId, RefundId, ReturnId, Txid};
pub use key::{PixKey, PixKeyKind};
pub use sender::Sender;

#[cfg(feature = "ssr")]
pub use config::{
    ProviderChoice, book, choose_provider, deliveries, play, provider, provider_settings,
    register_webhook, reseal, settle_key,
};
#[cfg(feature = "ssr")]
pub(crate) use config::{Rewound, hold, is_missing};
#[cfg(feature = "ssr")]
pub use provider::*;
