//! The program as a process: how it starts, how it refuses to, how it ends.

use clap::CommandFactory;
use serde_json::Value;
use server::settings::Cli;
use std::{
    fs,
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
};
use tempfile::TempDir;

/// A folder with a site in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("site/pkg")).expect("a folder");
    fs::write(folder.path().join("site/pkg/clube.js"), "").expect("a file");
    folder
}

/// The program in an environment that names no setting.
fn clube(folder: &Path) -> Command {
    let mut command = bare(Path::new(env!("CARGO_BIN_EXE_clube")), folder);
    command.env("CLUBE_SITE_DIR", folder.join("site"));
    command
}

/// This copy of the program, told nothing but its data folder.
fn bare(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars()
        .filter(|(name, _)| name.starts_with("CLUBE_") || name == "MASTER_DATABASE_URL")
    {
        command.env_remove(name);
    }
    command.env("CLUBE_DATA_DIR", folder.join("data"));
    command
}

/// Every variable that is a setting, by the command line's own word.
fn variables() -> Vec<String> {
    let all: Vec<_> = Cli::command()
        .get_arguments()
        .filter_map(|argument| Some(argument.get_env()?.to_string_lossy().into_owned()))
        .collect();
    assert!(all.len() > 30, "{all:?}");
    all
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_wrong_variable_stops_the_start_with_its_name() {
    let folder = folder();
    for (variable, value) in [
        ("CLUBE_ADDR", "nowhere"),
        ("CLUBE_ENV", "test"),
        ("CLUBE_BASE_DOMAINS", "not a domain"),
        ("CLUBE_TRUSTED_PROXIES", "everybody"),
        ("CLUBE_MASTER_KEY", "c2hvcnQ="),
        ("CLUBE_TENANT_POOL", "none"),
        ("CLUBE_LOG_FORMAT", "xml"),
        ("CLUBE_SMTP_URL", "smtpx://mail.example"),
        ("MASTER_DATABASE_URL", "mysql://localhost/x"),
    ] {
        let output = clube(folder.path())
            .env(variable, value)
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(2), "{variable}");
        let said = said(&output);
        assert!(
            said.contains(variable) && said.lines().count() == 1,
            "{variable}: {said}"
        );
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn an_empty_variable_is_one_that_is_not_set() {
    let folder = folder();
    let nowhere = folder.path().join("nowhere");
    let mut command = bare(Path::new(env!("CARGO_BIN_EXE_clube")), folder.path());
    for variable in variables() {
        command.env(variable, " ");
    }
    // What it stops at comes after the settings, and ends with another code than they.
    let output = command
        .args(["serve", "--site-dir"])
        .arg(&nowhere)
        .current_dir(folder.path())
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains("nowhere"), "{}", said(&output));
}

#[test]
fn with_json_every_end_is_one_object() {
    let folder = folder();
    let object = |output: &Output| -> Value {
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
    };
    for (arguments, exit, code) in [
        (&["create-tenant", "--slug", "x"][..], 2, "wrong_arguments"),
        (&["no-such-command"], 2, "wrong_arguments"),
        (&["list-tenants", "--addr", "zzz"], 2, "wrong_setting"),
        (&["serve", "--site-dir", "/nowhere"], 1, "site_missing"),
    ] {
        let output = clube(folder.path())
            .arg("--json")
            .args(arguments)
            .output()
            .expect("it runs");
        assert_eq!(output.status.code(), Some(exit), "{arguments:?}");
        assert_eq!(object(&output)["code"], code, "{arguments:?}");
        assert!(!output.stderr.is_empty(), "a person is told too");
    }

    // A server that takes the call and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("an address");
    let waiting = clube(folder.path())
        .args(["--json", "list-tenants", "--master-database-url"])
        .arg(format!("postgres://clube@{address}/clube"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    drop(silent.accept().map(std::mem::forget));
    let listens = || {
        let status = fs::read_to_string(format!("/proc/{}/status", waiting.id())).expect("it runs");
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:"));
        u64::from_str_radix(caught.expect("a mask").trim(), 16).expect("a number") & 0b10 != 0
    };
    while !listens() {
        thread::yield_now();
    }
    let told = Command::new("kill")
        .args(["-INT", &waiting.id().to_string()])
        .status();
    assert!(told.is_ok_and(|status| status.success()));
    let output = waiting.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(object(&output)["code"], "interrupted");
}

#[test]
fn half_a_site_is_not_served() {
    let folder = folder();
    let site = folder.path().join("site");
    fs::remove_file(site.join("pkg/clube.js")).expect("it was there");
    fs::write(site.join("pkg/clube.abc.js"), "").expect("a file");
    for hashes in [
        None,
        Some("js: other\n"),
        Some("js: abc\nwasm: def\ncss: ghi\n"),
    ] {
        if let Some(hashes) = hashes {
            fs::write(site.join("hash.txt"), hashes).expect("a file");
        }
        let output = clube(folder.path()).arg("serve").output().expect("it runs");
        assert_eq!(output.status.code(), Some(1), "{hashes:?}");
        assert!(said(&output).contains("not whole"), "{}", said(&output));
    }
}

#[tokio::test]
async fn the_program_and_its_site_are_the_whole_product() -> Result<(), Box<dyn std::error::Error>>
{
    let folder = tempfile::tempdir()?;
    let program = folder.path().join("clube");
    // A process of its own copies it: what another test starts meanwhile would inherit our open file, and a program
    // that is open for writing cannot be run.
    let copied = Command::new("cp")
        .args([Path::new(env!("CARGO_BIN_EXE_clube")), &program])
        .status()?;
    assert!(copied.success());
    let package = folder.path().join("site/pkg");
    fs::create_dir_all(&package)?;
    for name in ["clube.abc.js", "clube.def.wasm", "clube.ghi.css"] {
        fs::write(package.join(name), name)?;
    }
    fs::write(
        folder.path().join("site/hash.txt"),
        "js: abc\nwasm: def\ncss: ghi\n",
    )?;
    let database = new_database();
    let mut command = bare(&program, folder.path());
    command.current_dir("/");
    let (mut child, address) = serving(command, &database);
    let page = reqwest::Client::new().get(format!("http://{address}/super/sign-in"));
    let page = page.header("host", "localhost").send().await?;
    let page = page.text().await?;
    let linked: Vec<_> = page
        .split('"')
        .filter(|word| word.starts_with("/pkg/"))
        .collect();
    assert!(linked.len() > 2, "{page}");
    for path in linked {
        let file = reqwest::get(format!("http://{address}{path}")).await?;
        assert_eq!(file.status(), 200, "{path}");
    }
    let inner = reqwest::get(format!("http://{address}/hash.txt")).await?;
    assert_eq!(inner.status(), 404, "ours alone");
    Command::new("kill").arg(child.id().to_string()).status()?;
    tokio::task::spawn_blocking(move || child.wait()).await??;
    drop_database(&database).await;
    Ok(())
}

#[test]
fn help_shows_every_setting_with_its_variable() {
    let output = clube(folder().path())
        .args(["serve", "--help"])
        .output()
        .expect("it runs");
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).expect("text");
    for variable in variables() {
        // A secret's value is not shown.
        let shown = ['=', ']'].map(|end| format!("[env: {variable}{end}"));
        assert!(
            shown.iter().any(|shown| help.contains(shown)),
            "{variable}: {help}"
        );
    }
    assert!(help.contains("127.0.0.1:8033"), "defaults too");
}

#[test]
fn an_address_in_use_is_said_in_a_sentence() {
    let folder = folder();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = clube(folder.path())
        .args(["serve", "--addr", &address])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains(&format!("{address} is in use")),
        "{}",
        said(&output)
    );
}

/// A name for a master database that no other test has.
fn new_database() -> String {
    let random: [u8; 6] = tenancy::secrets::random();
    random
        .iter()
        .fold("clube_process_".to_owned(), |name, byte| {
            format!("{name}{byte:02x}")
        })
}

/// Starts it on the server for tests and waits until it says where it serves.
fn serving(mut command: Command, database: &str) -> (Child, String) {
    let server = std::env::var("CLUBE_TEST_POSTGRES_URL")
        .expect("CLUBE_TEST_POSTGRES_URL names a PostgreSQL server for tests");
    let (place, _) = server
        .rsplit_once('/')
        .expect("the address ends with a database");
    let mut child = command
        .args([
            "--json",
            "serve",
            "--addr",
            "127.0.0.1:0",
            "--master-database-url",
            &format!("{place}/{database}"),
        ])
        .env("CLUBE_DRAIN_PAUSE_SECONDS", "0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("its output"))
        .read_line(&mut line)
        .expect("a line");
    let ready: Option<Value> = serde_json::from_str(&line).ok();
    let address = ready.and_then(|ready| ready["listens"].as_str().map(str::to_owned));
    let Some(address) = address else {
        let mut log = String::new();
        child
            .stderr
            .as_mut()
            .expect("its log")
            .read_to_string(&mut log)
            .expect("text");
        panic!("it says where it listens: {line}{log}");
    };
    (child, address)
}

#[tokio::test]
async fn sigterm_and_sigint_end_it_well() -> Result<(), Box<dyn std::error::Error>> {
    let folder = folder();
    let database = new_database();
    for signal in ["-TERM", "-INT"] {
        let (mut child, address) = serving(clube(folder.path()), &database);
        assert_eq!(
            reqwest::get(format!("http://{address}/readyz"))
                .await?
                .status(),
            200
        );
        // `timeout` and terminals tell a process and its group: twice within a moment.
        for _ in 0..2 {
            Command::new("kill")
                .args([signal, &child.id().to_string()])
                .status()?;
        }
        let ended = tokio::task::spawn_blocking(move || child.wait()).await??;
        assert_eq!(ended.code(), Some(0), "{signal}");
    }
    drop_database(&database).await;
    Ok(())
}

async fn drop_database(database: &str) {
    use sqlx::{AssertSqlSafe, Connection, PgConnection};
    let server = std::env::var("CLUBE_TEST_POSTGRES_URL").expect("the server for tests");
    let mut conn = PgConnection::connect(&server)
        .await
        .expect("the server for tests");
    sqlx::raw_sql(AssertSqlSafe(format!(
        "drop database if exists {database} with (force)"
    )))
    .execute(&mut conn)
    .await
    .expect("a superuser may drop databases");
}
