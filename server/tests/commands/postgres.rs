//! The program's own PostgreSQL: shared by its commands, killed, and whose it is.

use crate::data::{Data, answer, run};
use sqlx::{ConnectOptions, Connection};
use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, chown},
        process::CommandExt,
    },
    path::Path,
    process::Command,
};

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
    let program = data.around().join("clube");
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
