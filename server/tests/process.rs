//! The program as a process: how it starts, how it refuses to, how it ends.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Output, Stdio},
};
use tempfile::TempDir;

/// A folder with a site in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("site/pkg")).expect("a folder");
    folder
}

/// The program in an environment that names no setting.
fn clube(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clube"));
    for (name, _) in std::env::vars()
        .filter(|(name, _)| name.starts_with("CLUBE_") || name == "MASTER_DATABASE_URL")
    {
        command.env_remove(name);
    }
    command
        .env("CLUBE_DATA_DIR", folder.join("data"))
        .env("CLUBE_SITE_DIR", folder.join("site"));
    command
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
fn help_shows_every_setting_with_its_variable() {
    let output = clube(folder().path())
        .args(["serve", "--help"])
        .output()
        .expect("it runs");
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).expect("text");
    for variable in [
        "CLUBE_ADDR",
        "CLUBE_DATA_DIR",
        "CLUBE_BASE_DOMAINS",
        "CLUBE_MASTER_KEY",
        "CLUBE_TRUSTED_PROXIES",
        "MASTER_DATABASE_URL",
    ] {
        assert!(help.contains(variable), "{variable}: {help}");
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

/// Starts it on the server for tests and waits until it says where it serves.
fn serving(folder: &Path, database: &str) -> (Child, String) {
    let server = std::env::var("CLUBE_TEST_POSTGRES_URL")
        .expect("CLUBE_TEST_POSTGRES_URL names a PostgreSQL server for tests");
    let (place, _) = server
        .rsplit_once('/')
        .expect("the address ends with a database");
    let mut child = clube(folder)
        .args([
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
    let address = line
        .split("listening on ")
        .nth(1)
        .map(|rest| rest.trim().trim_end_matches(')').to_owned());
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
    let random: [u8; 6] = tenancy::secrets::random();
    let database = random
        .iter()
        .fold("clube_process_".to_owned(), |name, byte| {
            format!("{name}{byte:02x}")
        });
    for signal in ["-TERM", "-INT"] {
        let (mut child, address) = serving(folder.path(), &database);
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
