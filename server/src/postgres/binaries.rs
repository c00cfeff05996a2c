//! Where PostgreSQL's programs are on this machine.

use super::failure;
use kernel::Result;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const OLDEST: u32 = 15;

/// A folder with `initdb`, `postgres` and `pg_ctl` of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Binaries {
    pub(super) folder: PathBuf,
    pub(super) version: u32,
}

impl Binaries {
    /// The programs in the folder that was named, else the newest on the machine; of exactly this major version when a
    /// cluster of that version exists already.
    pub(super) fn find(named: Option<&Path>, exactly: Option<u32>) -> Result<Self> {
        let fits =
            |found: &Self| exactly.map_or(found.version >= OLDEST, |major| found.version == major);
        let folders = named.map_or_else(usual_folders, |folder| vec![folder.to_owned()]);
        folders
            .into_iter()
            .filter_map(Self::in_folder)
            .filter(fits)
            .max_by_key(|found| found.version)
            .ok_or_else(|| failure(missing(named, exactly)))
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn in_folder(folder: PathBuf) -> Option<Self> {
        let has = |name: &str| folder.join(name).is_file();
        if !(has("initdb") && has("postgres") && has("pg_ctl") && has("pg_isready")) {
            return None;
        }
        let said = Command::new(folder.join("postgres"))
            .arg("--version")
            .output()
            .ok()?;
        let version = major(&String::from_utf8_lossy(&said.stdout))?;
        Some(Self { folder, version })
    }
}

fn missing(named: Option<&Path>, exactly: Option<u32>) -> String {
    let version = exactly.map_or_else(|| format!("{OLDEST} or newer"), |major| major.to_string());
    match named {
        Some(folder) => format!(
            "CLUBE_POSTGRES_BIN is {}, which holds no PostgreSQL {version} (initdb, postgres, pg_ctl, pg_isready).",
            folder.display()
        ),
        None => format!(
            "PostgreSQL {version} is missing on this machine. Install it (Debian, Ubuntu: apt-get install postgresql), \
             name its folder in CLUBE_POSTGRES_BIN, or name a running server in MASTER_DATABASE_URL."
        ),
    }
}

/// `PATH`, what `pg_config` says, and where packages put it.
fn usual_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = env::var_os("PATH")
        .map(|path| env::split_paths(&path).collect())
        .unwrap_or_default();
    if let Ok(said) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(PathBuf::from(String::from_utf8_lossy(&said.stdout).trim()));
    }
    for (parent, inner) in [
        ("/usr/lib/postgresql", "bin"),
        ("/usr", "bin"),
        ("/opt/homebrew/opt", "bin"),
        ("/usr/local/opt", "bin"),
    ] {
        let entries = fs::read_dir(parent).into_iter().flatten().flatten();
        folders.extend(entries.map(|entry| entry.path().join(inner)));
    }
    folders
}

/// `postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)` is 15.
fn major(said: &str) -> Option<u32> {
    said.split_whitespace()
        .find_map(|word| word.split(['.', 'b', 'r', 'd']).next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::major;

    #[test]
    fn reads_the_major_version() {
        for (said, version) in [
            ("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)\n", 15),
            ("postgres (PostgreSQL) 18beta1", 18),
            ("postgres (PostgreSQL) 17rc1", 17),
            ("postgres (PostgreSQL) 16.2", 16),
        ] {
            assert_eq!(major(said), Some(version), "{said}");
        }
        assert_eq!(major("no such thing"), None);
    }
}
