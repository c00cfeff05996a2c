//! The document around every page. Brand, theme and language stand in the first HTML: nothing changes after it is drawn.

use crate::{App, brand, edge, policy, routes, session};
use axum::http::{HeaderValue, header};
use leptos::{WasmSplitManifest, hydration::HydrationScripts, nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use leptos_meta::{HashedStylesheet, MetaTags};
use std::sync::Arc;

/// The whole document. Sets the content security policy and takes back the flash that this page shows.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let frame = Arc::new(edge::read_frame());
    provide_context(frame.clone());
    let nonce = use_nonce()
        .map(|nonce| nonce.to_string())
        .unwrap_or_default();
    set_head(
        &nonce,
        frame.flash.is_some(),
        frame.origin.starts_with("https"),
    );

    let colours = brand::variables(frame.branding());
    view! {
        <!DOCTYPE html>
        <html lang=frame.locale.tag() data-theme=frame.theme.map(crate::Theme::name)>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content=brand::primary(frame.branding()).to_string()/>
                <meta name="application-name" content=frame.site_name().to_owned()/>
                <link rel="icon" href="/brand/icon.svg" type="image/svg+xml"/>
                <link rel="preload" href="/fonts/inter-latin-wght-normal.woff2" r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <HashedStylesheet options=options.clone() id="style"/>
                <style nonce=nonce inner_html=colours></style>
                <MetaTags/>
                // Painted when whole: a half-read page would be laid out twice, and move under the reader's finger.
                <link rel="expect" href="#whole" blocking="render"/>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                {own_code(&frame.path)}
            </head>
            <body>
                <App/>
                <span id="whole" hidden></span>
            </body>
        </html>
    }
}

/// Has the browser fetch the page's own code together with the program. Comes after [`HydrationScripts`], which reads the
/// manifest. Ours, because leptos 0.8 writes these links into whichever page the thread rendered last.
fn own_code(path: &str) -> impl IntoView + use<> {
    let group = routes::downloaded_for(path)?;
    let WasmSplitManifest(manifest) = use_context()?;
    let (package, groups, loader) = &*manifest.try_read_value()?;
    let files = groups
        .iter()
        .find(|(name, _)| {
            name.strip_prefix(group)
                .is_some_and(|rest| rest.starts_with('_'))
        })
        .map(|(_, files)| files.as_slice())
        .unwrap_or_default();
    let files: Vec<_> = files
        .iter()
        .map(|file| {
            let file = format!("{package}/{file}.wasm");
            view! { <link rel="preload" href=file r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/> }
        })
        .collect();
    let loader = format!("{package}/{loader}");
    Some(view! {
        <link rel="modulepreload" href=loader crossorigin="anonymous"/>
        {files}
    })
}

fn set_head(nonce: &str, has_flash: bool, is_https: bool) {
    let Some(response) = use_context::<ResponseOptions>() else {
        return;
    };
    if let Ok(policy) = HeaderValue::from_str(&policy::of_page(nonce)) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
    response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if has_flash {
        edge::append_cookie(session::unflashed(is_https));
    }
}
