//! Heavy work of the processor, on threads of its own and a few at a time: a flood of it waits here instead of taking every
//! core and all memory.

use kernel::{Error, Result};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// So much may be done at a time. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Heavy(Arc<Semaphore>);

impl Heavy {
    /// At most `at_once` at a time; the others wait.
    pub(crate) fn new(at_once: usize) -> Self {
        Self(Arc::new(Semaphore::new(at_once)))
    }

    /// Does it when its turn has come. The permit goes into the work: a caller that gives up does not let one more start.
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let permit = Arc::clone(&self.0)
            .acquire_owned()
            .await
            .map_err(Error::internal)?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(permit);
            done
        })
        .await
        .map_err(Error::internal)?
    }
}
