//! The demo.

use crate::data::{Data, answer, run};
use serde_json::Value;
use std::fs;

#[test]
fn the_demo_stays_out_of_production() {
    let data = Data::new();
    let site = data.around().join("site/pkg");
    fs::create_dir_all(&site).expect("a folder");
    fs::write(site.join("clube.js"), "").expect("a file");
    for arguments in [
        &["seed-demo"][..],
        &["--env", "production", "seed-demo"],
        &["serve", "--demo", "--addr", "127.0.0.1:0"],
    ] {
        let (refused, code) = answer(run(data
            .clube(arguments)
            .env("CLUBE_SITE_DIR", data.around().join("site"))));
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
