//! Starting, finding and stopping the server process. PostgreSQL's own `pg_ctl` does it: what it starts has a session of
//! its own, so that Ctrl-C on our terminal does not reach it.

use super::{account::Account, binaries::Binaries, failure, folder::Folder};
use kernel::Result;
use std::{
    fs,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// Recovery after a crash is over by then, or something is wrong.
const READY_WITHIN: Duration = Duration::from_mins(2);
/// What a killed server has left running is gone by then.
const LEFT_BEHIND: Duration = Duration::from_secs(30);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(50);
/// Old log is dropped at a start when it has grown to this.
const LOG_BYTES: u64 = 8 << 20;

#[derive(Debug)]
pub(super) struct Control {
    data: PathBuf,
    run: PathBuf,
    log: PathBuf,
    account: Account,
    binaries: Binaries,
}

impl Control {
    pub(super) fn new(folder: &Folder, account: &Account, binaries: &Binaries) -> Self {
        Self {
            data: folder.data(),
            run: folder.run(),
            log: folder.log(),
            account: account.clone(),
            binaries: binaries.clone(),
        }
    }

    /// The port of the server that runs on this data.
    ///
    /// PostgreSQL itself deals with the note of a server that is gone, and waits for what that one has left running, so
    /// the note stays. Only when its process id belongs to somebody else by now, as after a reboot, or to a process that
    /// ended and was never waited for, would PostgreSQL take that for a server and refuse to start.
    pub(super) fn running(&self) -> Option<u16> {
        let file = self.data.join("postmaster.pid");
        let note = fs::read_to_string(&file).ok()?;
        let mut lines = note.lines();
        let process = lines.next()?.trim().to_owned();
        let port = lines.nth(2).and_then(|port| port.trim().parse().ok());
        match state_of(&process, &self.data) {
            Noted::Server => return port,
            Noted::Nobody => {}
            Noted::SomebodyElse if anybody_works_in(&self.data) => {}
            Noted::SomebodyElse => {
                if let Err(error) = fs::remove_file(&file) {
                    tracing::warn!(%error, "the note of a server that is gone could not be removed");
                }
            }
        }
        None
    }

    pub(super) fn start(&self, port: u16) -> Result<()> {
        if fs::metadata(&self.log).is_ok_and(|log| log.len() > LOG_BYTES) {
            // Not worth failing for.
            let _ = fs::remove_file(&self.log);
        }
        self.clear_socket();
        let deadline = Instant::now() + LEFT_BEHIND;
        while !self.try_to_start() {
            let words = self.last_words();
            if !is_leaving(&words) || Instant::now() > deadline {
                return Err(failure(format!(
                    "PostgreSQL did not start. Its last words, in {}:\n{words}",
                    self.log.display()
                )));
            }
            thread::sleep(PAUSE);
            // Nobody may have waited for the killed one yet; its note goes when the last of its processes has left.
            self.running();
        }
        tracing::info!(port, version = self.binaries.version, "PostgreSQL runs");
        Ok(())
    }

    /// A server that was killed leaves its socket, with a note of its process id that the next one may mistake as well.
    fn clear_socket(&self) {
        if anybody_works_in(&self.data) {
            return;
        }
        for file in fs::read_dir(&self.run).into_iter().flatten().flatten() {
            if file
                .file_name()
                .as_encoded_bytes()
                .starts_with(b".s.PGSQL.")
            {
                // What cannot be removed, PostgreSQL complains of.
                let _ = fs::remove_file(file.path());
            }
        }
    }

    fn try_to_start(&self) -> bool {
        let seconds = READY_WITHIN.as_secs().to_string();
        self.account
            .command(self.binaries.program("pg_ctl"))
            .args([
                "start",
                "--silent",
                "--wait",
                "--timeout",
                &seconds,
                "--pgdata",
            ])
            .arg(&self.data)
            .arg("--log")
            .arg(&self.log)
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Waits for a server that somebody else has started. False when it has left meanwhile: it was just being killed.
    pub(super) fn is_ready(&self, port: u16) -> Result<bool> {
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            let said = self
                .account
                .command(self.binaries.program("pg_isready"))
                .args([
                    "--quiet",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    &port.to_string(),
                ])
                .status();
            if said.is_ok_and(|status| status.success()) {
                return Ok(true);
            }
            if self.running() != Some(port) {
                return Ok(false);
            }
            if Instant::now() > deadline {
                return Err(failure(format!(
                    "PostgreSQL on port {port} takes no connections."
                )));
            }
            thread::sleep(PAUSE);
        }
    }

    /// Ends its connections and the server, and waits for that.
    pub(super) fn stop(&self) -> Result<()> {
        let said = self
            .account
            .command(self.binaries.program("pg_ctl"))
            .args([
                "stop",
                "--silent",
                "--wait",
                "--mode",
                "fast",
                "--timeout",
                "60",
                "--pgdata",
            ])
            .arg(&self.data)
            .output();
        match said {
            Ok(output) if output.status.success() => {
                tracing::info!("PostgreSQL stopped");
                Ok(())
            }
            Ok(output) => Err(failure(
                String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            )),
            Err(error) => Err(failure(error.to_string())),
        }
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(10).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

/// Whether PostgreSQL refuses to start only because of one that was killed a moment ago: its other processes end by
/// themselves, and its process id is free when somebody has waited for it.
fn is_leaving(words: &str) -> bool {
    words.contains("is still in use") || words.contains("\"postmaster.pid\" already exists")
}

/// Whose process id a note names.
enum Noted {
    /// The server's.
    Server,
    /// No running process has it.
    Nobody,
    /// Another program has it by now.
    SomebodyElse,
}

fn state_of(process: &str, data: &Path) -> Noted {
    match fs::read(format!("/proc/{process}/cmdline")) {
        Ok(arguments) => {
            let data = data.as_os_str().as_encoded_bytes();
            if arguments
                .split(|byte| *byte == 0)
                .any(|argument| argument == data)
            {
                Noted::Server
            } else {
                Noted::SomebodyElse
            }
        }
        Err(_) if Path::new("/proc/self").exists() => Noted::Nobody,
        // Without /proc only the process itself can be asked for.
        Err(_) => {
            let asked = std::process::Command::new("kill")
                .args(["-0", process])
                .status();
            if asked.is_ok_and(|status| status.success()) {
                Noted::Server
            } else {
                Noted::Nobody
            }
        }
    }
}

/// Whether a process has this for its folder, as all of PostgreSQL's have.
fn anybody_works_in(data: &Path) -> bool {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .any(|process| fs::read_link(process.path().join("cwd")).is_ok_and(|folder| folder == data))
}
