//! The browser face: pages and the server functions that they call, one folder a feature.
//!
//! Never in here: SQL and business rules. A server function is two lines: take the context, call the operation.
//! Every page is whole in the server's first HTML and works with links and forms alone; the browser's program makes it
//! quicker, never possible. One more page is a folder with its `words.rs`, a line below and a route in [`routes`].

// Views are types: builds that do not erase them nest deeper than the default allows.
#![recursion_limit = "512"]
#![expect(
    unreachable_pub,
    clippy::needless_pass_by_value,
    reason = "macros write components' constructors so; components own their properties"
)]
#![cfg_attr(
    feature = "ssr",
    expect(clippy::unused_async, reason = "a server function is async")
)]

#[macro_use]
mod words;

mod edge;
mod form;
mod frame;
mod link;
mod routes;
mod running;
mod ui;
mod when;

mod account;
mod administrators;
mod console;
mod dashboard;
mod documents;
mod legal;
mod members;
mod modules;
mod password_reset;
mod pix;
mod preferences;
mod public;
mod sign_in;
mod suspense;
mod tenants;
mod withdrawals;

pub mod brand;
pub mod refusal;

#[cfg(feature = "ssr")]
pub mod policy;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
pub mod visit;

pub use form::send_forms_once;
pub use frame::{Frame, Place, Theme};
pub use refusal::Refusal;
pub use routes::App;
pub use running::{say_that_it_runs, say_that_it_stopped};
#[cfg(feature = "ssr")]
pub use {documents::content as document_content, legal::write_draft, shell::shell};
