//! The cluster: made once, configured at each start, shared by the processes of the data folder.

use super::{
    SUPERUSER, account::Account, binaries::Binaries, control::Control, failure, folder::Folder,
};
use kernel::{Error, Result};
use secrecy::{ExposeSecret, SecretString};
use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    net::TcpListener,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
};
use tenancy::secrets;

/// One data folder's PostgreSQL, held by this process. Dropped, it is left, and stopped by the last one.
#[derive(Debug)]
pub(super) struct Cluster {
    folder: Folder,
    control: Control,
    password: SecretString,
    /// Locked by whoever starts or stops the server.
    gate: File,
    /// Locked, shared, by everybody who uses it.
    users: File,
}

impl Cluster {
    /// Finds or makes the cluster; it may not run yet.
    pub(super) fn open(data_dir: &Path, binaries: Option<&Path>) -> Result<Self> {
        let account = Account::find(&data_dir.join("postgres/data"))?;
        let folder = Folder::open(data_dir, &account)?;
        let gate = lock_file(&folder.file("gate.lock"))?;
        let users = lock_file(&folder.file("users.lock"))?;
        gate.lock().map_err(Error::internal)?;
        let password = password(&folder.file("password")).map_err(Error::internal)?;
        let binaries = Binaries::find(binaries, version(&folder.data()))?;
        if version(&folder.data()).is_none() {
            initialise(&folder, &account, &binaries, &password)?;
        }
        let control = Control::new(&folder, &account, &binaries);
        users.lock_shared().map_err(Error::internal)?;
        Ok(Self {
            folder,
            control,
            password,
            gate,
            users,
        })
    }

    pub(super) fn password(&self) -> &str {
        self.password.expose_secret()
    }

    /// Starts the server unless it runs, and gives its port. We are inside the gate since [`open`](Self::open).
    pub(super) fn run(&self) -> Result<u16> {
        let port = match self.control.running() {
            Some(port) if self.control.is_ready(port)? => port,
            _ => {
                let port = self.port().map_err(Error::internal)?;
                self.configure(port).map_err(Error::internal)?;
                self.control.start(port)?;
                port
            }
        };
        self.gate.unlock().map_err(Error::internal)?;
        Ok(port)
    }

    /// The port of the last time when it is free, else a new one.
    fn port(&self) -> io::Result<u16> {
        let file = self.folder.file("port");
        let last = fs::read_to_string(&file)
            .ok()
            .and_then(|text| text.trim().parse().ok());
        let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
        if let Some(port) = last.filter(is_free) {
            return Ok(port);
        }
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        fs::write(file, port.to_string())?;
        Ok(port)
    }

    fn configure(&self, port: u16) -> io::Result<()> {
        let socket = self
            .folder
            .socket()
            .map(|folder| folder.display().to_string())
            .unwrap_or_default();
        let mut text = format!(
            "# Written at each start; changes are lost.\n\
             listen_addresses = '127.0.0.1'\n\
             port = {port}\n\
             unix_socket_directories = '{}'\n\
             max_connections = 300\n\
             shared_buffers = 128MB\n\
             timezone = 'UTC'\n\
             log_timezone = 'UTC'\n",
            socket.replace('\'', "''")
        );
        if cfg!(target_os = "linux") {
            // With hundreds of databases, opening every file after a crash takes a minute; this takes a moment.
            text.push_str("recovery_init_sync_method = syncfs\n");
            // A statement ends when the process that waits for it is gone.
            text.push_str("client_connection_check_interval = 5s\n");
        }
        let file = self.folder.file("clube.conf");
        fs::write(&file, text)?;
        // Whatever our umask is, PostgreSQL's user reads it.
        fs::set_permissions(file, fs::Permissions::from_mode(0o644))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(error) = self.leave() {
            tracing::error!(
                cause = error.cause().unwrap_or(&error.message),
                "PostgreSQL was not stopped"
            );
        }
    }
}

impl Cluster {
    fn leave(&self) -> Result<()> {
        self.gate.lock().map_err(Error::internal)?;
        self.users.unlock().map_err(Error::internal)?;
        // Nobody comes in while we are inside the gate, so having it alone means that nobody uses it.
        if self.users.try_lock().is_ok() && self.control.running().is_some() {
            self.control.stop()?;
        }
        self.gate.unlock().map_err(Error::internal)
    }
}

fn lock_file(path: &Path) -> Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| failure(format!("{} cannot be opened: {error}.", path.display())))
}

/// The superuser's password: drawn once, readable by us alone.
fn password(path: &Path) -> io::Result<SecretString> {
    match fs::read_to_string(path) {
        Ok(text) => return Ok(text.trim().into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    let drawn = secrets::random_token();
    write_secret(path, &drawn)?;
    Ok(drawn)
}

/// Whole or not at all.
fn write_secret(path: &Path, secret: &SecretString) -> io::Result<()> {
    let aside = path.with_extension("new");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&aside)?;
    file.write_all(secret.expose_secret().as_bytes())?;
    file.sync_all()?;
    fs::rename(aside, path)
}

/// The major version that a cluster was made with; `None` when there is none.
fn version(data: &Path) -> Option<u32> {
    fs::read_to_string(data.join("PG_VERSION"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Makes the cluster aside and renames it: one that was interrupted is made again.
fn initialise(
    folder: &Folder,
    account: &Account,
    binaries: &Binaries,
    password: &SecretString,
) -> Result<()> {
    tracing::info!(version = binaries.version, folder = %folder.data().display(), "making a PostgreSQL cluster");
    let aside = folder.run().join("data");
    let password_file = folder.run().join("password");
    let made = (|| {
        if aside.exists() {
            fs::remove_dir_all(&aside)?;
        }
        write_secret(&password_file, password)?;
        account.give(&password_file)?;
        let said = account
            .command(binaries.program("initdb"))
            .args([
                "--username",
                SUPERUSER,
                "--auth",
                "scram-sha-256",
                "--encoding",
                "UTF8",
                "--no-instructions",
            ])
            .args([
                "--locale",
                if cfg!(target_os = "linux") {
                    "C.UTF-8"
                } else {
                    "C"
                },
            ])
            .arg(option("--pwfile", &password_file))
            .arg(option("--pgdata", &aside))
            .output()?;
        if !said.status.success() {
            return Err(io::Error::other(
                String::from_utf8_lossy(&said.stderr).trim().to_owned(),
            ));
        }
        let mut settings = OpenOptions::new()
            .append(true)
            .open(aside.join("postgresql.conf"))?;
        settings.write_all(b"\ninclude '../clube.conf'\n")?;
        settings.sync_all()?;
        fs::rename(&aside, folder.data())
    })();
    // What it says matters less than what went wrong before.
    let _ = fs::remove_file(&password_file);
    made.map_err(|error: io::Error| {
        failure(format!("PostgreSQL's cluster could not be made: {error}"))
    })
}

fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push("=");
    option.push(path);
    option
}
