//! The club's mark: its logo, or its monogram on the brand's colour.

use crate::{brand::initials, frame::frame};
use leptos::prelude::*;

/// Square, decorative: the name always stands beside it.
#[component]
pub(crate) fn Mark(
    #[prop(default = "size-9 text-sm rounded-lg")] class: &'static str,
) -> impl IntoView {
    let frame = frame();
    match frame.club().and_then(|club| club.icon_url.clone()) {
        Some(url) => view! { <img src=url alt="" class=format!("{class} object-cover") width="36" height="36"/> }.into_any(),
        None => view! {
            <span aria-hidden="true" class=format!("{class} grid shrink-0 place-items-center bg-primary font-bold text-primary-content")>
                {initials(frame.site_name())}
            </span>
        }
        .into_any(),
    }
}
