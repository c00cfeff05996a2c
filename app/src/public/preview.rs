//! What messengers and search engines show of the page.

use crate::frame::frame;
use leptos::prelude::*;
use leptos_meta::{Link, Meta};

/// Name, sentence and address of the page in its head.
#[component]
pub(super) fn Preview(name: String, text: String) -> impl IntoView {
    let frame = frame();
    let address = format!("{}/", frame.origin);
    let locale = frame.locale.tag().replace('-', "_");
    view! {
        <Meta name="description" content=text.clone()/>
        <Meta property="og:type" content="website"/>
        <Meta property="og:site_name" content=name.clone()/>
        <Meta property="og:title" content=name/>
        <Meta property="og:description" content=text/>
        <Meta property="og:url" content=address.clone()/>
        <Meta property="og:locale" content=locale/>
        <Meta name="twitter:card" content="summary"/>
        <Link rel="canonical" href=address/>
    }
}
