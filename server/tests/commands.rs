//! The program as a process, on a PostgreSQL of its own in a data folder of its own: killed, run twice at once, run
//! beside another.

use serde_json::Value;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        process::{CommandExt, ExitStatusExt},
    },
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;
use tenancy::{Actor, Origin, administrators, tenants};

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
        let mut command = self.plain(arguments);
        command.arg("--json");
        command
    }

    /// For a person.
    fn plain(&self, arguments: &[&str]) -> Command {
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

#[test]
fn a_command_of_root_leaves_an_installation_to_its_owner() {
    /// A user whom every system has, and who owns nothing.
    const NOBODY: u32 = 65_534;
    // Only root can be somebody else for once.
    if fs::metadata("/proc/self").map_or(1, |process| process.uid()) != 0 {
        return;
    }
    let data = Data::new();
    fs::create_dir(data.path()).expect("a folder");
    chown(data.path(), Some(NOBODY), Some(NOBODY)).expect("root may give");
    // Where the program lies, others may not be let in. A process of its own copies it: what another test starts
    // meanwhile would inherit our open file, and a program that is open for writing cannot be run.
    let program = data.0.path().join("clube");
    let copied = Command::new("cp")
        .args([Path::new(env!("CARGO_BIN_EXE_clube")), &program])
        .status();
    assert!(copied.expect("cp runs").success());
    let list = |uid| {
        let mut command = Command::new(&program);
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .args(["--json", "--data-dir"])
            .arg(data.path())
            .arg("list-tenants")
            .current_dir("/")
            .uid(uid)
            .gid(uid);
        answer(run(&mut command))
    };
    for (who, uid) in [("its owner", NOBODY), ("root", 0), ("its owner", NOBODY)] {
        let (listed, code) = list(uid);
        assert_eq!(code, Some(0), "{who}: {listed}");
    }
    let owner = |path: &str| fs::metadata(data.path().join(path)).map(|it| it.uid());
    assert_eq!(owner("postgres/run").ok(), Some(NOBODY));
    // Somebody else's folder is refused in a sentence.
    chown(data.path().join("postgres/run"), Some(0), Some(0)).expect("root may take");
    let (refused, code) = list(NOBODY);
    assert_eq!(code, Some(1));
    let words = refused["message"].as_str().unwrap_or_default();
    assert!(words.contains("belongs to another user"), "{refused}");
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
    let look = ["migrate-all-tenants", "--dry-run"];
    for _ in 0..2 {
        let (seen, code) = answer(run(&mut data.clube(&look)));
        assert_eq!(code, Some(0));
        assert_eq!(seen["tenants"][0]["status"], "current", "{seen}");
        assert_eq!(seen["tenants"][1]["status"], "pending", "nothing was done");
    }
    let shown = run(&mut data.plain(&["migrate-all-tenants", "--jobs", "2"]));
    assert_eq!(shown.status.code(), Some(1));
    let lines = String::from_utf8_lossy(&shown.stderr).into_owned();
    for line in ["inteira current", "quebrada failed: "] {
        let told = lines.lines().filter(|told| told.starts_with(line)).count();
        assert_eq!(told, 1, "{line}: {lines}");
    }
    let table = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(table.contains("│ quebrada"), "{table}");
    assert!(table.trim_end().ends_with("2 tenants, 1 failed"), "{table}");
    let none = run(&mut data.clube(&["migrate-all-tenants", "--jobs", "0"]));
    assert_eq!(none.status.code(), Some(2));
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

/// The names in an object, and nothing of what they stand for.
fn names(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

/// What `create-tenant` answers, name by name.
fn assert_is_as_promised(made: &Value) {
    let mut told = names(made);
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "admin",
            "companyName",
            "database",
            "plan",
            "slug",
            "status",
            "subdomain",
            "trialEndsAt"
        ]
    );
    assert_eq!(names(&made["admin"]), ["email", "password"]);
    assert_eq!(names(&made["database"]), ["name", "user"]);
    assert_eq!(made["companyName"], "Clube de Teste");
    assert_eq!(made["plan"], "PRO");
    assert!(
        made["trialEndsAt"]
            .as_str()
            .is_some_and(|end| end.contains('T'))
    );
    assert_eq!(made["admin"]["email"], "dona@clube.example");
    assert_eq!(made["database"]["name"], "clube_digital_porta");
}

#[tokio::test]
async fn passwords_that_commands_print_open_the_consoles() {
    let data = Data::new();
    let own = server::postgres::start(&data.path(), None)
        .await
        .expect("it starts");
    let (made, code) = answer(run(&mut data.create("porta")));
    assert_eq!(code, Some(0), "{made}");
    assert_is_as_promised(&made);

    // Whoever lost the password, because the program was killed when it was about to print it, is told what helps.
    let (refused, code) = answer(run(&mut data.create("porta")));
    assert_eq!(
        (refused["code"].as_str(), code),
        (Some("slug_taken"), Some(1))
    );
    let words = refused["message"].as_str().unwrap_or_default().to_owned();
    let help = "reset-admin-password --tenant porta --email dona@clube.example";
    assert!(words.contains(help), "{words}");
    let reset = [
        "reset-admin-password",
        "--tenant",
        "porta",
        "--email",
        "dona@clube.example",
    ];
    let (renewed, code) = answer(run(&mut data.clube(&reset)));
    assert_eq!(code, Some(0), "{renewed}");
    let (nobody, code) = answer(run(&mut data.clube(&[
        "reset-admin-password",
        "--tenant",
        "porta",
        "--email",
        "ninguem@clube.example",
    ])));
    assert_eq!(
        (nobody["code"].as_str(), code),
        (Some("not_found"), Some(1))
    );

    let create = ["create-super-admin", "--email", "ada@clube.example"];
    let (ada, code) = answer(run(&mut data.clube(&create)));
    assert_eq!(code, Some(0), "{ada}");
    let (again, code) = answer(run(&mut data.clube(&create)));
    assert_eq!(
        (again["code"].as_str(), code),
        (Some("email_taken"), Some(1))
    );

    let arguments = ["clube", "--data-dir", &data.path().to_string_lossy()].map(str::to_owned);
    let settings = server::settings::Cli::read(arguments)
        .expect("settings")
        .settings;
    let started = server::start::platform(&settings).await.expect("it starts");
    let ctx = started.platform.ctx(Actor::Command, Origin::default());
    let club = tenants::by_slug(&ctx, "porta").await.expect("an answer");
    let club = club.map(|tenant| tenant.id);
    let nobody = started.platform.ctx(Actor::Anonymous, Origin::default());
    for (realm, account, opens) in [
        (club, &made["admin"], false),
        (club, &renewed, true),
        (None, &ada, true),
    ] {
        let text = |name: &str| account[name].as_str().expect("text").to_owned();
        let opened =
            administrators::sign_in(&nobody, realm, &text("email"), text("password").into()).await;
        assert_eq!(opened.is_ok(), opens, "{account}");
    }
    drop((ctx, nobody));
    started.stop().await;
    own.stop().await;
}

#[tokio::test]
async fn one_more_server_takes_the_next_tenant() {
    let (data, elsewhere) = (Data::new(), Data::new());
    let own = server::postgres::start(&data.path(), None)
        .await
        .expect("it starts");
    let other = server::postgres::start(&elsewhere.path(), None)
        .await
        .expect("another one starts");
    let url = |server: &server::postgres::OwnPostgres| {
        server.options("postgres").to_url_lossy().to_string()
    };
    let add = |url: &str| {
        answer(run(&mut data.clube(&[
            "add-server",
            "--name",
            "segundo",
            "--url",
            url,
            "--capacity",
            "5",
        ])))
    };
    let (_, code) = answer(run(&mut data.create("primeira")));
    assert_eq!(code, Some(0));
    let (known, code) = add(&url(&own));
    assert_eq!(
        (known["code"].as_str(), code),
        (Some("server_known"), Some(1))
    );
    for _ in 0..2 {
        let (added, code) = add(&url(&other));
        assert_eq!(code, Some(0), "{added}");
        assert_eq!(added["capacity"], 5);
        assert!(!added.to_string().contains("password"));
    }

    let (made, code) = answer(run(&mut data.create("segunda")));
    assert_eq!(code, Some(0), "{made}");
    let database = made["database"]["name"].as_str().expect("a name");
    let there = other.options(database).connect().await;
    there.expect("it is there").close().await.expect("closed");
    assert!(
        own.options(database).connect().await.is_err(),
        "and only there"
    );
    // It serves, too: the audit looks into it as the tenant's own role.
    let (sound, code) = answer(run(&mut data.clube(&["audit", "--tenant", "segunda"])));
    assert_eq!(code, Some(0), "{sound}");

    // What its administrator makes is open to every role until they close it.
    let mut admin = other
        .options("postgres")
        .connect()
        .await
        .expect("a superuser");
    let statement = "create database outra_folha";
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut admin)
        .await
        .expect("made");
    let (_, code) = answer(run(&mut data.create("terceira")));
    assert_eq!(code, Some(0), "on the first, which has as many");
    let (refused, code) = answer(run(&mut data.create("quarta")));
    assert_eq!(
        (refused["code"].as_str(), code),
        (Some("server_rights"), Some(1))
    );
    assert!(refused.to_string().contains("outra_folha"), "{refused}");
    admin.close().await.expect("closed");
    other.stop().await;
    own.stop().await;
}

#[test]
fn the_demo_stays_out_of_production() {
    let data = Data::new();
    let site = data.0.path().join("site/pkg");
    fs::create_dir_all(&site).expect("a folder");
    fs::write(site.join("clube.js"), "").expect("a file");
    for arguments in [
        &["seed-demo"][..],
        &["--env", "production", "seed-demo"],
        &["serve", "--demo", "--addr", "127.0.0.1:0"],
    ] {
        let (refused, code) = answer(run(data
            .clube(arguments)
            .env("CLUBE_SITE_DIR", data.0.path().join("site"))));
        assert_eq!(
            (refused["code"].as_str(), code),
            (Some("demo_in_production"), Some(1)),
            "{arguments:?}"
        );
    }
    assert_eq!(data.tenants(), Vec::<Value>::new());
}

#[test]
fn the_demo_is_the_same_each_time_and_another_master_key_is_refused() {
    let data = Data::new();
    let seed = ["--env", "development", "seed-demo"];
    let (first, code) = answer(run(&mut data.clube(&seed)));
    assert_eq!(code, Some(0));
    let (again, _) = answer(run(&mut data.clube(&seed)));
    assert_eq!(first, again);
    assert_eq!(data.tenants().len(), 2);
    let (rotated, code) = answer(run(&mut data.clube(&["rotate-keys"])));
    assert_eq!(code, Some(0), "{rotated}");

    let other_key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let refused = run(data
        .clube(&["list-tenants"])
        .env("CLUBE_MASTER_KEY", other_key));
    assert_eq!(refused.status.code(), Some(1));
}
