//! The browser face: pages and the server functions that they call, one folder a feature.
//!
//! Never in here: SQL and business rules. A server function is two lines: take the context, call the operation.

#[cfg(feature = "ssr")]
pub mod visit;

use leptos::prelude::*;

/// The whole application, on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    view! { <main></main> }
}
