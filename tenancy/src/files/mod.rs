//! Where uploaded files are kept: bytes under a tenant and a random id, in a folder, in a bucket of S3 or in memory.
//!
//! Nothing here knows what is in a file or who may see it: that is `club::files`. One more place is one more
//! `object_store`, built from a setting as in `s3.rs`.

mod s3;
#[cfg(test)]
mod tests;

pub use s3::Bucket;

use crate::heavy::Heavy;
use axum::body::Bytes;
use futures::TryStreamExt;
use kernel::{Error, FileId, Result, TenantId};
use object_store::{
    ObjectStore, ObjectStoreExt, PutMode, PutOptions, local::LocalFileSystem, memory::InMemory,
    path::Path,
};
use std::{fs, io, path, sync::Arc};
use time::OffsetDateTime;

/// How many images are read or written anew at once; one can take hundreds of megabytes while it is.
const AT_ONCE: usize = 2;

/// The store of uploaded files. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    heavy: Heavy,
}

/// A file as the store lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Which.
    pub id: FileId,
    /// When its bytes were written.
    pub written_at: OffsetDateTime,
}

impl Files {
    /// Keeps files in this folder, which is made when it is missing and is nobody's but the program's. Several nodes
    /// must share it.
    pub fn folder(folder: &path::Path) -> Result<Self> {
        make_private(folder).map_err(Error::internal)?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(Error::internal)?;
        Ok(Self::over(Arc::new(store.with_fsync(true))))
    }

    /// Keeps files in a bucket, a folder a tenant. Several nodes may share it.
    pub fn bucket(bucket: &Bucket) -> Result<Self> {
        s3::store(bucket).map(Self::over)
    }

    /// Keeps files until the program ends; for tests.
    pub fn memory() -> Self {
        Self::over(Arc::new(InMemory::new()))
    }

    fn over(store: Arc<dyn ObjectStore>) -> Self {
        Self {
            store,
            heavy: Heavy::new(AT_ONCE),
        }
    }

    /// Writes a new file. Once this returns, the bytes survive a crash.
    pub async fn put(&self, tenant: TenantId, id: FileId, bytes: Bytes) -> Result<()> {
        let new = PutOptions::from(PutMode::Create);
        self.store
            .put_opts(&place(tenant, id), bytes.into(), new)
            .await
            .map(drop)
            .map_err(Error::internal)
    }

    /// Reads a file; `None` when it is not there.
    pub async fn get(&self, tenant: TenantId, id: FileId) -> Result<Option<Bytes>> {
        let found = match self.store.get(&place(tenant, id)).await {
            Ok(found) => found.bytes().await,
            Err(error) => Err(error),
        };
        match found {
            Ok(bytes) => Ok(Some(bytes)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// Removes a file. Nothing happens when it is not there.
    pub async fn remove(&self, tenant: TenantId, id: FileId) -> Result<()> {
        match self.store.delete(&place(tenant, id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::internal(error)),
        }
    }

    /// All files of a tenant.
    pub async fn list(&self, tenant: TenantId) -> Result<Vec<Listed>> {
        let folder = Path::from(tenant.to_string());
        let entries: Vec<_> = self
            .store
            .list(Some(&folder))
            .try_collect()
            .await
            .map_err(Error::internal)?;
        let files = entries.into_iter().filter_map(|entry| {
            let seconds = entry.last_modified.timestamp();
            Some(Listed {
                id: entry.location.filename()?.parse().ok()?,
                written_at: OffsetDateTime::from_unix_timestamp(seconds).ok()?,
            })
        });
        Ok(files.collect())
    }

    /// Does heavy work on a file on a thread of its own, a few at a time; the others wait.
    pub async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.heavy.work(work).await
    }
}

fn place(tenant: TenantId, id: FileId) -> Path {
    Path::from_iter([tenant.to_string(), id.to_string()])
}

#[cfg(unix)]
fn make_private(folder: &path::Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn make_private(folder: &path::Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}
