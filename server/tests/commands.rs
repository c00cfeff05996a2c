//! The program as a process, on a PostgreSQL of its own in a data folder of its own: killed, run twice at once, run
//! beside another.

use serde_json::Value;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::{CommandExt, ExitStatusExt},
    },
    path::PathBuf,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

/// The places of `create-tenant` where it can be killed, in their order. After the last one the tenant is complete.
const STEPS: [&str; 10] = [
    "claimed",
    "requested",
    "secrets_drawn",
    "role_made",
    "role_ready",
    "database_made",
    "database_opened",
    "database_ready",
    "schema_ready",
    "settled",
];

/// A data folder; dropped, its PostgreSQL is ended and all of it gone.
struct Data(TempDir);

impl Data {
    fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        // PostgreSQL runs as another user when we are root, and has to get in.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("our folder");
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn clube(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_clube"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("CLUBE_") || name == "MASTER_DATABASE_URL" {
                command.env_remove(name.as_ref());
            }
        }
        command
            .args(["--json", "--data-dir"])
            .arg(self.path())
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn create(&self, slug: &str) -> Command {
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

    fn tenants(&self) -> Vec<Value> {
        let (listed, code) = answer(run(&mut self.clube(&["list-tenants"])));
        assert_eq!(code, Some(0));
        listed["tenants"].as_array().expect("a list").clone()
    }

    /// The process id of the PostgreSQL that runs, if one does.
    fn postmaster(&self) -> Option<String> {
        let note = fs::read_to_string(self.path().join("postgres/data/postmaster.pid")).ok()?;
        note.lines().next().map(|line| line.trim().to_owned())
    }

    fn kill_postmaster(&self, signal: &str) {
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

fn run(command: &mut Command) -> Output {
    command.output().expect("the program can be run")
}

/// Standard output is one JSON object and nothing else.
fn answer(output: Output) -> (Value, Option<i32>) {
    let said = String::from_utf8(output.stdout).expect("text");
    let object = serde_json::from_str(&said).unwrap_or_else(|error| {
        panic!(
            "{error}: {said:?} {}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    (object, output.status.code())
}

#[tokio::test]
async fn a_creation_that_is_killed_anywhere_is_finished_by_the_next_one() {
    let data = Data::new();
    let own = server::postgres::start(&data.path(), None)
        .await
        .expect("it starts");
    for (number, step) in STEPS.iter().enumerate() {
        let slug = format!("passo-{number}");
        let killed = run(data.create(&slug).env("CLUBE_FAIL_AT", step));
        assert_eq!(killed.status.signal(), Some(6), "{step}: {killed:?}");
        let (made, code) = answer(run(&mut data.create(&slug)));
        assert_eq!(code, Some(0), "{step}: {made}");
        assert_eq!(made["slug"], slug);
        assert_eq!(made["status"], "trial");
        assert_eq!(made["subdomain"], format!("{slug}.localhost"));
    }
    let (late, code) = {
        run(data.create("depois").env("CLUBE_FAIL_AT", "active"));
        answer(run(&mut data.create("depois")))
    };
    assert_eq!(
        (late["fields"]["slug"].as_str(), code),
        (Some("taken"), Some(1))
    );

    let tenants = data.tenants();
    assert_eq!(tenants.len(), STEPS.len() + 1);
    assert!(
        tenants
            .iter()
            .all(|tenant| tenant["provisioning"] == "active")
    );
    let (migrated, code) = answer(run(&mut data.clube(&["migrate-all-tenants"])));
    assert_eq!(code, Some(0));
    let states = migrated["tenants"].as_array().expect("a list");
    assert!(
        states.iter().all(|state| state["status"] == "current"),
        "{migrated}"
    );
    own.stop().await;
}

#[test]
fn of_two_processes_with_one_slug_one_makes_the_tenant() {
    let data = Data::new();
    let children: Vec<_> = (0..2)
        .map(|_| data.create("gemeos").spawn().expect("it runs"))
        .collect();
    let mut outcomes: Vec<_> = children
        .into_iter()
        .map(|child| answer(child.wait_with_output().expect("it ends")))
        .map(|(object, code)| (code, object["code"].as_str().map(str::to_owned)))
        .collect();
    outcomes.sort();
    assert_eq!(
        outcomes,
        [(Some(0), None), (Some(1), Some("slug_taken".to_owned()))]
    );
    assert_eq!(data.tenants().len(), 1);
    assert_eq!(data.postmaster(), None, "the last one stops PostgreSQL");
}

#[tokio::test]
async fn a_command_beside_a_running_program_uses_and_keeps_its_postgresql() {
    let data = Data::new();
    let own = server::postgres::start(&data.path(), None)
        .await
        .expect("it starts");
    let first = data.postmaster().expect("it runs");
    let (_, code) = answer(run(&mut data.create("vizinha")));
    assert_eq!(code, Some(0));
    assert_eq!(data.postmaster(), Some(first));
    let conn = own
        .options("postgres")
        .connect()
        .await
        .expect("it still serves");
    conn.close().await.expect("closed");
    own.stop().await;
    assert_eq!(data.postmaster(), None);
}

#[test]
fn a_postgresql_that_was_killed_starts_again() {
    let data = Data::new();
    run(data.create("firme").env("CLUBE_FAIL_AT", "settled"));
    assert!(
        data.postmaster().is_some(),
        "it outlives the program that was killed"
    );
    data.kill_postmaster("-KILL");
    let (_, code) = answer(run(&mut data.create("firme")));
    assert_eq!(code, Some(0));
}

#[tokio::test]
async fn a_postgresql_that_nobody_has_buried_yet_is_waited_for() {
    let data = Data::new();
    drop(
        server::postgres::start(&data.path(), None)
            .await
            .expect("it starts"),
    );
    let folder = data.path().join("postgres/data");
    // What a kill leaves on a busy machine: a process that has ended and still has its number, …
    let owner = fs::metadata(&folder).expect("the folder").uid();
    let mut buried = Command::new("true").uid(owner).spawn().expect("a process");
    let number = buried.id().to_string();
    let state = || fs::read_to_string(format!("/proc/{number}/stat")).expect("it has its number");
    while !state().contains(") Z ") {
        tokio::task::yield_now().await;
    }
    let note = format!("{number}\n{}\n1\n1\n", folder.display());
    fs::write(folder.join("postmaster.pid"), note).expect("the note");
    // … and another that is still about to leave, when PostgreSQL refuses for the first time.
    let until_refused =
        "until grep -q 'postmaster.pid. already exists' ../run/log; do sleep 0.02; done";
    let mut leaving = Command::new("sh")
        .args(["-c", until_refused])
        .current_dir(&folder)
        .spawn()
        .expect("a process");

    let again = server::postgres::start(&data.path(), None).await;
    drop(again.expect("it starts"));
    assert!(leaving.wait().expect("it leaves").success());
    buried.wait().expect("buried");
}

#[tokio::test]
async fn a_broken_tenant_is_told_and_stops_nobody() {
    let data = Data::new();
    let own = server::postgres::start(&data.path(), None)
        .await
        .expect("it starts");
    for slug in ["inteira", "quebrada"] {
        let (_, code) = answer(run(&mut data.create(slug)));
        assert_eq!(code, Some(0));
    }
    let mut conn = own
        .options("clube_digital_quebrada")
        .connect()
        .await
        .expect("its database");
    let broken = "delete from _sqlx_migrations";
    sqlx::raw_sql(AssertSqlSafe(broken))
        .execute(&mut conn)
        .await
        .expect("broken");
    conn.close().await.expect("closed");
    for _ in 0..2 {
        let (result, code) = answer(run(&mut data.clube(&["migrate-all-tenants"])));
        assert_eq!(code, Some(1));
        assert_eq!(result["tenants"][0]["status"], "current");
        assert_eq!(result["tenants"][0]["error"], Value::Null);
        assert_eq!(result["tenants"][1]["status"], "failed");
        assert!(
            result["tenants"][1]["error"]
                .as_str()
                .is_some_and(|error| error.contains("already exists"))
        );
    }
    let (_, code) = answer(run(&mut data.clube(&[
        "migrate-all-tenants",
        "--only",
        "inteira",
    ])));
    assert_eq!(code, Some(0));
    own.stop().await;
}

#[tokio::test]
async fn an_audit_names_who_does_not_tie_out() {
    let data = Data::new();
    let own = server::postgres::start(&data.path(), None)
        .await
        .expect("it starts");
    for slug in ["sadia", "torta"] {
        let (_, code) = answer(run(&mut data.create(slug)));
        assert_eq!(code, Some(0));
    }
    let (sound, code) = answer(run(&mut data.clube(&["audit"])));
    assert_eq!(code, Some(0), "{sound}");
    assert_eq!(sound["tenants"][1]["slug"], "torta");
    assert_eq!(sound["tenants"][1]["findings"], serde_json::json!([]));
    assert_eq!(sound["tenants"][1]["error"], Value::Null);

    let mut conn = own
        .options("clube_digital_torta")
        .connect()
        .await
        .expect("its database");
    let tampered = "set session_replication_role = replica;
        insert into ledger_transactions values (gen_random_uuid(), 1, gen_random_uuid(), null, now())";
    sqlx::raw_sql(AssertSqlSafe(tampered))
        .execute(&mut conn)
        .await
        .expect("tampered with");
    conn.close().await.expect("closed");
    let (unsound, code) = answer(run(&mut data.clube(&["audit"])));
    assert_eq!(code, Some(1));
    assert_eq!(
        unsound["tenants"][0]["findings"],
        serde_json::json!([]),
        "the neighbour"
    );
    assert_eq!(
        unsound["tenants"][1]["findings"][0]["finding"],
        "transaction_without_entries"
    );
    let (_, code) = answer(run(&mut data.clube(&["audit", "--tenant", "sadia"])));
    assert_eq!(code, Some(0));
    let (nobody, code) = answer(run(&mut data.clube(&["audit", "--tenant", "ninguem"])));
    assert_eq!(
        (nobody["code"].as_str(), code),
        (Some("not_found"), Some(1))
    );
    own.stop().await;
}

#[test]
fn the_demo_is_the_same_each_time_and_another_master_key_is_refused() {
    let data = Data::new();
    let (first, code) = answer(run(&mut data.clube(&["seed-demo"])));
    assert_eq!(code, Some(0));
    let (again, _) = answer(run(&mut data.clube(&["seed-demo"])));
    assert_eq!(first, again);
    assert_eq!(data.tenants().len(), 2);
    let (rotated, code) = answer(run(&mut data.clube(&["rotate-keys"])));
    assert_eq!(code, Some(0), "{rotated}");

    let (refused, code) = answer(run(data
        .clube(&["seed-demo"])
        .env("CLUBE_ENV", "production")));
    assert_eq!(
        (refused["code"].as_str(), code),
        (Some("demo_in_production"), Some(1))
    );
    let other_key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let refused = run(data
        .clube(&["list-tenants"])
        .env("CLUBE_MASTER_KEY", other_key));
    assert_eq!(refused.status.code(), Some(1));
}
