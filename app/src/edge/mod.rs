//! What the two halves do differently: the server reads the request and sets the answer's head, the browser has neither.
//!
//! One pair of functions a need, with one signature; pages call them without knowing where they run.

#[cfg(not(feature = "ssr"))]
mod browser;
#[cfg(feature = "ssr")]
mod server;

#[cfg(not(feature = "ssr"))]
pub(crate) use browser::{answer_status, page_status, read_frame, report, title_text, turn_to};
#[cfg(feature = "ssr")]
pub(crate) use server::{
    accepts_html, answer_status, append_cookie, is_local, page_status, read_frame, report,
    title_text, turn_to,
};
