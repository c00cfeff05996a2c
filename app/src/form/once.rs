//! A form is sent once: while its answer is under way, a second click sends nothing.
//!
//! One listener for all forms that post, whichever page they are on. Without the browser's program nobody holds the
//! second click back: it reaches an operation that refuses what was done already, or does the same again. A form whose
//! operation draws something draws the same again: for what was typed (the password of a new administrator), or for a key
//! that it carries (a new password).

use leptos::{ev, prelude::*, wasm_bindgen::JsCast};
use std::time::Duration;
use web_sys::{Element, HtmlCollection};

/// Stands on a form while its answer is under way.
const SENT: &str = "data-sent";
/// The server has answered by then, or the reader has stopped waiting.
const GIVEN_UP: Duration = Duration::from_secs(35);

/// Has every form be sent once, from now on.
pub fn send_forms_once() {
    window_event_listener(ev::submit, |event| {
        let form = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        let Some(form) = form.filter(posts) else {
            return;
        };
        if form.has_attribute(SENT) {
            event.prevent_default();
            return;
        }
        let _ = form.set_attribute(SENT, "");
        // Not at once: the name and value of a disabled button are not sent.
        let sent = form.clone();
        set_timeout(move || hold(&sent, true), Duration::ZERO);
        set_timeout(move || hold(&form, false), GIVEN_UP);
    });
    window_event_listener(ev::pageshow, |event| {
        // The way back leads to the page as it was left.
        if event.persisted() {
            let forms = elements(document().forms());
            let sent = forms.filter(|form| form.has_attribute(SENT));
            sent.for_each(|form| hold(&form, false));
        }
    });
}

fn posts(form: &Element) -> bool {
    let method = form.get_attribute("method");
    method.is_some_and(|method| method.eq_ignore_ascii_case("post"))
}

/// Disables or enables the form's buttons.
fn hold(form: &Element, is_sent: bool) {
    for name in [SENT, "aria-busy"] {
        if is_sent {
            let _ = form.set_attribute(name, "true");
        } else {
            let _ = form.remove_attribute(name);
        }
    }
    for button in elements(form.get_elements_by_tag_name("button")) {
        let _ = button.toggle_attribute_with_force("disabled", is_sent);
    }
}

fn elements(found: HtmlCollection) -> impl Iterator<Item = Element> {
    (0..found.length()).filter_map(move |index| found.item(index))
}
