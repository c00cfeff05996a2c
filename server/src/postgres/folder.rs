//! Where the cluster is kept: `postgres` in the data folder, or, when the user that PostgreSQL runs as cannot get there,
//! a folder of the system that `postgres` then is a link to.

use super::{account::Account, failure};
use kernel::Result;
use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
};
use tenancy::secrets;

/// For data folders that are closed to other users, like `/root`.
const ELSEWHERE: &str = "/var/lib/clube-digital";

/// The longest path of a socket that every system takes, with the file's name in it.
const SOCKET_PATH: usize = 100;

/// The cluster's folder, real and absolute: `data` and `run` in it are PostgreSQL's, the rest is ours.
#[derive(Clone, Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder if it is not there.
    pub(super) fn open(data_dir: &Path, account: &Account) -> Result<Self> {
        let cannot = |error: io::Error| {
            failure(format!(
                "The folder for PostgreSQL in {} cannot be made: {error}.",
                data_dir.display()
            ))
        };
        let link = data_dir.join("postgres");
        if !link.exists() {
            make(data_dir, account, &link).map_err(cannot)?;
        }
        let folder = fs::canonicalize(&link).map_err(cannot)?;
        if !account.can_enter(&folder) {
            return Err(failure(format!(
                "PostgreSQL runs as {} here, who cannot reach {}. Let others enter its parent folders (chmod o+x), or choose another --data-dir.",
                account.name(),
                folder.display()
            )));
        }
        let folder = Self(folder);
        folder.make_run(account).map_err(cannot)?;
        if let Err(error) = folder.is_ours(account) {
            return Err(failure(format!(
                "{} belongs to another user: {error}. Start the program as its owner or as root, or give it back (chown -R).",
                folder.run().display()
            )));
        }
        Ok(folder)
    }

    /// Whether whoever is not root may work in what is PostgreSQL's; another user's start would only fail later.
    fn is_ours(&self, account: &Account) -> io::Result<()> {
        if account.is_other() {
            return Ok(());
        }
        fs::read_dir(self.run()).map(drop)
    }

    fn make_run(&self, account: &Account) -> io::Result<()> {
        if !self.run().exists() {
            unless_made(fs::DirBuilder::new().mode(0o700).create(self.run()))?;
        }
        account.give(&self.run())
    }

    /// PostgreSQL's data.
    pub(super) fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// PostgreSQL's log and socket.
    pub(super) fn run(&self) -> PathBuf {
        self.0.join("run")
    }

    pub(super) fn log(&self) -> PathBuf {
        self.run().join("log")
    }

    /// A file of ours.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The folder for the socket, when its path is short enough.
    pub(super) fn socket(&self) -> Option<PathBuf> {
        let folder = self.run();
        (folder.as_os_str().len() + "/.s.PGSQL.65535.lock".len() <= SOCKET_PATH).then_some(folder)
    }
}

fn make(data_dir: &Path, account: &Account, link: &Path) -> io::Result<()> {
    if !data_dir.exists() {
        fs::create_dir_all(data_dir)?;
        // What is secret in it has its own rights; PostgreSQL's user has to pass through.
        fs::set_permissions(data_dir, fs::Permissions::from_mode(0o755))?;
    }
    if account.can_enter(&fs::canonicalize(data_dir)?) {
        return create(link);
    }
    let name = u64::from_ne_bytes(secrets::random());
    let elsewhere = Path::new(ELSEWHERE).join(format!("{name:016x}"));
    fs::create_dir_all(&elsewhere)?;
    fs::set_permissions(ELSEWHERE, fs::Permissions::from_mode(0o755))?;
    fs::set_permissions(&elsewhere, fs::Permissions::from_mode(0o755))?;
    tracing::warn!(
        folder = %elsewhere.display(),
        "PostgreSQL runs as {}, who cannot enter {}: its files are kept elsewhere",
        account.name(),
        data_dir.display()
    );
    unless_made(symlink(elsewhere, link))
}

fn create(folder: &Path) -> io::Result<()> {
    unless_made(fs::create_dir(folder))?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755))
}

/// Another process of the same data folder may have been faster.
fn unless_made(made: io::Result<()>) -> io::Result<()> {
    match made {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        outcome => outcome,
    }
}
