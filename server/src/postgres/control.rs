//! Starting, finding and stopping the server process. PostgreSQL's own `pg_ctl` does it: what it starts has a session of
//! its own, so that Ctrl-C on our terminal does not reach it.

use super::{account::Account, binaries::Binaries, failure, folder::Folder};
use kernel::Result;
use std::{
    fs, io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

/// Recovery after a crash is over by then, or something is wrong.
const READY_WITHIN: Duration = Duration::from_mins(2);
/// Old log is dropped at a start when it has grown to this.
const LOG_BYTES: u64 = 8 << 20;

#[derive(Debug)]
pub(super) struct Control {
    data: PathBuf,
    log: PathBuf,
    account: Account,
    binaries: Binaries,
}

impl Control {
    pub(super) fn new(folder: &Folder, account: &Account, binaries: &Binaries) -> Self {
        Self {
            data: folder.data(),
            log: folder.log(),
            account: account.clone(),
            binaries: binaries.clone(),
        }
    }

    /// The port of the server that runs on this data. A note of one that is gone is thrown away: its process id may
    /// belong to somebody else by now, and PostgreSQL would take that for itself and refuse to start.
    pub(super) fn running(&self) -> Option<u16> {
        let file = self.data.join("postmaster.pid");
        let note = fs::read_to_string(&file).ok()?;
        let mut lines = note.lines();
        let process = lines.next()?.trim().to_owned();
        let port = lines.nth(2).and_then(|port| port.trim().parse().ok());
        if is_server_of(&process, &self.data) {
            return port;
        }
        if let Err(error) = fs::remove_file(&file)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the note of a server that is gone could not be removed");
        }
        None
    }

    pub(super) fn start(&self, port: u16) -> Result<()> {
        if fs::metadata(&self.log).is_ok_and(|log| log.len() > LOG_BYTES) {
            // Not worth failing for.
            let _ = fs::remove_file(&self.log);
        }
        let seconds = READY_WITHIN.as_secs().to_string();
        let said = self
            .account
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
            .status();
        match said {
            Ok(status) if status.success() => {
                tracing::info!(port, version = self.binaries.version, "PostgreSQL runs");
                Ok(())
            }
            _ => Err(failure(format!(
                "PostgreSQL did not start. Its last words, in {}:\n{}",
                self.log.display(),
                self.last_words()
            ))),
        }
    }

    /// Waits for a server that somebody else has started.
    pub(super) fn wait_until_ready(&self, port: u16) -> Result<()> {
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
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(failure(format!(
                    "PostgreSQL on port {port} takes no connections."
                )));
            }
            thread::sleep(Duration::from_millis(50));
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

/// Whether the process of this id is the PostgreSQL server of this data.
fn is_server_of(process: &str, data: &Path) -> bool {
    match fs::read(format!("/proc/{process}/cmdline")) {
        Ok(arguments) => {
            let data = data.as_os_str().as_encoded_bytes();
            arguments
                .split(|byte| *byte == 0)
                .any(|argument| argument == data)
        }
        // Without /proc only the process itself can be asked for.
        Err(_) if !Path::new("/proc/self").exists() => std::process::Command::new("kill")
            .args(["-0", process])
            .status()
            .is_ok_and(|status| status.success()),
        Err(_) => false,
    }
}
