//! Buttons. A page has at most one main action; the rest are quiet.

use leptos::prelude::*;

/// Sends the form around it.
#[component]
pub(crate) fn Submit(
    /// The main action of the page, in the brand's colour.
    #[prop(default = true)]
    main: bool,
    /// A dangerous action.
    #[prop(default = false)]
    danger: bool,
    children: Children,
) -> impl IntoView {
    let class = match (main, danger) {
        (_, true) => "btn btn-error btn-outline",
        (true, false) => "btn btn-primary",
        (false, false) => "btn",
    };
    view! { <button type="submit" class=class>{children()}</button> }
}

/// A link that looks like a button.
#[component]
pub(crate) fn LinkButton(
    #[prop(into)] href: String,
    /// The main action of the page.
    #[prop(default = true)]
    main: bool,
    children: Children,
) -> impl IntoView {
    view! { <a href=href class=if main { "btn btn-primary" } else { "btn" }>{children()}</a> }
}
