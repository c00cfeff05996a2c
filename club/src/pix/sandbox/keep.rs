//! Where a book outlives the process: the seam for it, and a file.

use super::book::Book;
use std::{
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

/// Stores the book after each change and before the answer, so that what was answered is never forgotten.
pub type Keep = Box<dyn Fn(&Book) -> io::Result<()> + Send + Sync>;

/// Keeps the book in a file, replaced as a whole. For demonstrations and tests: it is written anew each time.
pub fn in_file(path: PathBuf) -> Keep {
    Box::new(move |book| {
        let next = path.with_extension("next");
        fs::write(&next, serde_json::to_vec(book)?)?;
        fs::rename(&next, &path)
    })
}

/// The book that a file keeps; `None` when there is no file yet.
pub fn from_file(path: &Path) -> io::Result<Option<Book>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
