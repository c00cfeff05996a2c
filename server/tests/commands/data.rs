//! A data folder for one test, and what the program says in it.

use serde_json::Value;
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

/// A data folder; dropped, its PostgreSQL is ended and all of it gone.
pub(crate) struct Data(TempDir);

impl Data {
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        // PostgreSQL runs as another user when we are root, and has to get in.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("our folder");
        Self(folder)
    }

    /// Where the folder and what else a test puts beside it are.
    pub(crate) fn around(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.around().join("data")
    }

    pub(crate) fn clube(&self, arguments: &[&str]) -> Command {
        let mut command = self.plain(arguments);
        command.arg("--json");
        command
    }

    /// For a person.
    pub(crate) fn plain(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clube"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CLUBE_") || name == "MASTER_DATABASE_URL" {
                command.env_remove(name.as_ref());
            }
        }
        command
            .arg("--data-dir")
            .arg(self.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn create(&self, slug: &str) -> Command {
        self.clube(&[
            "create-tenant",
            "--slug",
            slug,
            "--name",
            "Clube de Teste",
            "--email",
            "dona@clube.example",
            "--document",
            "90010001000100",
            "--phone",
            "11987654321",
            "--plan",
            "PRO",
        ])
    }

    pub(crate) fn tenants(&self) -> Vec<Value> {
        let (listed, code) = answer(run(&mut self.clube(&["list-tenants"])));
        assert_eq!(code, Some(0));
        listed["tenants"].as_array().expect("a list").clone()
    }

    /// The process id of the PostgreSQL that runs, if one does.
    pub(crate) fn postmaster(&self) -> Option<String> {
        let note = fs::read_to_string(self.path().join("postgres/data/postmaster.pid")).ok()?;
        note.lines().next().map(|line| line.trim().to_owned())
    }

    pub(crate) fn kill_postmaster(&self, signal: &str) {
        if let Some(process) = self.postmaster() {
            let killed = Command::new("kill").args([signal, &process]).status();
            assert!(killed.is_ok_and(|status| status.success()) || std::thread::panicking());
        }
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        self.kill_postmaster("-INT");
    }
}

pub(crate) fn run(command: &mut Command) -> Output {
    command.output().expect("the program can be run")
}

/// Standard output is one JSON object and nothing else.
pub(crate) fn answer(output: Output) -> (Value, Option<i32>) {
    let said = String::from_utf8(output.stdout).expect("text");
    let object = serde_json::from_str(&said).unwrap_or_else(|error| {
        panic!(
            "{error}: {said:?} {}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    (object, output.status.code())
}
