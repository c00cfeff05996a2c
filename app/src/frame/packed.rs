//! Parts of the frame that not every page reads.

use serde::{Serialize, de::DeserializeOwned};
use std::{ops::Deref, sync::OnceLock};

/// A part of the frame that stays text until somebody reads it, so that only pages that do need the program for it.
#[derive(Clone, Debug)]
pub struct Packed<T> {
    text: String,
    read: OnceLock<T>,
}

impl<T: Serialize> Packed<T> {
    /// Packs it.
    pub fn of(value: T) -> Self {
        Self {
            text: serde_json::to_string(&value).unwrap_or_default(),
            read: OnceLock::from(value),
        }
    }
}

impl<T> Packed<T> {
    /// As it stood in a page.
    pub(super) const fn of_text(text: String) -> Self {
        Self {
            text,
            read: OnceLock::new(),
        }
    }

    /// As it stands in a page.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

impl<T: Default> Default for Packed<T> {
    fn default() -> Self {
        Self {
            text: String::new(),
            read: OnceLock::from(T::default()),
        }
    }
}

impl<T: DeserializeOwned> Deref for Packed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.read
            .get_or_init(|| serde_json::from_str(&self.text).expect("the server packed it"))
    }
}
