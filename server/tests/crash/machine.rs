//! The machine: a data folder with a PostgreSQL of its own, and the program that serves on it. Both can be killed.

use secrecy::SecretString;
use serde_json::Value;
use server::{
    postgres::{self, OwnPostgres},
    settings::Cli,
    start::{self, Started},
};
use sqlx::{ConnectOptions, Executor, PgConnection};
use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};
use tempfile::TempDir;
use tenancy::{Actor, Origin, resolution::Site};
use tokio::sync::watch;

/// An hour goes by while nobody serves: pending cashback is looked at again.
const NEXT_HOUR: &str = "update job_leases set until = now() where name = 'cashback_release'";
/// A day goes by for every sale whose cashback waits for one.
const NEXT_DAY: &str = "begin; set local session_replication_role = replica;
    update purchases set purchased_at = purchased_at - interval '1 day', release_at = release_at - interval '1 day'
    where released_at is null; commit";

/// The club that all of this happens in.
pub(crate) const SLUG: &str = "queda";

/// A machine on which the club is served.
pub(crate) struct Machine {
    // Dropped before the folder is.
    program: Option<Child>,
    postgres: Option<OwnPostgres>,
    folder: TempDir,
    address: watch::Sender<String>,
}

impl Machine {
    /// A machine with an empty club, served.
    pub(crate) async fn start() -> Self {
        let folder = TempDir::new().expect("a folder");
        // PostgreSQL runs as another user when we are root, and has to get in.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("our folder");
        fs::create_dir_all(folder.path().join("site/pkg")).expect("a folder");
        fs::write(folder.path().join("site/pkg/clube.js"), "").expect("a file");
        // Whoever builds meanwhile replaces the program's file, but not this one.
        let program = Path::new(env!("CARGO_BIN_EXE_clube"));
        let copy = folder.path().join("clube");
        fs::hard_link(program, &copy)
            .or_else(|_| fs::copy(program, &copy).map(drop))
            .expect("a copy of the program");
        let postgres = postgres::start(&folder.path().join("data"), None)
            .await
            .expect("PostgreSQL starts");
        let mut machine = Self {
            program: None,
            postgres: Some(postgres),
            folder,
            address: watch::Sender::default(),
        };
        machine.run(&[
            "create-tenant",
            "--slug",
            SLUG,
            "--name",
            "Clube Queda Livre",
            "--email",
            "dona@clube.example",
            "--document",
            "90010001000100",
            "--phone",
            "11987654321",
            "--plan",
            "PRO",
        ]);
        machine.serve().await;
        machine
    }

    /// Where the program listens; it changes with each start.
    pub(crate) fn address(&self) -> watch::Receiver<String> {
        self.address.subscribe()
    }

    fn url(&self) -> String {
        let postgres = self.postgres.as_ref().expect("it runs");
        postgres
            .options("clube_digital_master")
            .to_url_lossy()
            .into()
    }

    fn arguments(&self) -> Vec<String> {
        let folder = self.folder.path().display();
        [
            // Where the sandbox is a bank.
            ("--env", "development".to_owned()),
            ("--data-dir", format!("{folder}/data")),
            ("--site-dir", format!("{folder}/site")),
            ("--master-database-url", self.url()),
            ("--addr", "127.0.0.1:0".to_owned()),
            ("--api-per-user", "1000000".to_owned()),
            ("--sign-in-per-address", "1000".to_owned()),
            ("--log", "warn".to_owned()),
        ]
        .into_iter()
        .flat_map(|(name, value)| [name.to_owned(), value])
        .collect()
    }

    fn clube(&self) -> Command {
        let mut command = Command::new(self.folder.path().join("clube"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CLUBE_") || name == "MASTER_DATABASE_URL" {
                command.env_remove(name.as_ref());
            }
        }
        command.args(self.arguments());
        command
    }

    /// Runs a command to its end; its answer.
    fn run(&self, arguments: &[&str]) -> Value {
        let output = self
            .clube()
            .arg("--json")
            .args(arguments)
            .output()
            .expect("it can be run");
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {output:?} {words}");
        serde_json::from_slice(&output.stdout).expect("an object")
    }

    async fn serve(&mut self) {
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.log())
            .expect("a log");
        let mut child = self
            .clube()
            .arg("serve")
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("it can be run");
        let mut said = BufReader::new(child.stdout.take().expect("its output"));
        let line = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            said.read_line(&mut line).map(|_| line)
        });
        let line = line.await.expect("it is read").expect("text");
        self.program = Some(child);
        let address = line.split("listening on ").nth(1);
        let address = address.map(|rest| rest.trim().trim_end_matches(')').to_owned());
        let Some(address) = address else {
            panic!("it does not serve: {line}{}", self.last_words());
        };
        self.address.send_replace(address);
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// The end of the program's log.
    pub(crate) fn last_words(&self) -> String {
        let log = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(30).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }

    /// The program is gone between two instructions, and started again an hour later.
    pub(crate) async fn kill_program(&mut self) {
        self.program_stops();
        let mut master = self.connect("clube_digital_master").await;
        let gone_by = master.execute(NEXT_HOUR).await;
        gone_by.expect("time goes by");
        self.serve().await;
    }

    /// The same, and it is the next day when it is started again.
    pub(crate) async fn kill_program_for_a_day(&mut self) {
        self.program_stops();
        let gone_by = self.database().await.execute(NEXT_DAY).await;
        gone_by.expect("time goes by");
        self.kill_program().await;
    }

    /// Ends the program for good.
    pub(crate) fn program_stops(&mut self) {
        if let Some(mut program) = self.program.take() {
            program.kill().expect("it runs");
            program.wait().expect("it ends");
        }
    }

    /// PostgreSQL is gone, and started again; the program has to bear it.
    pub(crate) async fn kill_postgres(&mut self) {
        let data = self.folder.path().join("data");
        let note = fs::read_to_string(data.join("postgres/data/postmaster.pid"));
        let note = note.expect("PostgreSQL runs");
        let process = note.lines().next().expect("a process id").trim().to_owned();
        let killed = Command::new("kill").args(["-KILL", &process]).status();
        assert!(killed.expect("it can be killed").success());
        let before = self.url();
        let again = postgres::start(&data, None).await;
        let gone = self.postgres.replace(again.expect("it starts again"));
        drop(gone);
        assert_eq!(self.url(), before, "on the same port");
    }

    /// No ledger has anything that cannot be.
    pub(crate) fn audit(&self) {
        let audited = self.run(&["audit"]);
        assert_eq!(audited["tenants"][0]["slug"], SLUG);
        assert_eq!(audited["tenants"][0]["findings"], serde_json::json!([]));
    }

    /// The installation, for what only an operator can do.
    pub(crate) async fn operator(&self) -> Operator {
        let arguments = [vec!["clube".to_owned()], self.arguments()].concat();
        let settings = Cli::read(arguments).expect("settings").settings;
        let started = start::platform(&settings).await.expect("it starts");
        Operator(started)
    }

    /// The club's database, as superuser.
    pub(crate) async fn database(&self) -> PgConnection {
        self.connect(&format!("clube_digital_{SLUG}")).await
    }

    async fn connect(&self, database: &str) -> PgConnection {
        let postgres = self.postgres.as_ref().expect("it runs");
        let options = postgres.options(database);
        options.connect().await.expect("a database")
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(mut program) = self.program.take() {
            let _ = program.kill();
            let _ = program.wait();
            if std::thread::panicking() {
                eprintln!("the program's last words:\n{}", self.last_words());
            }
        }
    }
}

/// Somebody who may do everything.
pub(crate) struct Operator(Started);

impl Operator {
    /// A context at the club.
    pub(crate) async fn ctx(&self, actor: Actor) -> club::Ctx {
        let platform = self.0.platform.clone();
        let resolved = platform.resolver.resolve(Some(SLUG), "").await;
        let Site::Tenant(tenant) = resolved.expect("it resolves") else {
            panic!("the club is served");
        };
        club::Ctx::new(platform, Arc::clone(&tenant), actor, Origin::default())
    }

    /// Closes everything.
    pub(crate) async fn leave(self) {
        self.0.stop().await;
    }
}

/// Everybody's.
pub(crate) fn password() -> SecretString {
    "capivara no lago 7".into()
}
