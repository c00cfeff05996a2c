//! The browser's entry: hydrates the page that the server rendered.

// Views are types: builds that do not erase them nest deeper than the default allows.
#![recursion_limit = "512"]

use std::panic;

/// Room among the constants, in no file that is downloaded. The splitter puts each constant into the file that uses it; where
/// padding makes these together a few bytes longer than they were, it puts all of them into the first, and whoever signs in
/// downloads the texts of both consoles.
#[used]
static ROOM: [u8; 8192] = [1; 8192];

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
