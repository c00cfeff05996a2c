//! The browser's entry: hydrates the page that the server rendered.

// Views are types: builds that do not erase them nest deeper than the default allows.
#![recursion_limit = "512"]

use std::panic;

/// Called once by the script that the page loads.
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        app::say_that_it_stopped();
    }));
    app::send_forms_once();
    // Waits for the page's own code, which is a file of its own.
    leptos::mount::hydrate_from_async(leptos::tachys::dom::body(), app::App)
        .await
        .forget();
    app::say_that_it_runs();
}
