//! Refusals: how an error of an operation reaches the browser, and the sentences it becomes there.

#[cfg(feature = "ssr")]
mod page;
pub(crate) mod sentences;

#[cfg(feature = "ssr")]
pub use page::{RefusalPage, page};

use crate::edge;
use kernel::{Error, Kind};
use leptos::{
    prelude::{FromServerFnError, ServerFnErrorErr},
    server_fn::{Bytes, Encodes, codec::JsonEncoding},
};
use serde::{Deserialize, Serialize};

/// An operation's error on its way through a server function: status, code and fields arrive, the cause does not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal(pub Error);

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        edge::report(&error);
        Self(error)
    }
}

impl FromServerFnError for Refusal {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => {
                Error::bad_request("bad_form", "The form cannot be read.")
            }
            ServerFnErrorErr::Request(_) => Error::new(
                Kind::Unavailable,
                "offline",
                "The server cannot be reached.",
            ),
            other => Error::internal(other),
        })
    }

    /// Called when the refusal is written into an answer: the one place that knows that it will be its status.
    fn ser(&self) -> Bytes {
        edge::answer_status(&self.0);
        JsonEncoding::encode(self).unwrap_or_default()
    }
}
