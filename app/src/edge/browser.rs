//! The browser's half: there is no request any more, and the answer has been given.

use crate::Frame;
use kernel::Error;

/// Never called while hydrating: the frame stands in the page.
pub(crate) fn read_frame() -> Frame {
    Frame::default()
}

pub(crate) fn page_status(_status: u16) {}

pub(crate) fn answer_status(_error: &Error) {}

pub(crate) fn report(_error: &Error) {}

/// The document's title is set as text: nothing to escape.
pub(crate) fn title_text(text: String) -> String {
    text
}

/// A whole page load, so that the server decides again.
pub(crate) fn turn_to(path: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().set_href(path);
    }
}
