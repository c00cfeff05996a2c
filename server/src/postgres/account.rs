//! The user that PostgreSQL runs as.

use super::failure;
use kernel::Result;
use std::{
    fs,
    os::unix::fs::{MetadataExt, chown},
    path::Path,
    process::Command,
};

/// Another user to run as, when we are root; `None` runs PostgreSQL as ourselves.
#[derive(Clone, Debug)]
pub(super) struct Account(Option<Other>);

#[derive(Clone, Debug)]
struct Other {
    name: String,
    uid: u32,
    gid: u32,
    switch: Switch,
}

/// The program that changes the user.
#[derive(Clone, Copy, Debug)]
enum Switch {
    Setpriv,
    Runuser,
}

impl Account {
    /// Ourselves; for root whoever owns the data already, else `postgres` if there is such a user, else `nobody`.
    pub(super) fn find(data: &Path) -> Result<Self> {
        if ourselves() != Some(0) {
            return Ok(Self(None));
        }
        let switch = [("setpriv", Switch::Setpriv), ("runuser", Switch::Runuser)]
            .into_iter()
            .find(|(program, _)| Command::new(program).arg("--version").output().is_ok())
            .map(|(_, switch)| switch)
            .ok_or_else(|| {
                failure("PostgreSQL refuses to run as root, and neither setpriv nor runuser (package util-linux) is there to change the user.")
            })?;
        // Root helps out beside somebody else's server: what it starts has to be theirs.
        let owner = fs::metadata(data).ok().filter(|data| data.uid() != 0);
        if let Some(owner) = owner {
            let (uid, gid) = (owner.uid(), owner.gid());
            let name = name_of(uid).unwrap_or_else(|| uid.to_string());
            return Ok(Self(Some(Other {
                name,
                uid,
                gid,
                switch,
            })));
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| {
                let (uid, gid) = (id("-u", name)?, id("-g", name)?);
                let name = name.to_owned();
                Some(Self(Some(Other { name, uid, gid, switch })))
            })
            .ok_or_else(|| {
                failure("PostgreSQL refuses to run as root, and there is no user postgres or nobody to run it as.")
            })
    }

    /// A command that runs as this user.
    pub(super) fn command(&self, program: impl AsRef<Path>) -> Command {
        let program = program.as_ref();
        let mut command = match &self.0 {
            None => Command::new(program),
            Some(other) => {
                let mut command = match other.switch {
                    Switch::Setpriv => {
                        let mut command = Command::new("setpriv");
                        command.args([
                            "--reuid",
                            &other.uid.to_string(),
                            "--regid",
                            &other.gid.to_string(),
                            "--clear-groups",
                            "--",
                        ]);
                        command
                    }
                    Switch::Runuser => {
                        let mut command = Command::new("runuser");
                        command.args(["-u", &other.name, "--"]);
                        command
                    }
                };
                command.arg(program);
                command
            }
        };
        // Our folder may be closed to that user, and settings for clients are not for a server.
        command
            .current_dir("/")
            .env_remove("PGDATA")
            .env_remove("PGPORT");
        command
    }

    /// Makes the user the owner of a file or folder.
    pub(super) fn give(&self, path: &Path) -> std::io::Result<()> {
        match &self.0 {
            None => Ok(()),
            Some(other) => chown(path, Some(other.uid), Some(other.gid)),
        }
    }

    /// Whether the user can reach what is in the folder.
    pub(super) fn can_enter(&self, folder: &Path) -> bool {
        self.0.is_none()
            || self
                .command("/usr/bin/env")
                .args(["test", "-x"])
                .arg(folder)
                .status()
                .is_ok_and(|status| status.success())
    }

    /// Whether PostgreSQL runs as somebody else than we do.
    pub(super) const fn is_other(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn name(&self) -> &str {
        self.0.as_ref().map_or("this user", |other| &other.name)
    }
}

/// Whom this process runs as.
fn ourselves() -> Option<u32> {
    // The folder belongs to whoever the process runs as.
    fs::metadata("/proc/self")
        .map(|process| process.uid())
        .ok()
        .or_else(|| said_by_id(&["-u"])?.parse().ok())
}

fn id(which: &str, user: &str) -> Option<u32> {
    said_by_id(&[which, user])?.parse().ok()
}

fn name_of(uid: u32) -> Option<String> {
    said_by_id(&["-un", &uid.to_string()])
}

fn said_by_id(arguments: &[&str]) -> Option<String> {
    let said = Command::new("id").args(arguments).output().ok()?;
    said.status.success().then_some(())?;
    Some(String::from_utf8_lossy(&said.stdout).trim().to_owned())
}
