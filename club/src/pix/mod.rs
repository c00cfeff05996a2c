//! Pix: the text of a charge that any bank's app pays ([`BrCode`]).

mod brcode;

pub use brcode::{BrCode, Recipient};
